import { describe, expect, test } from 'vitest';
import { makeDetect } from '../../functions/detect/handler.ts';
import { epochMs } from '../../shared/time/span.ts';
import { memoryStores } from '../adapters/memory.ts';
import {
  at,
  imageOfRun,
  killer,
  memoryPlans,
  mortal,
  newWorld,
  planWith,
  quiet,
  runOfMinute,
  streamOf,
} from './world.ts';

const plan = planWith({ acme: '', bolt: '' });
const smtp = 'acme/mail/smtp';
const minutes = [[], [smtp], [smtp], [smtp, 'bolt/mail/web'], ['bolt/mail/web'], [], []];
const event = streamOf(minutes.map((failing, minute) => imageOfRun(runOfMinute(plan, minute, failing))));

const detectIn = ({ memory }: ReturnType<typeof newWorld>, fate = killer()) => {
  const stores = memoryStores(memory);
  return makeDetect({
    ...stores,
    plans: memoryPlans(plan),
    detections: mortal(stores.detections, fate),
    now: () => at(60),
    log: quiet,
  });
};

const eventIds = ({ memory }: ReturnType<typeof newWorld>): string[] => [...memory.outbox.keys()].sort();
const allWell = { batchItemFailures: [] };

test('an outage is opened, closed and put in the outbox for both sides, once', async () => {
  const world = newWorld();
  expect(await detectIn(world)(event)).toEqual(allWell);
  expect([...world.memory.outages.values()]).toMatchObject([
    { endpoint: smtp, openedAt: at(1) + 500, closedAt: at(4) + 500, reason: 'recovered', told: true },
    { endpoint: 'bolt/mail/web', reason: 'recovered' },
  ]);
  expect(eventIds(world)).toHaveLength(8); // opened and closed, of two outages, to two topics each
  const before = structuredClone(world.memory);
  expect(await detectIn(world)(event)).toEqual(allWell);
  expect(world.memory).toEqual(before);
});

test('runs that come late change nothing', async () => {
  const world = newWorld();
  await detectIn(world)(event);
  const before = structuredClone(world.memory);
  const late = streamOf([
    imageOfRun(runOfMinute(plan, 2, ['acme/mail/web'])),
    imageOfRun(runOfMinute(plan, 3, ['acme/mail/web'])),
  ]);
  await detectIn(world)(late);
  expect(world.memory.outages).toEqual(before.outages);
});

test.each(['before', 'after'] as const)(
  'killed %s any of its writes, the next attempt ends where one would have',
  async (when) => {
    const whole = newWorld();
    await detectIn(whole)(event);
    for (let n = 1; n <= 7; n++) {
      const world = newWorld();
      const first = await detectIn(world, killer(n, when))(event);
      expect(first.batchItemFailures.length).toBeLessThanOrEqual(1);
      expect(await detectIn(world)(event)).toEqual(allWell);
      expect(eventIds(world)).toEqual(eventIds(whole));
      expect(world.memory.outages).toEqual(whole.memory.outages);
    }
  },
);

