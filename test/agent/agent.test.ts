/** The whole orchestration in a time that is pretended, with a table, a disk and a network that are plain objects. */
import { describe, expect, test } from 'vitest';
import { type AgentDeps, makeAgent, type Told } from '../../agent/agent.ts';
import type { FollowedPlan } from '../../agent/follow.ts';
import { staggerOf } from '../../agent/minutes.ts';
import type { Spool } from '../../agent/spool.ts';
import { instantOf, nameOf, type Spooled } from '../../agent/spooled.ts';
import { makeUploader } from '../../agent/upload.ts';
import type { Check, Verdict } from '../../shared/probe/check.ts';
import { decodeLooks } from '../../shared/probe/looks.ts';
import { decodeRun, sampleAt } from '../../shared/probe/run.ts';
import type { Arrival } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { type PretendedTime, pretendedTime } from '../probe/pretended-time.ts';
import { aCheck, listening, minute, noon } from './given.ts';

const place = 'agence-lyon';
const stagger = staggerOf(place);
const up: Verdict = { state: 'up', latencyMs: 5 };
const down: Verdict = { state: 'down', cause: 'refused', detail: 'connection refused' };

const planOf = (checks: readonly Check[], version = 'aaaaaaaaaaaaaaaa', references: string[] = []): FollowedPlan => ({
  ...{ version, references },
  rosters: checks.length === 0 ? [] : [{ shard: 0, places: [place], slots: checks }],
});

/** A spool without a disk. */
const memorySpool = (): Spool & { readonly kept: Map<string, Spooled> } => {
  const kept = new Map<string, Spooled>();
  const names = () => [...kept.keys()].sort();
  return {
    kept,
    keep: async (spooled) => {
      if (kept.has(nameOf(spooled))) return false;
      kept.set(nameOf(spooled), spooled);
      return true;
    },
    next: (since) => names().find((name) => name >= String(since)) ?? names()[0],
    read: async (name) => kept.get(name),
    setAside: async (name) => void kept.delete(name),
    forget: async (name) => void kept.delete(name),
    size: () => ({ waiting: kept.size, bytes: 0, onlyInMemory: 0, refused: 0, setAside: 0 }),
    oldest: () => undefined,
  };
};

interface Sent {
  readonly spooled: Spooled;
  readonly arrival: Arrival;
}

/** A world around an agent: what AWS holds, whether it is reached, how endpoints answer, what the clock shows. */
const aWorld = (plan: FollowedPlan | undefined) => {
  const time: PretendedTime = pretendedTime(noon + 30_000);
  const world = {
    ...{ time, online: true, clockOffMs: 0, wallShiftMs: 0, plan, known: plan },
    answer: (_check: Check): Verdict => up,
    referencesAnswer: true,
    sent: new Map<string, Sent>(),
    late: [] as number[],
    told: [] as Told[],
    log: listening(),
    probed: [] as { readonly id: string; readonly at: number }[],
  };
  const reach = (): void => {
    if (!world.online) throw new Error('connect ETIMEDOUT');
  };
  const wall = () => time.now() + world.wallShiftMs;
  const put = async (spooled: Spooled, arrival: Arrival = 'live'): Promise<boolean> => {
    reach();
    if (world.sent.has(nameOf(spooled))) return false;
    world.sent.set(nameOf(spooled), { spooled, arrival });
    return true;
  };
  /** A process: what it keeps in memory goes with it; the spool stays. */
  const start = (spool = memorySpool()) => {
    const stop = new AbortController();
    const deps: AgentDeps = {
      ...{
        place,
        wall,
        monotonic: time.now,
        sleep: time.sleep,
        turn: time.turn,
        deadline: time.deadline,
        random: () => 0.5,
      },
      ...{ spool, log: world.log, messageOf: String, clockOffMs: () => world.clockOffMs },
      probe: async (check) => {
        world.probed.push({ id: check.id, at: time.now() });
        return world.answer(check);
      },
      ask: () => async () => world.referencesAnswer,
      follower: {
        current: () => world.known,
        poll: async () => {
          reach();
          world.known = world.plan;
        },
      },
      uploader: makeUploader({
        ...{
          spool,
          log: world.log,
          now: () => epochMs(wall()),
          confirmClock: async () => reach(),
          isRefusal: () => false,
        },
        runs: {
          putOnce: (run, arrival) => put({ kind: 'run', run }, arrival),
          putLooks: (looks, arrival) => put({ kind: 'looks', looks }, arrival),
          noteLate: async (_place, day) => {
            reach();
            world.late.push(day);
          },
        },
      }),
      tell: async (told) => void world.told.push(told),
    };
    const agent = makeAgent(deps);
    return { agent, spool, stop, running: agent.run(stop.signal) };
  };
  const pass = (ms: number): Promise<void> => time.untilDone(time.sleep(ms));
  return Object.assign(world, { start, pass });
};

