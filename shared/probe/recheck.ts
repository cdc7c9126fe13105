/**
 * The slow lane: endpoints that the fast lane has doubts about, or that are known to fail. Each has its whole timeout and a
 * second attempt; what is found is stored as looks.
 *
 * Sample   an attempt, and after a failure another `retryMs` later. A success counts at its own attempt's instant, a
 *          failure at the first one's.
 * Dense    while an endpoint is confirmed down, a short try each eight seconds at most. Only a success is stored: failed
 *          tries are no evidence, so that `confirm` and counted samples mean what the contract says.
 */
import type { EpochMs } from '../time/span.ts';
import { type Attempt, type Attempting, attempt } from './attempt.ts';
import type { Check, Verdict } from './check.ts';
import { minuteMs } from './check-schema.ts';
import type { Network } from './connectivity.ts';
import { type Failing, isFollowed } from './failing.ts';
import { type LookWriter, openLookWriter } from './look-writer.ts';
import { isDue, offsetsOf, type PartOfRoster } from './roster.ts';
import type { Suspect } from './run-checks.ts';
import type { Runs } from './runs.ts';

export interface Rechecking extends Attempting {
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly network: Network;
  readonly runs: Pick<Runs, 'putLooks'>;
  readonly place: string;
  readonly planVersion: string;
}

/** Starts of the slow lane: what a tenth of a processor can shake hands at. */
const slowPaceMs = 10;

/** Between two dense tries at most; with the answer's own time, the end of an outage is known within ten seconds. */
export const denseMs = 8_000;

/** After the next minute's watch should have begun: it may come late, and an outage must not end unseen in between. */
const overlapMs = 5_000;

/** Until when what fails in a round that began then is followed: the next round's watch takes it over. */
export const followedUntil = (startedAt: number, everyMs = minuteMs): number =>
  startedAt + Math.min(everyMs, minuteMs) + overlapMs;

/** After this long since it began, no sample begins its second attempt that could not end in time. */
const mostMs = 85_000;

/** Between the first attempt and the second: a fifth more or less, so that many do not come back at once. */
export const retryAfterMs = (retryMs: number, random: () => number): number => retryMs * (0.8 + 0.4 * random());

/** Between two dense tries: up to a fifth less, never more. */
export const denseAfterMs = (random: () => number): number => denseMs * (1 - 0.2 * random());

const until = async (at: number, { now, sleep }: Pick<Attempting, 'now' | 'sleep'>): Promise<void> => {
  const ms = at - now();
  if (ms > 0) await sleep(ms);
};

/** An endpoint in the slow lane. */
interface Followed {
  readonly check: Check;
  readonly shard: number;
  readonly slot: number;
}

interface Seen {
  readonly at: EpochMs;
  readonly verdict: Verdict;
}

/** One endpoint's attempts, each of which puts off its next dense try. */
const openFollower = ({ check, shard, slot }: Followed, endBy: number, lane: Rechecking, writer: LookWriter) => {
  const { now, random, network } = lane;
  let triedAt = Number.NEGATIVE_INFINITY;
  let well = false;
  let dense: Promise<void> | undefined;

  const tried = (allowedMs: number): Promise<Attempt> => {
    triedAt = now();
    return attempt(check, allowedMs, lane);
  };
  const second = async (firstAt: EpochMs, notBefore: number): Promise<Seen> => {
    await until(Math.min(notBefore, endBy - check.timeoutMs), lane);
    const again = await tried(check.timeoutMs);
    const verdict = await network.judge(check, again.verdict);
    return { at: verdict.state === 'up' ? again.at : firstAt, verdict };
  };
  const sample = async (): Promise<Seen> => {
    const first = await tried(check.timeoutMs);
    const mayTryAgain = check.retryMs > 0 && now() <= endBy - check.timeoutMs;
    if (first.verdict.state !== 'up' && mayTryAgain)
      return second(first.at, first.at + retryAfterMs(check.retryMs, random));
    return { at: first.at, verdict: await network.judge(check, first.verdict) };
  };

  const tryDensely = async (untilAt: number): Promise<void> => {
    let gapMs = denseAfterMs(random);
    while (!well) {
      const next = Math.max(now(), triedAt + gapMs);
      if (next >= untilAt) return;
      await until(next, lane);
      if (well) return;
      if (now() < triedAt + gapMs) continue; // a sample was begun meanwhile
      const { at, verdict } = await tried(Math.min(check.timeoutMs, denseMs));
      gapMs = denseAfterMs(random);
      if (verdict.state !== 'up') continue;
      well = true;
      writer.writeNow(shard, { slot, at, verdict });
    }
  };
  return {
    second,
    sample,
    /** Whether the endpoint is well, as a sample says. */
    saw: ({ state }: Verdict): void => {
      if (state !== 'unknown') well = state === 'up';
    },
    isWell: (): boolean => well,
    /** Begins dense tries unless there are some already. */
    densely: (untilAt: number): void => {
      dense ??= tryDensely(untilAt).finally(() => {
        dense = undefined;
      });
    },
    /** Puts off the first dense try to after a sample that will begin then. */
    expect: (at: number): void => {
      triedAt = Math.max(triedAt, at);
    },
    ended: async (): Promise<void> => {
      await dense;
    },
  };
};

