import { describe, expect, test } from 'vitest';
import { makeProbe, type ProbeDeps, type ProbeEvent } from '../../functions/probe/handler.ts';
import { type RetryEvent, Unfinished, type WatchEvent } from '../../functions/recheck/event.ts';
import { makeTick, scheduledAtOf, type TickDeps } from '../../functions/tick/handler.ts';
import { openNetwork } from '../../shared/probe/connectivity.ts';
import type { Failing } from '../../shared/probe/failing.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { isDue, rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
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

  type Shards = readonly { readonly places?: readonly string[]; readonly offsetsMs?: readonly number[] }[];
  const failing = (id: string): Failing => ({ id, failures: 1, confirmed: false, seenAt: at(0) });

  /** A tick, and what it starts in order; sleeping moves its clock. */
  const tickOver = (shards: Shards, more: Partial<TickDeps> = {}) => {
    const started: (ProbeEvent | WatchEvent)[] = [];
    let passedMs = 0;
    const tick = makeTick({
      plans: {
        current: async () => ({
          ...{ seq: 1, version: 'v', appliedAt: at(0) },
          rosters: shards.map(({ places = [place], offsetsMs = [0] }) => ({ places, offsetsMs })),
        }),
      },
      place,
      failingOf: async () => [],
      startProbe: async (event) => void started.push(event),
      startRecheck: async (event) => void started.push(event),
      now: () => epochMs(at(1) + passedMs),
      sleep: async (ms) => {
        passedMs += ms;
      },
      ...more,
    });
    return { started, tick };
  };
  const probeOf = (shard: number, leaveOut: string[] = [], ms = 0) => ({
    ...{ scheduledAt: epochMs(at(1) + ms), shard, version: 'v', place },
    leaveOut: leaveOut.map((id) => ({ id, seenAt: at(0) })),
  });

  test('starts each shard of its place once, with the same minute', async () => {
    const { started, tick } = tickOver([{}, { places: ['elsewhere'] }, { places: ['elsewhere', place] }]);
    expect(await tick({})).toEqual({ shards: 2 });
    expect(started).toEqual([probeOf(0), probeOf(2)]);
  });

  test('starts the others when one does not start, and says so', async () => {
    const begun: number[] = [];
    const startProbe = async ({ shard }: ProbeEvent) => {
      if (shard === 1) throw new Error('throttled');
      begun.push(shard);
    };
    await expect(tickOver([{}, {}, {}], { startProbe }).tick({})).rejects.toThrow('1 parts of the minute');
    expect(begun).toEqual([0, 2]);
  });

  test('leaves out what fails, and has all shards watched at once', async () => {
    const failingOf = async (_: string, shard: number) => (shard === 1 ? [] : [failing(`c/s/${shard}`)]);
    const { started, tick } = tickOver([{}, {}, {}], { failingOf });
    await tick({});
    expect(started).toEqual([
      {
        ...{ kind: 'watch', place, version: 'v', scheduledAt: at(1), startedAt: at(1), fromMs: 0, part: 0 },
        shards: [0, 2].map((shard) => ({ shard, failing: [failing(`c/s/${shard}`)] })),
      },
      probeOf(0, ['c/s/0']),
      probeOf(1),
      probeOf(2, ['c/s/2']),
    ]);
  });

  test('divides what fails among as many as can follow it', async () => {
    const many = Array.from({ length: 600 }, (_, i) => failing(`c/s/${i}`));
    const { started, tick } = tickOver([{}], { failingOf: async () => many });
    await tick({});
    const watches = started.flatMap((event) => ('kind' in event ? [event] : []));
    expect(watches.map(({ part, shards }) => [part, shards[0]?.failing.length])).toEqual([
      [0, 256],
      [1, 256],
      [2, 88],
    ]);
  });

  test.each([
    { name: 'whose state cannot be read', more: { failingOf: () => Promise.reject(new Error('lost')) } },
    {
      name: 'that nobody takes to watch',
      more: {
        failingOf: async () => [failing('c/s/0')],
        startRecheck: () => Promise.reject(new Error('throttled')),
      },
    },
  ])('probes endpoints $name with all others', async ({ more }) => {
    const { started, tick } = tickOver([{}], more);
    await expect(tick({})).rejects.toThrow('1 parts of the minute did not start');
    expect(started).toEqual([probeOf(0)]);
  });

  test('begins rounds within the minute where they belong, and leaves out what began to fail in it', async () => {
    let asked = 0;
    const failingOf = async () => (asked++ === 0 ? [] : [failing('c/s/new')]);
    const { started, tick } = tickOver([{ offsetsMs: [0, 20_000, 40_000] }, {}], {
      failingOf: async (_, shard) => (shard === 0 ? failingOf() : []),
    });
    await tick({});
    expect(started).toEqual([
      probeOf(0),
      probeOf(1),
      {
        ...{ kind: 'watch', place, version: 'v', scheduledAt: at(1), startedAt: at(1), fromMs: 20_000, part: 0 },
        shards: [{ shard: 0, failing: [failing('c/s/new')] }],
      },
      probeOf(0, ['c/s/new'], 20_000),
      probeOf(0, ['c/s/new'], 40_000),
    ]);
  });

  test('has nothing to do before a plan was applied', async () => {
    expect(await tickOver([], { plans: { current: async () => undefined } }).tick({})).toEqual({ shards: 0 });
  });
});