const runsIn = (sent: ReadonlyMap<string, Sent>) =>
  [...sent.values()].flatMap(({ spooled, arrival }) =>
    spooled.kind === 'run' ? [{ ...spooled.run, arrival, outcomes: decodeRun(1, spooled.run.codes) }] : [],
  );

/** Every sample that AWS has: endpoint's slot, instant, state. */
const samplesIn = (sent: ReadonlyMap<string, Sent>) =>
  [...sent.values()]
    .flatMap(({ spooled }) =>
      spooled.kind === 'run'
        ? decodeRun(1, spooled.run.codes).map((outcome, slot) => ({
            ...{ slot, at: sampleAt(spooled.run.startedAt, slot), state: outcome.state },
          }))
        : decodeLooks(2, spooled.looks.packed, spooled.looks.writtenAt).map(({ slot, at, outcome }) => ({
            ...{ slot, at, state: outcome.state },
          })),
    )
    .filter(({ state }) => state !== 'not-due')
    .sort((a, b) => a.at - b.at);

const minutesOf = (sent: ReadonlyMap<string, Sent>) =>
  runsIn(sent)
    .map(({ scheduledAt }) => (scheduledAt - noon) / minute)
    .sort((a, b) => a - b);

describe('a place that is well', () => {
  test('is probed each minute, a little after it as all of its place, and sends at once', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.start();
    await world.pass(5 * minute);
    expect(minutesOf(world.sent)).toEqual([1, 2, 3, 4, 5]);
    expect(runsIn(world.sent).map(({ startedAt, scheduledAt }) => startedAt - scheduledAt)).toEqual(
      Array(5).fill(expect.closeTo(stagger, -3)),
    );
    expect(runsIn(world.sent).every(({ arrival }) => arrival === 'live')).toBe(true);
    expect(world.log.said.map(({ message }) => message)).toEqual([]); // no line a probe, none a round
  });

  test('probes in between where a check is of less than a minute', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router', { everyMs: 20_000 }), aCheck('a/lan/printer')]));
    world.start();
    await world.pass(minute + stagger);
    const seen = world.probed.map(({ id, at }) => `${id} ${Math.round((at - noon - stagger) / 1_000)}`);
    expect(seen).toEqual(['a/lan/router 40', 'a/lan/router 60', 'a/lan/printer 60', 'a/lan/router 80']);
  });

  test('without checks, or without a plan, says that it lives and does nothing', async () => {
    for (const plan of [planOf([]), undefined]) {
      const world = aWorld(plan);
      world.start();
      await world.pass(3 * minute);
      expect(world.sent.size).toBe(0);
      expect(world.told.length).toBeGreaterThanOrEqual(3);
      expect(world.log.said).toEqual([]);
    }
  });
});

