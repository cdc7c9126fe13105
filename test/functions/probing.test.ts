import { describe, expect, test } from 'vitest';
import { makeProbe, type ProbeEvent } from '../../functions/probe/handler.ts';
import { makeTick, scheduledAtOf } from '../../functions/tick/handler.ts';
import { isDue, rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { at, memoryPlans, newWorld, place, planWith, versionOfPlan } from './world.ts';

describe('tick', () => {
  test.each([
    { name: "the schedule's own instant", event: { scheduledAt: '2026-10-05T12:03:00Z' }, is: at(3) },
    { name: 'an instant in milliseconds', event: { scheduledAt: at(3) + 1 }, is: at(3) + 1 },
    {
      name: 'the present minute for a placeholder that nobody replaced',
      event: { scheduledAt: '<aws.scheduler.scheduled-time>' },
      is: at(7),
    },
    { name: 'the present minute for nothing', event: undefined, is: at(7) },
  ])('answers for $name', ({ event, is }) => {
    expect(scheduledAtOf(event, at(7.5))).toBe(is);
  });

  const tickWith = (shards: number, startProbe: (event: ProbeEvent) => Promise<void>) =>
    makeTick({
      plans: {
        current: async () => ({
          seq: 1,
          version: 'v',
          rosters: Array(shards).fill({ places: [place], offsetsMs: [0] }),
          appliedAt: at(0),
        }),
      },
      ...{ place, startProbe, now: () => at(1) },
    });

  test('starts each shard once, with the same minute', async () => {
    const started: ProbeEvent[] = [];
    expect(await tickWith(3, async (event) => void started.push(event))({})).toEqual({ shards: 3 });
    expect(started).toEqual([0, 1, 2].map((shard) => ({ scheduledAt: at(1), shard, version: 'v', place })));
  });

  test('starts the shards that its place probes, under their own numbers', async () => {
    const started: number[] = [];
    const rosters = [['other'], [place], ['other', place]].map((places) => ({ places, offsetsMs: [0] }));
    const tick = makeTick({
      plans: { current: async () => ({ seq: 1, version: 'v', rosters, appliedAt: at(0) }) },
      ...{ place, startProbe: async ({ shard }) => void started.push(shard), now: () => at(1) },
    });
    expect(await tick({})).toEqual({ shards: 2 });
    expect(started).toEqual([1, 2]);
  });

  test('starts the others when one does not start, and says so', async () => {
    const started: number[] = [];
    const tick = tickWith(3, async ({ shard }) => {
      if (shard === 1) throw new Error('throttled');
      started.push(shard);
    });
    await expect(tick({})).rejects.toThrow('1 of 3 shards did not start');
    expect(started).toEqual([0, 2]);
  });

  test('has nothing to do before a plan was applied', async () => {
    const tick = makeTick({
      plans: { current: async () => undefined },
      place,
      startProbe: async () => {},
      now: () => at(1),
    });
    expect(await tick({})).toEqual({ shards: 0 });
  });
});

describe('probe', () => {
  const plan = planWith({ acme: '' });
  const [slots = []] = rostersOf(plan).map((roster) => roster.slots);
  /** Checks of five minutes are spread over them. */
  const rosterStates = slots.map((check) => (isDue(check, at(0)) ? (check.kind === 'tcp' ? 'down' : 'up') : 'not-due'));
  const event = { scheduledAt: at(0), shard: 0, version: versionOfPlan(plan), place };
  const probeIn = ({ stores }: ReturnType<typeof newWorld>, latencyMs: number) =>
    makeProbe({
      plans: memoryPlans(plan),
      runs: stores.runs,
      probe: async ({ kind }) =>
        kind === 'tcp' ? { state: 'down', cause: 'refused', detail: '' } : { state: 'up', latencyMs },
      now: () => at(0) + 250,
      sleep: async () => {},
      deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
    });

  test('writes one run of its shard, and the first of a minute stays', async () => {
    const world = newWorld();
    expect(await probeIn(world, 20)(event)).toEqual({ slots: 2, written: true });
    expect(await probeIn(world, 9_000)(event)).toEqual({ slots: 2, written: false });
    const [run] = [...world.memory.runs.values()];
    expect(run).toMatchObject({ place, shard: 0, startedAt: at(0) + 250, planVersion: event.version });
    const outcomes = decodeRun(runVersion, run?.codes ?? new Uint8Array());
    expect(outcomes.map(({ state }) => state)).toEqual(rosterStates);
  });

  test('refuses an event that is none', async () => {
    await expect(probeIn(newWorld(), 20)({ ...event, scheduledAt: 'soon' })).rejects.toThrow();
  });
});
