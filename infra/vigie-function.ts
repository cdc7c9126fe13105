import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge, arnInFinding } from './acknowledge.ts';
import { settingsOf } from './settings.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

export interface VigieFunctionProps {
  /** Its folder under `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  /** @default 512: all but probing wait for DynamoDB more than they compute */
  readonly memorySize?: number;
}

/**
 * A function as all of Vigie's are: Node 24 on arm64, one ESM file with the AWS SDK inside (so that what was tested is
 * what runs), a log group that forgets after a month, and a role that may write to that log group and nothing else.
 */
export class VigieFunction extends NodejsFunction {
  /** Never imported, so never absent. */
  override readonly role: Role;

  constructor(scope: Construct, id: string, { name, memorySize = 512, ...props }: VigieFunctionProps) {
    const { local } = settingsOf(scope);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY, // what a settlement needs is in the tables
    });
    super(scope, id, {
      entry: `${project}functions/${name}/index.ts`,
      projectRoot: project,
      depsLockFilePath: `${project}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      // Without Docker, a local AWS runs functions on the host's processor.
      architecture: local && process.arch === 'x64' ? Architecture.X86_64 : Architecture.ARM_64,
      memorySize,
      role,
      logGroup,
      bundling: {
        bundleAwsSDK: true,
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        minify: true,
        target: 'node24',
        // Packages that are still CommonJS inside ask for `require`, which an ES module has not.
        banner: "import{createRequire as vigieRequire}from'node:module';const require=vigieRequire(import.meta.url);",
      },
      ...props,
    });
    this.role = role;
    logGroup.grantWrite(role);
    acknowledge(
      Stack.of(this),
      "CDK's grant to invoke covers a function's versions and aliases; there are none.",
      `IAM5[Resource::${arnInFinding(this)}:*]`,
    );
  }
}