describe('an endpoint that fails', () => {
  test('is tried again before it counts, then followed, and its end is known within ten seconds', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router', { confirm: 2 })]));
    const wellAt = noon + 5 * minute + 33_000;
    world.answer = () => (world.time.now() >= noon + 2 * minute && world.time.now() < wellAt ? down : up);
    world.start();
    await world.pass(8 * minute);
    const samples = samplesIn(world.sent);
    const failed = samples.filter(({ state }) => state === 'down');
    expect(failed.map(({ at }) => Math.floor((at - noon) / minute))).toEqual([2, 3, 4, 5]); // one a minute, retry included
    const recovered = samples.find(({ at, state }) => at > wellAt && state === 'up');
    expect((recovered?.at ?? 0) - wellAt).toBeLessThan(10_000);
    expect(minutesOf(world.sent)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const counted = samples.filter(({ state, at }) => state === 'up' && at > noon + 6 * minute);
    expect(counted).toHaveLength(3); // well again, it is in the rounds and nowhere else
  });

  test.each([
    {
      name: 'of the internet is unknown where AWS is not reached either',
      references: [],
      state: 'unknown',
      address: '192.0.2.1',
    },
    {
      name: 'that is near is down, whether the internet is there or not',
      references: [],
      state: 'down',
      address: '10.1.2.3',
    },
    {
      name: 'that is near is unknown where a named reference is gone too',
      references: ['10.1.2.1:443'],
      state: 'unknown',
      address: '10.1.2.3',
    },
  ])('$name', async ({ references, state, address }) => {
    const world = aWorld(planOf([aCheck('a/lan/router')], 'aaaaaaaaaaaaaaaa', references));
    world.referencesAnswer = false;
    world.answer = () => ({ state: 'down', cause: 'unreachable', detail: 'no route to host', address });
    world.start();
    await world.pass(2 * minute);
    expect(new Set(samplesIn(world.sent).map((sample) => sample.state))).toEqual(new Set([state]));
  });
});

describe('cut off from AWS', () => {
  test('for hours it goes on; afterwards all of it is there, and only the last minutes can wake somebody', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.start();
    await world.pass(minute);
    world.online = false;
    await world.pass(180 * minute);
    expect(minutesOf(world.sent)).toEqual([1]);
    world.online = true;
    await world.pass(2 * minute);
    expect(minutesOf(world.sent)).toEqual(Array.from({ length: 183 }, (_, n) => n + 1));
    const backAt = noon + 30_000 + 181 * minute;
    for (const { scheduledAt, arrival } of runsIn(world.sent)) {
      if (scheduledAt > noon + minute && scheduledAt < backAt - 11 * minute) expect(arrival).toBe('late');
      if (scheduledAt > backAt - 9 * minute) expect(arrival).toBe('live');
    }
    expect(new Set(world.late)).toEqual(new Set([Date.UTC(2026, 10, 23)]));
    const words = world.log.said.map(({ message }) => message);
    expect(words.filter((word) => word.startsWith('AWS is not reached'))).toHaveLength(1);
    expect(words.filter((word) => word === 'AWS is reached again')).toHaveLength(1);
    expect(samplesIn(world.sent)).toHaveLength(183);
  });

  test('it follows the plan that it knows, and the new one once it is back', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.start();
    await world.pass(minute);
    world.online = false;
    world.plan = planOf([aCheck('a/lan/router'), aCheck('a/lan/printer')], 'bbbbbbbbbbbbbbbb');
    await world.pass(5 * minute);
    world.online = true;
    await world.pass(3 * minute);
    const versions = runsIn(world.sent).map(({ planVersion, outcomes }) => `${planVersion[0]}${outcomes.length}`);
    expect(new Set(versions)).toEqual(new Set(['a1', 'b2']));
    expect(versions.at(-1)).toBe('b2');
    expect(versions).toEqual([...versions].sort());
  });

  test('and started again, it sends what the life before it left, and answers for no minute twice', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.online = false;
    const { spool, stop, running } = world.start();
    await world.pass(3 * minute + 5_000);
    stop.abort();
    await world.time.untilDone(running);
    world.start(spool);
    await world.pass(3 * minute);
    world.online = true;
    await world.pass(2 * minute);
    const minutes = minutesOf(world.sent);
    expect(minutes).toEqual([...new Set(minutes)]);
    expect(minutes).toEqual(Array.from({ length: minutes.length }, (_, n) => n + 1));
  });
});

