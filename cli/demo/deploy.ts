import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { runChild } from './child.ts';
import { localAwsEnv, localRegion } from './local-aws.ts';

/** The stack's outputs, as every deployment has them. */
const outputsSchema = z.object({
  SamplesTable: z.string(),
  RecordsTable: z.string(),
  DocumentsBucket: z.string(),
  FailuresQueue: z.string(),
  OpsTopic: z.string(),
  ClientTopicPrefix: z.string(),
  ApplyFunction: z.string(),
  TickFunction: z.string(),
  ProbeFunction: z.string(),
  CompactFunction: z.string(),
  WatchFunction: z.string(),
  SettlementMachine: z.string(),
});
export type StackOutputs = z.infer<typeof outputsSchema>;

export interface DeployOptions {
  readonly endpoint: string;
  /** The client folder whose plan is deployed. */
  readonly clients: string;
  /** Holds the assembly, the outputs, and a home directory in which the CDK command keeps its own files. */
  readonly workDir: string;
  readonly log: (line: string) => void;
  /** @default Vigie */
  readonly stackName?: string;
  /** Named in the functions' code. @default none */
  readonly build?: string;
  /** @default the account that MiniStack and LocalStack pretend to be */
  readonly account?: string;
}

const project = fileURLToPath(new URL('../../', import.meta.url));
const cdkCommand = join(project, 'node_modules/aws-cdk/bin/cdk');
const defaultName = 'Vigie';

/** Nothing of the user's AWS configuration, and no call to the internet: CDK's notices, telemetry and version check. */
const cdkEnv = (endpoint: string, workDir: string): NodeJS.ProcessEnv => ({
  ...localAwsEnv(endpoint),
  HOME: join(workDir, 'home'),
  CDK_HOME: join(workDir, 'home'),
  CDK_DISABLE_VERSION_CHECK: '1',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CI: 'true', // what it tells goes to stdout
  NO_COLOR: '1',
});

const cdk = async (args: readonly string[], cwd: string, { endpoint, workDir, log }: DeployOptions): Promise<void> => {
  const quiet = ['--no-notices', '--no-version-reporting', '--no-color'];
  const { status, tail } = await runChild(process.execPath, [cdkCommand, ...args, ...quiet], {
    cwd,
    env: cdkEnv(endpoint, workDir),
    onLine: log,
  });
  if (status !== 0) throw new Error(`cdk ${args[0]} failed (status ${status}):\n${tail.slice(-25).join('\n')}`);
};

/** Prepares the account for CDK, once. Needs no assembly, so it can run beside `synthesizeStack`. */
export const bootstrapAccount = (options: DeployOptions): Promise<void> =>
  cdk(
    ['bootstrap', `aws://${options.account ?? '000000000000'}/${localRegion}`, '--app', ''],
    options.workDir, // away from cdk.json, whose app it would synthesize
    options,
  );

/** Compiles the client folder and bundles the functions into `workDir/cdk.out`. */
export const synthesizeStack = (options: DeployOptions): Promise<void> =>
  cdk(
    [
      ...['synth', '--quiet', '--output', join(options.workDir, 'cdk.out')],
      ...[
        '-c',
        'stage=local',
        '-c',
        'local=true',
        '-c',
        `name=${options.stackName ?? defaultName}`,
        '-c',
        `clients=${options.clients}`,
      ],
      ...(options.build === undefined ? [] : ['-c', `build=${options.build}`]),
    ],
    project,
    options,
  );

/** Deploys what was synthesized: the same stack that production runs, by the same command. */
export const deployStack = async (options: DeployOptions): Promise<StackOutputs> => {
  const outputs = join(options.workDir, 'outputs.json');
  await cdk(
    [
      ...['deploy', '--app', join(options.workDir, 'cdk.out'), '--require-approval', 'never'],
      ...['--progress', 'events', '--outputs-file', outputs],
    ],
    project,
    options,
  );
  const all = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(outputs, 'utf8')));
  return outputsSchema.parse(all[options.stackName ?? defaultName]);
};
