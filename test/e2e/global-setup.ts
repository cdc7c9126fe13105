import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import {
  bootstrapAccount,
  type DeployOptions,
  deployStack,
  type PlaceOutputs,
  placeOutputs,
  type StackOutputs,
  synthesizeStack,
} from '../../cli/demo/deploy.ts';
import { startLocalAws } from '../../cli/demo/local-aws.ts';
import { writeFolder } from '../../cli/demo/local-clients.ts';
import { clientFiles, otherRegion, type Ports } from './clients.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly endpoint: string;
    readonly outputs: StackOutputs;
    /** Of the stack of the place that is not home. */
    readonly frankfurt: PlaceOutputs;
    /** Of the stack that probes from within a VPC. */
    readonly siege: PlaceOutputs;
    readonly workDir: string;
    /** Where functions record their AWS calls. */
    readonly calls: string;
    readonly ports: Ports;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** One local AWS and one deployment for all files; what they do to it, they do in parts of their own. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const workDir = await mkdtemp(join(tmpdir(), 'vigie-e2e-'));
  const calls = join(workDir, 'calls');
  const clients = join(workDir, 'clients');
  await Promise.all([mkdir(calls), mkdir(join(workDir, 'home'))]);
  const [http, tcp] = [await freePort(), await freePort()];
  const ports = { http, tcp, both: await freePort(), lan: await freePort(), vpc: await freePort() };
  await writeFolder(clients, clientFiles(ports, Date.now()));
  const aws = await startLocalAws({
    port: await freePort(),
    cacheDir: '.cache',
    log: (line) => process.stderr.write(`    ${line}\n`),
    extraEnv: { VIGIE_RECORD_CALLS: calls },
  });
  const teardown = async (): Promise<void> => {
    await aws.stop();
    await rm(workDir, { recursive: true, force: true });
  };
  try {
    const options: DeployOptions = {
      ...{ endpoint: aws.endpoint, clients, workDir, log: () => {} },
      otherRegions: [otherRegion],
    };
    await Promise.all([bootstrapAccount(options), synthesizeStack(options)]);
    project.provide('outputs', await deployStack(options));
    project.provide('frankfurt', await placeOutputs(options, 'frankfurt'));
    project.provide('siege', await placeOutputs(options, 'siege'));
    project.provide('endpoint', aws.endpoint);
    project.provide('workDir', workDir);
    project.provide('calls', calls);
    project.provide('ports', ports);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
};