test('after a failure, the later runs of that shard wait for the retry, and other places go on', async () => {
  const world = newWorld();
  const elsewhere = { ...runOfMinute(plan, 0, [smtp]), place: 'us-east-1' };
  const both = streamOf([
    imageOfRun(runOfMinute(plan, 0, [smtp])),
    imageOfRun(elsewhere),
    imageOfRun(runOfMinute(plan, 1, [smtp])),
  ]);
  expect(await detectIn(world, killer(1))(both)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  expect(Object.keys(world.memory.states.get(0)?.state.applied ?? {})).toEqual(['us-east-1']);
});

test('a run that does not decode fails alone', async () => {
  const world = newWorld();
  const broken = { ...imageOfRun(runOfMinute(plan, 0)), v: 9 };
  const answer = await detectIn(world)(streamOf([imageOfRun(runOfMinute(plan, 0)), broken]));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
});

test('inside maintenance an outage is recorded and nobody is told', async () => {
  const world = newWorld();
  await world.stores.windows.add('acme', {
    ...{ id: 'm1', start: at(0), end: at(30), declaredAt: epochMs(0), kind: 'scheduled', by: 'ada', reason: 'disks' },
  });
  await detectIn(world)(event);
  expect(world.memory.outages.get(`${smtp} ${at(1) + 500}`)).toMatchObject({ told: false, window: 'm1' });
  expect(eventIds(world).filter((id) => id.includes('acme/mail'))).toEqual([]);
  expect(eventIds(world).filter((id) => id.includes('bolt/mail'))).toHaveLength(4);
});

test('a cancelled window keeps nobody from being told', async () => {
  const world = newWorld();
  const window = { id: 'm1', start: at(0), end: at(30), declaredAt: epochMs(0), by: 'ada', reason: 'disks' };
  await world.stores.windows.add('acme', { ...window, kind: 'scheduled' });
  await world.stores.windows.cancel('acme', 'm1', { at: at(0), by: 'ada' });
  await detectIn(world)(event);
  expect(eventIds(world)).toHaveLength(8);
});

describe('a window that the contract declares itself, over and over,', () => {
  // Monday 5 October 2026; runs begin at 12:00Z, 14:00 on the clock of Paris.
  const windows = (first: string, length: string) =>
    planWith({
      acme: `    terms:\n      maintenance:\n        windows:\n          mondays: { rule: FREQ=WEEKLY;BYDAY=MO, first: ${first}, at: "14:00", for: ${length} }\n`,
      bolt: '',
    });
  const detectUnder = async (contract: ReturnType<typeof planWith>) => {
    const world = newWorld();
    const stores = memoryStores(world.memory);
    const detect = makeDetect({ ...stores, plans: memoryPlans(contract), now: () => at(60), log: quiet });
    const runs = minutes.map((failing, minute) => imageOfRun(runOfMinute(contract, minute, failing)));
    expect(await detect(streamOf(runs))).toEqual(allWell);
    return world;
  };
  const outage = (world: ReturnType<typeof newWorld>) => world.memory.outages.get(`${smtp} ${at(1) + 500}`);
  const toldOf = (world: ReturnType<typeof newWorld>) => eventIds(world).filter((id) => id.includes('acme/mail'));

  test('keeps an outage quiet, and nobody else’s', async () => {
    const world = await detectUnder(windows('2026-01-05', '2 h'));
    expect(outage(world)).toMatchObject({ told: false, window: 'mondays@2026-10-05' });
    expect(toldOf(world)).toEqual([]);
    expect(eventIds(world).filter((id) => id.includes('bolt/mail'))).toHaveLength(4);
  });

  test('lets an overrun be told', async () => {
    const world = await detectUnder(windows('2026-01-05', '3 min'));
    expect(outage(world)).toMatchObject({ told: true, window: 'mondays@2026-10-05' });
    expect(toldOf(world)).toHaveLength(4);
  });

  test('keeps nothing quiet before its first day', async () => {
    const world = await detectUnder(windows('2026-10-12', '2 h'));
    expect(outage(world)).toMatchObject({ told: true });
    expect(outage(world)).not.toHaveProperty('window');
  });
});

test('of minutes in which all is well, only the first under a plan is written', async () => {
  const world = newWorld();
  const fate = killer();
  await detectIn(world, fate)(streamOf([0, 1, 2].map((minute) => imageOfRun(runOfMinute(plan, minute)))));
  expect(fate.writes).toBe(1);
  expect(await world.stores.detections.load(0)).toMatchObject({ state: { endpoints: {} }, rev: 1 });
});

test('a whole shard that fails at once is told in steps that each fit a transaction', async () => {
  const services = Array.from(
    { length: 40 },
    (_, n) => `      host-${n}: { name: Host ${n}, tcp: "h${n}.acme.example:25" }`,
  );
  const wide = planWith({
    acme: `  hosts:\n    name: Hosts\n    fee: 1.00 EUR\n    endpoints:\n${services.join('\n')}`,
  });
  const ids = Array.from({ length: 40 }, (_, n) => `acme/hosts/host-${n}`);
  const both = streamOf([0, 1].map((minute) => imageOfRun(runOfMinute(wide, minute, ids))));
  const world = newWorld();
  const stores = memoryStores(world.memory);
  const detect = (fate = killer()) =>
    makeDetect({
      ...stores,
      plans: memoryPlans(wide),
      detections: mortal(stores.detections, fate),
      now: () => at(60),
      log: quiet,
    });
  await detect(killer(3, 'after'))(both); // the first minute, thirty of forty, then death
  expect(world.memory.outages.size).toBeGreaterThan(0);
  await detect()(both);
  expect(world.memory.outages.size).toBe(40);
  expect(world.memory.outbox.size).toBe(80);
});
