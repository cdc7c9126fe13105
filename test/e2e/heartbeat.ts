/** A job's calls on the deployed stack: its first one makes it known, its silence is an outage, and the next one ends that. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, inject, test } from 'vitest';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { until } from '../../cli/demo/story.ts';
import { awsSecrets } from '../../shared/adapters/secrets/aws.ts';
import { signatureOf } from '../../shared/adapters/signature.ts';
import type { RecordedOutage } from '../../shared/outage/detections.ts';
import { beatAddress } from '../../shared/probe/heartbeat-address.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import { rosterSchema } from '../../shared/probe/roster.ts';
import type { Outcome } from '../../shared/probe/run.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const { BeatFunction, BeatKey, BeatUrl, SamplesTable } = inject('outputs');
const endpoint = 'epsilon/jobs/nightly';
const began = Date.now();
let minute = Math.floor(began / minuteMs) * minuteMs - 240 * minuteMs;

/** The emulator has no address to call: the function is given what Lambda makes of a call (payload format 2.0). */
const call = (rawPath: string) =>
  stack.invoke(BeatFunction, { version: '2.0', rawPath, requestContext: { http: { method: 'POST' } } });

const signedPath = async (): Promise<string> => {
  const key = await awsSecrets().read({ kind: 'parameter', name: BeatKey });
  return new URL(beatAddress(BeatUrl, endpoint, signatureOf(key, endpoint))).pathname;
};

/** What the next round makes of the job: in its run, or in a look where the slow lane has it. */
const nextRound = async (): Promise<Outcome> => {
  minute += minuteMs;
  const at = epochMs(minute);
  const tickedAt = epochMs(Date.now());
  const { slots, shard } = await rosterOfJob();
  const slot = slots.findIndex(({ id }) => id === endpoint);
  await stack.tick(at);
  return until('a sample of the job', 30_000, async () => {
    const [run] = await stack.runs.between(stack.place, shard, { start: at, end: epochMs(at + 1) });
    const outcome = run && decodeRun(runVersion, run.codes)[slot];
    if (!outcome) return undefined;
    if (outcome.state !== 'not-due') return outcome;
    const looks = await stack.runs.looksBetween(stack.place, shard, {
      start: tickedAt,
      end: epochMs(Date.now() + hourMs),
    });
    return looks
      .flatMap(({ packed, writtenAt }) => decodeLooks(looksVersion, packed, writtenAt))
      .findLast((look) => look.slot === slot)?.outcome;
  });
};

const rosterOfJob = async () => {
  const pointer = await stack.pointers.current();
  if (!pointer) throw new Error('no plan is in force');
  for (const [shard] of pointer.rosters.entries()) {
    const text = await stack.documents.get({ key: `plans/${pointer.version}/shards/${shard}.json` });
    const roster = rosterSchema.parse(JSON.parse(text ?? ''));
    if (roster.slots.some(({ id }) => id === endpoint)) return roster;
  }
  throw new Error('nobody probes the job');
};

const outages = (): Promise<readonly RecordedOutage[]> =>
  stack.detections.outages('epsilon', { start: epochMs(began - 24 * hourMs), end: epochMs(Date.now() + hourMs) });

describe('a heartbeat', () => {
  test('is not known before its first call, and up from then on', async () => {
    expect(await nextRound()).toMatchObject({ state: 'unknown' });
    expect(await call(await signedPath())).toMatchObject({ statusCode: 200, body: 'ok\n' });
    expect(await nextRound()).toMatchObject({ state: 'up' });
  });

  test('is heard from nobody else', async () => {
    const path = await signedPath();
    const others = [path.replace('nightly', 'weekly'), path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), '/'];
    for (const other of others) expect(await call(other)).toMatchObject({ statusCode: 404 });
  });

  test('is an outage when it falls silent, and the next call ends it', async () => {
    const Item = {
      pk: { S: `BEAT#${endpoint}` },
      sk: { N: '0' },
      a: { N: String(began - 2 * hourMs) },
      f: { BOOL: false },
    };
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: SamplesTable, Item }));
    expect(await nextRound()).toMatchObject({ state: 'down', cause: 'silent' });
    await nextRound();
    const opened = await until('the outage', 30_000, async () => (await outages())[0]);
    expect(opened).toMatchObject({ endpoint, cause: 'silent' });
    expect(await call(await signedPath())).toMatchObject({ statusCode: 200 });
    await nextRound();
    const closed = await until('its end', 60_000, async () => (await outages()).find(({ closedAt }) => closedAt));
    expect(closed).toMatchObject({ endpoint, reason: 'recovered' });
  });

  test('that reports a failure is down until its next good call', async () => {
    expect(await call(`${await signedPath()}/fail`)).toMatchObject({ statusCode: 200 });
    expect(await nextRound()).toMatchObject({ state: 'down', cause: 'reported' });
    await call(await signedPath());
    expect(await nextRound()).toMatchObject({ state: 'up' });
  });
});
