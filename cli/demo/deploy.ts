import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { stackOutputsSchema } from '../../shared/adapters/cloudformation/outputs.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { runChild } from './child.ts';
import { localAwsEnv, localRegion } from './local-aws.ts';

/** What the command line reads, and what a demonstration sets off and looks into. */
const outputsSchema = stackOutputsSchema.extend({
  FailuresQueue: z.string(),
  OpsTopic: z.string(),
  ClientTopicPrefix: z.string(),
  TickFunction: z.string(),
  ProbeFunction: z.string(),
  CompactFunction: z.string(),
  WatchFunction: z.string(),
  BeatFunction: z.string(),
});
export type StackOutputs = z.infer<typeof outputsSchema>;

/** Of a stack that only probes. */
const placeOutputsSchema = z.object({ TickFunction: z.string(), ProbeFunction: z.string() });
export type PlaceOutputs = z.infer<typeof placeOutputsSchema>;

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
  /** Where places beside home probe. @default nowhere */
  readonly otherRegions?: readonly string[];
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

/** The regions that a plan's places need beside the home's. */
export const otherRegionsOf = ({ provider }: Plan): string[] => [
  ...new Set(provider.places.flatMap((place) => ('region' in place ? [place.region] : []))),
];

/** Prepares the account for CDK, once. Needs no assembly, so it can run beside `synthesizeStack`. */
export const bootstrapAccount = (options: DeployOptions): Promise<void> =>
  cdk(
    [
      'bootstrap',
      ...new Set(
        [localRegion, ...(options.otherRegions ?? [])].map(
          (region) => `aws://${options.account ?? '000000000000'}/${region}`,
        ),
      ),
      ...['--app', ''],
    ],
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

/** What a deployment's stacks say of themselves, by name. */
const outputsOf = async ({ workDir }: DeployOptions, stack: string): Promise<unknown> => {
  const text = await readFile(join(workDir, 'outputs.json'), 'utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))[stack];
};

/** Deploys what was synthesized: the same stacks that production runs, by the same command. */
export const deployStack = async (options: DeployOptions): Promise<StackOutputs> => {
  await cdk(
    [
      ...['deploy', '--app', join(options.workDir, 'cdk.out'), '--all', '--require-approval', 'never'],
      ...['--progress', 'events', '--outputs-file', join(options.workDir, 'outputs.json')],
    ],
    project,
    options,
  );
  return outputsSchema.parse(await outputsOf(options, options.stackName ?? defaultName));
};

/** Of the stack of another place, once all was deployed. */
export const placeOutputs = async (options: DeployOptions, place: string): Promise<PlaceOutputs> =>
  placeOutputsSchema.parse(await outputsOf(options, `${options.stackName ?? defaultName}-${place}`));