describe('a clock', () => {
  test('that is set back a little makes no minute twice; set ahead, leaves what it jumped over unknown', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.start();
    await world.pass(2 * minute);
    world.wallShiftMs = -2 * minute;
    await world.pass(5 * minute);
    world.wallShiftMs = 60 * minute;
    await world.pass(2 * minute);
    const minutes = minutesOf(world.sent);
    expect(minutes).toEqual([...new Set(minutes)]);
    expect(minutes.filter((one) => one < 60)).toEqual([1, 2, 3, 4, 5]);
    expect(minutes.filter((one) => one >= 60).length).toBeGreaterThanOrEqual(2);
  });

  test('that jumps in the middle of a round moves no sample of it', async () => {
    const checks = Array.from({ length: 400 }, (_, n) => aCheck(`a/lan/${n}`));
    const world = aWorld(planOf(checks));
    world.online = false;
    const { spool } = world.start();
    await world.pass(30_000 + stagger + 200);
    world.wallShiftMs = -3_630_000;
    await world.pass(10_000);
    expect(world.probed).toHaveLength(400); // it did not wait for an hour
    const [kept] = spool.kept.values();
    expect(kept?.kind === 'run' && kept.run).toMatchObject({
      ...{ scheduledAt: noon + minute, startedAt: expect.closeTo(noon + minute + stagger, -3) },
      codes: expect.toSatisfy((codes: Uint8Array) => codes.every((code) => code < 232)),
    });
  });

  test("that AWS's contradicts by more than half a minute is not believed: nothing is probed, nothing is sent", async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.clockOffMs = -90_000;
    world.start();
    await world.pass(3 * minute);
    expect(world.probed).toEqual([]);
    expect(world.log.said.map(({ message }) => message)).toContain(
      'the clock is wrong: nothing is probed until it is set',
    );
    world.clockOffMs = 200;
    await world.pass(2 * minute);
    expect(minutesOf(world.sent).length).toBeGreaterThan(0);
  });
});

describe('asked to stop', () => {
  test('it finishes the round that it is in, sends it and is gone within ten seconds', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router'), aCheck('a/lan/printer')]));
    const { stop, running, spool } = world.start();
    world.answer = ({ id }) => (id === 'a/lan/printer' ? down : up); // its second attempt is five seconds away
    await world.pass(30_000 + stagger + 100);
    const askedAt = world.time.now();
    stop.abort();
    await world.time.untilDone(running);
    expect(world.time.now() - askedAt).toBeLessThan(10_000);
    expect(samplesIn(world.sent).map(({ slot, state }) => `${slot} ${state}`)).toContain('0 up');
    expect(spool.kept.size).toBe(0);
  });

  test('while cut off, it is gone as soon, and what was seen waits', async () => {
    const world = aWorld(planOf([aCheck('a/lan/router')]));
    world.online = false;
    const { stop, running, spool } = world.start();
    await world.pass(2 * minute);
    stop.abort();
    const askedAt = world.time.now();
    await world.time.untilDone(running);
    expect(world.time.now() - askedAt).toBeLessThan(10_000);
    expect([...spool.kept.values()].map(instantOf)).toEqual([noon + minute, noon + 2 * minute]);
  });
});

test('once is one round, sent', async () => {
  const world = aWorld(planOf([aCheck('a/lan/router')]));
  world.known = undefined;
  const { agent, stop } = world.start();
  stop.abort();
  expect(await world.time.untilDone(agent.once())).toBe(true);
  expect(minutesOf(world.sent)).toEqual([0]);
  world.clockOffMs = 200_000;
  await expect(agent.once()).rejects.toThrow('the clock is 200000 ms from AWS');
});
