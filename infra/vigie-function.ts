import { fileURLToPath } from 'node:url';
import { AssetHashType, CfnResource, DockerImage, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge, arnInFinding } from './acknowledge.ts';
import { bundle } from './bundle.ts';
import { settingsOf } from './settings.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

/** Made in this process: `NodejsFunction` starts npx for each function, which took 14 s for ten of them where this takes 2. */
const bundled = (name: string, build: string): Code =>
  Code.fromAsset(`${project}functions/${name}`, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('scratch'), // never asked for: `tryBundle` always succeeds or throws
      local: {
        tryBundle: (outdir) => {
          bundle(name, outdir, build);
          return true;
        },
      },
    },
  });

export interface VigieFunctionProps {
  /** Its folder under `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  /** @default 512: all but probing wait for DynamoDB more than they compute */
  readonly memorySize?: number;
  /** Kept for it of the account's concurrency, and never exceeded. @default it shares with all else */
  readonly reservedConcurrentExecutions?: number | undefined;
  /** Of a VPC that it runs in. @default none: it runs on the internet */
  readonly network?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
}

/**
 * A function as all of Vigie's are: Node 24 on arm64, ES modules with all that they need inside (so that what was tested is
 * what runs), a log group that forgets after a month, and a role that may write to that log group and nothing else.
 */
export class VigieFunction extends LambdaFunction {
  /** Never imported, so never absent. */
  override readonly role: Role;

  constructor(scope: Construct, id: string, { name, memorySize = 512, network, ...props }: VigieFunctionProps) {
    const { local, build } = settingsOf(scope);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY, // what a settlement needs is in the tables
    });
    super(scope, id, {
      code: bundled(name, build),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      // Without Docker, a local AWS runs functions on the host's processor.
      architecture: local && process.arch === 'x64' ? Architecture.X86_64 : Architecture.ARM_64,
      memorySize,
      role,
      logGroup,
      // Lambda's own lines on what went well are a third of a kilobyte for each invocation; metrics say the same for nothing.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      ...props,
    });
    this.role = role;
    logGroup.grantWrite(role);
    if (network) this.runIn(network);
    acknowledge(
      Stack.of(this),
      "CDK's grant to invoke covers a function's versions and aliases; there are none.",
      `IAM5[Resource::${arnInFinding(this)}:*]`,
    );
  }

  /** By ids alone: the library's own class wants to know a VPC's zones and route tables, which it does not use here. */
  private runIn({ subnets, securityGroups }: NonNullable<VigieFunctionProps['network']>): void {
    if (!CfnResource.isCfnResource(this.node.defaultChild)) throw new Error(`${this.node.path} is no function`);
    this.node.defaultChild.addPropertyOverride('VpcConfig', { SubnetIds: subnets, SecurityGroupIds: securityGroups });
    // Lambda makes interfaces under the function's role. Source: AWSLambdaVPCAccessExecutionRole, without its logs.
    const actions = [
      ...['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface'],
      ...['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
    ].map((action) => `ec2:${action}`);
    this.addToRolePolicy(new PolicyStatement({ actions, resources: ['*'] }));
    acknowledge(this.role, 'Nobody knows the ids of interfaces that Lambda is yet to make.', 'IAM5[Resource::*]');
  }
}
