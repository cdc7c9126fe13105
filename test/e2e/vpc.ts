/** A place within a VPC, on the deployed stack. The emulator has no networks: it shows the functions and their rights, not the way there. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { until } from '../../cli/demo/story.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { decodeLooks, type Look, looksVersion } from '../../shared/probe/looks.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { clientFiles, otherRegion } from './clients.ts';
import { tcpEndpoint } from './servers.ts';

const minuteMs = 60_000;
const ports = inject('ports');
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const elsewhere = new LambdaClient({ region: otherRegion });
const database = tcpEndpoint(ports.vpc);

let shard: number;
let minute = Math.floor(Date.now() / minuteMs) * minuteMs - 300 * minuteMs;

const tick = async (): Promise<StoredRun> => {
  minute += minuteMs;
  const at = epochMs(minute);
  const Payload = JSON.stringify({ scheduledAt: new Date(at).toISOString() });
  const { FunctionError } = await elsewhere.send(
    new InvokeCommand({ FunctionName: inject('siege').TickFunction, Payload }),
  );
  expect(FunctionError).toBeUndefined();
  return until(
    'the run',
    20_000,
    async () => (await stack.runs.between('siege', shard, { start: at, end: epochMs(at + 1) }))[0],
  );
};

/** Looks that were stored since an instant, oldest first. */
const looksSince = async (since: number): Promise<readonly Look[]> => {
  const items = await stack.runs.looksBetween('siege', shard, { start: epochMs(since), end: epochMs(Date.now() + 1) });
  return items.flatMap(({ packed, writtenAt }) => decodeLooks(looksVersion, packed, writtenAt));
};

beforeAll(async () => {
  const decoded = decodeFolder(clientFiles(ports, Date.now()), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const found = rostersOf(decoded.value).find(({ places }) => places.includes('siege'));
  if (!found) throw new Error('no roster of the VPC');
  shard = found.shard;
  await database.start();
});
afterAll(() => database.stop());

describe('a VPC', () => {
  test('stores at home what it sees', async () => {
    expect(decodeRun(runVersion, (await tick()).codes)).toMatchObject([{ state: 'up' }]);
  });

  test('looks again by itself, having no way to Lambda, and follows what is known to fail until it is back', async () => {
    const since = Date.now();
    await database.stop();
    await tick();
    const [second] = await until('the second attempt', 20_000, async () => {
      const looks = await looksSince(since);
      return looks.length > 0 ? looks : undefined;
    });
    expect(second).toMatchObject({ outcome: { state: 'down', cause: 'refused' } });
    await until('home to know', 20_000, async () => {
      const { state } = await stack.detections.load(shard);
      const view = state.endpoints['zeta/erp/database']?.views.siege;
      return view?.kind === 'failing' ? view : undefined; // it failed before anything was started, and is remembered as well
    });
    await tick(); // which starts the slow lane for it
    await until('its next sample', 20_000, async () => ((await looksSince(since)).length > 1 ? true : undefined));
    await database.start();
    await until('its end', 20_000, async () =>
      (await looksSince(since)).at(-1)?.outcome.state === 'up' ? true : undefined,
    );
  });
});
