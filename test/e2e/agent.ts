/** A place that is no part of AWS: the agent as a process, beside the deployed stack and with nothing but its own rights. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { localAwsEnv, localRegion } from '../../cli/demo/local-aws.ts';
import { until } from '../../cli/demo/story.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { clientFiles } from './clients.ts';
import { allows } from './iam.ts';
import { agentUser } from './roles.ts';
import { tcpEndpoint } from './servers.ts';

const place = 'agence';
const program = fileURLToPath(new URL('../../cli/agent.ts', import.meta.url));
const ports = inject('ports');
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const router = tcpEndpoint(ports.lan);
const folder = join(inject('workDir'), place);
const begunAt = epochMs(Date.now());
const ever = { start: epochMs(0), end: epochMs(Number.MAX_SAFE_INTEGER) };

let shard: number;
let agent: ChildProcess;

beforeAll(async () => {
  const decoded = decodeFolder(clientFiles(ports, Date.now()), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const found = rostersOf(decoded.value).find(({ places }) => places.includes(place));
  if (!found) throw new Error('no roster of the agent');
  shard = found.shard;
  await mkdir(folder);
  await router.start();
  agent = spawn(process.execPath, [program, '--place', place, '--region', localRegion, '--spool', folder], {
    env: {
      ...localAwsEnv(inject('endpoint')),
      ...{ VIGIE_RECORD_CALLS: inject('calls'), AWS_LAMBDA_FUNCTION_NAME: 'agent', VIGIE_ALLOW_LOOPBACK: '1' },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});
afterAll(async () => {
  agent.kill('SIGKILL');
  await router.stop();
});

describe('an agent', () => {
  test('follows the plan that was deployed, and its runs arrive as those of any place', async () => {
    const run = await until(
      'a run of the agent',
      60_000,
      async () => (await stack.runs.between(place, shard, ever))[0],
    );
    expect(run).toMatchObject({ place, planVersion: (await stack.pointers.current())?.version });
    expect(decodeRun(runVersion, run.codes)).toMatchObject([{ state: 'up' }]);
  });

  test('sees what nobody else reaches go and come back', async () => {
    const outages = async () => {
      const all = await stack.detections.outages('zeta', { ...ever, start: begunAt });
      return all.filter(({ endpoint }) => endpoint === 'zeta/lan/router');
    };
    await router.stop();
    await until('the outage', 90_000, async () => (await outages())[0]);
    expect(await outages()).toMatchObject([{ cause: 'refused' }]);
    await router.start();
    const closed = await until('its end', 60_000, async () => (await outages()).find(({ closedAt }) => closedAt));
    expect(closed).toMatchObject({ reason: 'recovered' });
  });

  test('leaves nothing behind when it is stopped', async () => {
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await readdir(join(folder, 'waiting'))).toEqual([]);
  });

  test('called nothing that its own user may not call', async () => {
    const at = { workDir: inject('workDir'), calls: inject('calls'), process: 'agent' };
    const { calls, statements } = await agentUser({ name: 'Vigie', region: localRegion }, at);
    expect(new Set(calls.map(({ action }) => action))).toEqual(
      new Set(['ssm:GetParameter', 'dynamodb:GetItem', 's3:GetObject', 'dynamodb:PutItem']),
    );
    expect(calls.filter((call) => !allows(statements, call))).toEqual([]);
  });
});
