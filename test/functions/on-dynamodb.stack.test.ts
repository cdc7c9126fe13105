/** What the fakes were killed for, on a database that really keeps what was written before the end. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDetect } from '../../functions/detect/handler.ts';
import { makeNotify } from '../../functions/notify/handler.ts';
import { makeSettle } from '../../functions/settle/handler.ts';
import { makeWatch } from '../../functions/watch/handler.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { dayFromRuns } from '../../shared/measure/compaction.ts';
import { brokenAt } from '../../shared/statement/ledger.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs, interval } from '../../shared/time/span.ts';
import { openStores } from '../adapters/dynamodb/stores.ts';
import { clientConfig, type Engine, startMiniStack } from '../adapters/engines.ts';
import type { Stores } from '../adapters/memory.ts';
import { october } from './october.ts';
import * as world from './world.ts';

let engine: Engine;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startMiniStack();
  client = new DynamoDBClient(clientConfig(engine.endpoint));
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const { at, killer, mortal, place, quiet } = world;
const plan = world.planWith({ acme: '', bolt: '' });
const version = world.versionOfPlan(plan);
const smtp = 'acme/mail/smtp';
const ever = epochMs(Number.MAX_SAFE_INTEGER);
const waitingIn = async ({ outbox }: Stores): Promise<string[]> =>
  (await outbox.pendingBefore(ever)).map(({ message }) => `${message.topic} ${message.eventId}`).sort();

test('detection that is killed at any write tells everything once, and sends it', async () => {
  const minutes = [[smtp], [smtp, 'bolt/mail/web'], ['bolt/mail/web'], [], []];
  const event = world.streamOf(
    minutes.map((failing, minute) => world.imageOfRun(world.runOfMinute(plan, minute, failing))),
  );
  const detectIn = (stores: Stores, fate = killer()) =>
    makeDetect({
      ...stores,
      plans: world.memoryPlans(plan),
      detections: mortal(stores.detections, fate),
      ...{ now: () => at(60), log: quiet },
    });
  const whole = await openStores(client);
  await detectIn(whole)(event);
  const [told, outages] = [await waitingIn(whole), await whole.detections.outages('acme', interval(0, at(60)))];
  expect(told).toHaveLength(8);
  expect(outages).toMatchObject([{ endpoint: smtp, reason: 'recovered' }]);
  for (let n = 1; n <= 5; n++) {
    const stores = await openStores(client);
    await detectIn(stores, killer(n, n % 2 ? 'after' : 'before'))(event);
    await detectIn(stores)(event);
    expect(await waitingIn(stores)).toEqual(told);
    expect(await stores.detections.outages('acme', interval(0, at(60)))).toEqual(outages);
  }

  const publisher = world.recordingPublisher();
  const sending = { outbox: whole.outbox, publisher, now: () => at(61), log: quiet };
  const entries = (await whole.outbox.pendingBefore(ever)).slice(0, 5);
  await makeNotify(sending)(world.streamOf(entries.map(({ message, createdAt }) => ({ message, createdAt }))));
  const watched = { plans: whole.pointers, runs: whole.runs, days: whole.days, settlementRuns: whole.settlementRuns };
  await makeWatch({
    kept: [],
    ...sending,
    ...watched,
    now: () => at(62),
  })();
  expect(publisher.sent.toSorted()).toEqual(told); // five by the stream, the three that it missed by the sweep
  expect(await waitingIn(whole)).toEqual([]);
});

/** As on the 1st: all but the last days are compacted, and their runs have expired. */
const storeOctober = async ({ runs, days }: Stores): Promise<void> => {
  const plans = world.memoryPlans(plan);
  const { stores: memory } = world.newWorld();
  await memory.runs.importAll(october(plan));
  const [from, open, until] = ['2026-09-30', '2026-10-30', '2026-11-02'].map((date) => Date.parse(date)) as [
    number,
    number,
    number,
  ];
  for (let day = epochMs(from); day < open; day = epochMs(day + dayMs)) {
    for (const [endpoint, seen] of await dayFromRuns({ runs: memory.runs, plans }, place, [0], day))
      await days.put({ endpoint, place, day, ...seen });
    await days.close(place, day);
  }
  await runs.importAll(await memory.runs.between(place, 0, interval(open, until)));
};

test('a settlement that is killed, repeated and run three times at once gives one statement and one entry', async () => {
  const stores = await openStores(client);
  await stores.pointers.advance({
    seq: 1,
    version,
    rosters: [{ places: ['home'], offsetsMs: [0] }],
    appliedAt: epochMs(0),
  });
  await storeOctober(stores);
  const documents = world.memoryDocuments();
  const settleIn = (fate = killer()) =>
    makeSettle({
      plans: world.memoryPlans(plan),
      evidence: { runs: stores.runs, days: stores.days, windows: stores.windows },
      statements: mortal(stores.statements, fate),
      settlementRuns: stores.settlementRuns,
      documents: mortal(documents, fate),
      ...{ bucket: 'documents', tzdata: '2026b', sha256, now: () => epochMs(Date.UTC(2026, 10, 1, 14)), log: quiet },
    });
  const event = { client: 'acme', period: '2026-10', version, versions: [version], run: 'r1' };
  for (const n of [1, 2]) await expect(settleIn(killer(n, 'after'))(event)).rejects.toThrow('killed');
  const outcomes = await Promise.all([1, 2, 3].map(() => settleIn()(event)));
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['issued', 'unchanged', 'unchanged']);
  await expect(settleIn(killer(1))(event)).resolves.toMatchObject({ outcome: 'unchanged' });
  const ledger = await stores.statements.ledger('acme');
  expect(ledger).toMatchObject([{ seq: 1, creditMinor: 1_000 }]);
  expect(brokenAt(ledger, sha256)).toBeUndefined();
  expect(await stores.statements.revisions('acme', '2026-10')).toHaveLength(1);
  expect(await waitingIn(stores)).toEqual([
    'client/acme credit/acme/2026-10/r1',
    'client/acme statement/acme/2026-10/r1',
  ]);
});