describe('probe', () => {
  const plan = planWith({ acme: '' });
  const [slots = []] = rostersOf(plan).map((roster) => roster.slots);
  /** Checks of five minutes are spread over them: one in which the endpoint that fails is due. */
  const minute = [0, 1, 2, 3, 4]
    .map(at)
    .find((one) => slots.some((check) => check.kind === 'tcp' && isDue(check, one)));
  if (minute === undefined) throw new Error('no endpoint fails');
  const due = slots.filter((check) => isDue(check, minute));
  /** What fails is for the slow lane to say. */
  const rosterStates = slots.map((check) => (due.includes(check) && check.kind !== 'tcp' ? 'up' : 'not-due'));
  const event = { scheduledAt: minute, shard: 0, version: versionOfPlan(plan), place };
  const probeIn = (runs: ProbeDeps['runs'], latencyMs = 20, more: Partial<ProbeDeps> = {}) => {
    const handed: RetryEvent[] = [];
    const probe = makeProbe({
      plans: memoryPlans(plan),
      runs,
      probe: async ({ kind }) =>
        kind === 'tcp' ? { state: 'down', cause: 'refused', detail: '' } : { state: 'up', latencyMs },
      now: () => minute + 250,
      sleep: async () => {},
      turn: async () => () => {},
      deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
      pace: newPace(),
      newNetwork: () => openNetwork(undefined, () => 0),
      startRecheck: async (event) => void handed.push(event),
      ...more,
    });
    return { handed, probe };
  };

  test('writes one run of its shard, and who finds one does nothing more', async () => {
    const { memory, stores } = newWorld();
    const [first, second] = [probeIn(stores.runs), probeIn(stores.runs, 9_000)];
    expect(await first.probe(event)).toEqual({ slots: 2, written: true, handedOver: 1 });
    expect(await second.probe(event)).toEqual({ slots: 2, written: false, handedOver: 0 });
    expect([first.handed.length, second.handed.length]).toEqual([1, 0]);
    const [run] = [...memory.runs.values()];
    expect(run).toMatchObject({ place, shard: 0, startedAt: minute + 250, planVersion: event.version });
    const outcomes = decodeRun(runVersion, run?.codes ?? new Uint8Array());
    expect(outcomes.map(({ state }) => state)).toEqual(rosterStates);
  });

  test('probes nothing that is left out', async () => {
    const { memory, stores } = newWorld();
    const leaveOut = slots.map(({ id }) => ({ id, seenAt: at(0) }));
    expect(await probeIn(stores.runs).probe({ ...event, leaveOut })).toMatchObject({ handedOver: 0 });
    expect([...(memory.runs.values().next().value?.codes ?? [])]).toEqual([255, 255]);
  });

  test.each([
    { name: 'did not take it', error: new Error('throttled'), states: ['down'] },
    { name: 'died of it, and may have stored that it is well', error: new Unfinished(new Error('lost')), states: [] },
  ])('says what failed itself where the slow lane $name', async ({ error, states }) => {
    const { memory, stores } = newWorld();
    const { probe } = probeIn(stores.runs, 20, { startRecheck: () => Promise.reject(error) });
    await expect(probe(event)).rejects.toThrow('1 parts');
    const looks = [...memory.looks.values()].flatMap(({ packed, writtenAt }) =>
      decodeLooks(looksVersion, packed, writtenAt),
    );
    expect(looks.map(({ outcome }) => outcome.state)).toEqual(states);
  });

  test('refuses an event that is none', async () => {
    await expect(probeIn(newWorld().stores.runs).probe({ ...event, scheduledAt: 'soon' })).rejects.toThrow();
  });
});
