import { describe, expect, test } from 'vitest';
import { makeDetect } from '../../functions/detect/handler.ts';
import { rostersOf, slotsPerShard } from '../../shared/probe/roster.ts';
import { at, imageOfRun, memoryPlans, newWorld, planWith, quiet, runOfMinute, streamOf } from './world.ts';

/** So many more endpoints than a client has by itself. */
const more = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `      e${String(i).padStart(3, '0')}: { tcp: "e${i}.example.com:25" }\n`,
  ).join('');

const one = planWith({ big: more(slotsPerShard) }); // 962 endpoints: two are in the second shard
const shifted = planWith({ acme: '', big: more(slotsPerShard) }); // two more before them
const shrunk = planWith({ big: '' });

const shardOf = (plan: typeof one, id: string): number =>
  rostersOf(plan).find(({ slots }) => slots.some((slot) => slot.id === id))?.shard ?? -1;
const moving = 'big/mail/e957';
const last = 'big/mail/e959';

const scene = () => {
  const world = newWorld();
  const detect = makeDetect({
    plans: memoryPlans(one, shifted, shrunk),
    ...world.stores,
    now: () => at(60),
    log: quiet,
  });
  const run = async (plan: typeof one, minute: number, shard: number, failing: readonly string[]): Promise<void> => {
    expect(await detect(streamOf([imageOfRun(runOfMinute(plan, minute, failing, shard))]))).toEqual({
      batchItemFailures: [],
    });
  };
  const told = () => [...world.memory.outbox.keys()].filter((key) => key.startsWith('ops ')).sort();
  const outages = async () => world.stores.detections.outages('big', { start: at(0), end: at(99) });
  return { run, told, outages };
};

describe('an endpoint that is down while a new plan moves it to another shard', () => {
  test('is where this test says', () => {
    expect([shardOf(one, moving), shardOf(shifted, moving)]).toEqual([0, 1]);
    expect([shardOf(one, last), shardOf(shrunk, last)]).toEqual([1, -1]);
  });

  test.each([
    { first: 0, second: 1 },
    { first: 1, second: 0 },
  ])('is told nothing about, and its outage goes on: shard $first runs first', async ({ first, second }) => {
    const { run, told, outages } = scene();
    for (const minute of [0, 1]) await run(one, minute, 0, [moving]);
    expect(told()).toHaveLength(1);
    for (const shard of [first, second]) await run(shifted, 2, shard, [moving]);
    for (const shard of [first, second]) await run(shifted, 3, shard, [moving]);
    expect(told()).toHaveLength(1);
    for (const shard of [first, second]) await run(shifted, 4, shard, []);
    for (const shard of [first, second]) await run(shifted, 70, shard, []);
    for (const shard of [first, second]) await run(one, 80, shard, []); // what was left behind stays there
    expect(await outages()).toMatchObject([{ endpoint: moving, openedAt: at(0) + 500 + 959, reason: 'recovered' }]);
    expect(told()).toHaveLength(2);
  });

  test('is closed as unwatched where the plan holds it no more, though its shard is gone', async () => {
    const { run, told, outages } = scene();
    for (const minute of [0, 1]) for (const shard of [0, 1]) await run(one, minute, shard, [last]);
    await run(shrunk, 2, 0, []);
    await run(shrunk, 3, 0, []);
    expect(await outages()).toMatchObject([{ endpoint: last, reason: 'unwatched' }]);
    expect(told()).toHaveLength(2);
  });
});