export interface RetryOptions extends Rechecking {
  /** With the suspects' checks. */
  readonly roster: PartOfRoster;
  readonly suspects: readonly Suspect[];
  /** When their round began. */
  readonly startedAt: number;
}

/**
 * Gives suspects of one round their second attempt: after `retryMs` where they failed, at once where only the fast deadline
 * cut them. One that is thereby confirmed is tried densely until the next minute takes it over.
 */
export const retrySuspects = async ({ roster, suspects, startedAt, ...lane }: RetryOptions): Promise<void> => {
  const { now, random } = lane;
  const begunAt = now();
  const writer = openLookWriter({ ...lane, putLooks: lane.runs.putLooks });
  const follow = async ({ slot, at, first }: Suspect, index: number): Promise<void> => {
    const check = roster.checks.get(slot);
    if (!check) return;
    const follower = openFollower({ check, shard: roster.shard, slot }, begunAt + mostMs, lane, writer);
    await until(begunAt + index * slowPaceMs, lane);
    if (first === 'judged') follower.expect(at);
    else {
      const waitMs = first === 'failed' ? retryAfterMs(check.retryMs, random) : 0;
      const seen = first === 'none' ? await follower.sample() : await follower.second(at, at + waitMs);
      follower.saw(seen.verdict);
      writer.write(roster.shard, { slot, ...seen });
      if (seen.verdict.state !== 'down' || check.confirm > 1) return;
    }
    follower.densely(followedUntil(startedAt, check.everyMs));
    await follower.ended();
  };
  await Promise.all(suspects.map(follow));
  await writer.done();
};

export interface WatchOptions extends Rechecking {
  readonly shards: readonly { readonly roster: PartOfRoster; readonly failing: readonly Failing[] }[];
  /** The minute. */
  readonly scheduledAt: EpochMs;
  /** When it really began: schedules are punctual to the minute and no more. */
  readonly startedAt: number;
  /** Where in the minute it takes over: checks of a minute and more are then no matter of it. @default 0 */
  readonly fromMs?: number;
}

/**
 * A minute in the life of endpoints that fail, which no round of it probes: a sample at each instant at which they are due,
 * and dense tries while they are confirmed down. Recoveries are stored at once.
 */
export const watchFailing = async ({
  shards,
  scheduledAt,
  startedAt,
  fromMs = 0,
  ...lane
}: WatchOptions): Promise<void> => {
  const { now } = lane;
  const endAt = followedUntil(startedAt);
  if (now() >= startedAt + minuteMs) return; // the next minute's watch has them
  const writer = openLookWriter({ ...lane, putLooks: lane.runs.putLooks });
  const all = shards.flatMap(({ roster, failing }) => {
    const knownOf = new Map(failing.map((known) => [known.id, known]));
    return [...roster.checks].flatMap(([slot, check]) => {
      const known = knownOf.get(check.id);
      if (!known || (fromMs > 0 && check.everyMs >= minuteMs)) return [];
      if (!isFollowed(check, known, scheduledAt)) return []; // the fast lane has it
      return [{ known, followed: { check, shard: roster.shard, slot } }];
    });
  });
  const follow = async ({ known, followed }: (typeof all)[number], index: number): Promise<void> => {
    const { check, shard, slot } = followed;
    const begunAt = Math.max(now(), startedAt + fromMs) + index * slowPaceMs;
    await until(begunAt, lane);
    const follower = openFollower(followed, begunAt + mostMs, lane, writer);
    const due = offsetsOf({ slots: [check] })
      .filter((ms) => ms >= fromMs && isDue(check, scheduledAt + ms))
      .map((ms) => startedAt + ms)
      .filter((at) => at + check.everyMs > begunAt); // of those that a late start has missed, the last
    let { failures, confirmed } = known;
    if (confirmed) {
      if (due[0] !== undefined && due[0] <= begunAt) follower.expect(begunAt); // the sample is a try
      follower.densely(endAt);
    }
    const sampled = due.map(async (dueAt) => {
      await until(dueAt + index * slowPaceMs, lane);
      const { at, verdict } = await follower.sample();
      if (follower.isWell()) [failures, confirmed] = [0, false]; // a dense try found it so: what fails now is another streak
      const look = { slot, at, verdict, told: !confirmed };
      follower.saw(verdict);
      if (verdict.state === 'up') {
        [failures, confirmed] = [0, false];
        return writer.writeNow(shard, look);
      }
      writer.write(shard, look);
      if (verdict.state !== 'down') return;
      failures += 1;
      confirmed ||= failures >= check.confirm;
      if (confirmed) follower.densely(endAt);
    });
    await Promise.all(sampled);
    await follower.ended();
  };
  await Promise.all(all.map(follow));
  await writer.done();
};
