/** Three loops in one process: rounds, uploads, and the plan that is followed. None waits for another. */
import { minuteMs } from '../shared/probe/check-schema.ts';
import { offsetsOf } from '../shared/probe/roster.ts';
import { epochMs } from '../shared/time/span.ts';
import type { FollowedPlan, Follower } from './follow.ts';
import { mostClockOffMs, nextInstant, staggerOf } from './minutes.ts';
import { makeRounds, type Rounds, type RoundsDeps } from './rounds.ts';
import type { Spool } from './spool.ts';
import type { AgentState } from './state-file.ts';
import type { Uploader } from './upload.ts';
import { openWaits } from './waits.ts';

/** Of the ten seconds that systemd, or whoever stops the agent, waits: for rounds to end, and for uploads after that. */
const roundsEndMs = 6_000;
const uploadsEndMs = 3_000;

/** Between two attempts to reach AWS: what comes back is noticed within the minute. */
const backOffMs = { least: 1_000, most: 30_000 } as const;

const awakeMs = 1_000;

export interface AgentDeps extends Omit<RoundsDeps, 'keep'> {
  readonly spool: Spool;
  readonly uploader: Uploader;
  readonly follower: Follower;
  /** How far AWS's clock is ahead, by its last answer. */
  readonly clockOffMs: () => number | undefined;
  /** Once a minute. */
  readonly tell: (state: Told) => Promise<void>;
  readonly messageOf: (error: unknown) => string;
}

/** What the loops know of themselves; the rest of the state is the process's. */
export type Told = Pick<
  AgentState,
  'plan' | 'endpoints' | 'failing' | 'lastRound' | 'online' | 'lastSent' | 'sent' | 'clockOffMs' | 'lastError'
>;

export interface Agent {
  /** Until it is stopped. */
  run(stop: AbortSignal): Promise<void>;
  /** One round and one upload; false where something still waits after it. */
  once(): Promise<boolean>;
}

const iso = (at: number): string => new Date(at).toISOString();

export const makeAgent = (deps: AgentDeps): Agent => {
  const { place, wall, sleep, random, spool, uploader, follower, log, messageOf } = deps;
  const now = () => epochMs(Math.trunc(wall()));
  const untilRound = openWaits(sleep);
  const untilNews = openWaits(sleep);
  const untilRetry = openWaits(sleep);
  const untilPoll = openWaits(sleep);
  const rounds: Rounds = makeRounds({
    ...deps,
    keep: async (spooled) => {
      const kept = await spool.keep(spooled);
      untilNews.ring();
      return kept;
    },
  });
  const inFlight = new Set<Promise<void>>();
  let [online, failures]: [boolean, number] = [false, 0];
  let [lastRound, lastSent, lastError, cutOffAt]: [number?, number?, string?, number?] = [];

  const told = (): Told => {
    const plan = follower.current();
    const clockOffMs = deps.clockOffMs();
    return {
      ...(plan && { plan: plan.version }),
      endpoints: (plan?.rosters ?? []).reduce((sum, { slots }) => sum + slots.length, 0),
      ...{ failing: rounds.failing(), online, sent: uploader.sent() },
      ...(lastRound !== undefined && { lastRound: iso(lastRound) }),
      ...(lastSent !== undefined && { lastSent: iso(lastSent) }),
      ...(clockOffMs !== undefined && { clockOffMs }),
      ...(!online && lastError !== undefined && { lastError }),
    };
  };
  const tell = (): Promise<void> =>
    deps
      .tell(told())
      .catch((error: unknown) => log.error('the state file is not written', { reason: messageOf(error) }));

  const begin = (at: ReturnType<typeof now>, plan: FollowedPlan): Promise<void> => {
    lastRound = at;
    const round: Promise<void> = rounds.begin(at, plan).finally(() => void inFlight.delete(round));
    inFlight.add(round);
    return round;
  };

  const clockIsRight = (): boolean => {
    const off = deps.clockOffMs() ?? 0;
    if (Math.abs(off) <= mostClockOffMs) return true;
    log.error('the clock is wrong: nothing is probed until it is set', { clockOffMs: off });
    return false;
  };

  const roundsLoop = async (stop: AbortSignal): Promise<void> => {
    const staggerMs = staggerOf(place);
    const notBefore = now();
    let [last, toldAt]: [ReturnType<typeof now>?, number?] = [];
    while (!stop.aborted) {
      const plan = follower.current();
      const offsetsMs = offsetsOf({ slots: (plan?.rosters ?? []).flatMap(({ slots }) => slots) });
      const at = nextInstant(now(), { offsetsMs, staggerMs, notBefore, last });
      const early = at + staggerMs - now();
      if (early > 0) {
        await untilRound.pause(Math.min(early, awakeMs)); // a little at a time: the clock may be set
        continue;
      }
      last = at;
      if (plan && clockIsRight()) void begin(at, plan);
      const minute = Math.floor(at / minuteMs);
      if (minute !== toldAt) void tell();
      toldAt = minute;
    }
  };

  const reached = (): void => {
    if (!online && cutOffAt !== undefined) {
      log.info('AWS is reached again', { after: `${Math.round((now() - cutOffAt) / 1_000)} s`, ...spool.size() });
      untilPoll.ring(); // the plan may have changed meanwhile
    }
    [online, failures, cutOffAt] = [true, 0, undefined];
  };
  const missed = (error: unknown): void => {
    lastError = messageOf(error);
    if (cutOffAt === undefined) log.error('AWS is not reached: samples wait on disk', { reason: lastError });
    [online, failures, cutOffAt] = [false, failures + 1, cutOffAt ?? now()];
  };

  /** One attempt to send what waits; whether all of it went. */
  const send = async (stopped: () => boolean): Promise<boolean> => {
    try {
      const before = uploader.sent();
      if (!clockIsRight()) return false; // what was seen since it went wrong would be false: a person must look at it
      await uploader.drain(stopped);
      if (uploader.sent() > before) {
        lastSent = now();
        reached();
      }
      return spool.size().waiting === 0;
    } catch (error) {
      missed(error);
      return false;
    }
  };

  const uploadLoop = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await send(() => stop.aborted);
      const waitMs = Math.min(backOffMs.most, backOffMs.least * 2 ** failures) * (0.5 + random() / 2);
      await (failures > 0 ? untilRetry.pause(waitMs) : untilNews.pause(minuteMs));
    }
  };

  const poll = async (): Promise<void> => {
    try {
      await follower.poll();
      if (spool.size().waiting === 0) reached();
    } catch (error) {
      lastError = messageOf(error);
      log.error('whether the plan has changed is not known', { reason: lastError });
    }
  };
  const followLoop = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await poll();
      await untilPoll.pause(minuteMs * (0.9 + 0.2 * random()));
    }
  };

  const settled = async (ms: number, work: Iterable<Promise<unknown>>): Promise<void> => {
    await Promise.race([Promise.allSettled([...work]), sleep(ms)]);
  };

  return {
    run: async (stop) => {
      stop.addEventListener('abort', () => {
        for (const waits of [untilRound, untilNews, untilRetry, untilPoll]) waits.end();
      });
      // A loop that throws ends the process: it is a bug.
      const loops = Promise.all([followLoop(stop), uploadLoop(stop), roundsLoop(stop)]);
      await Promise.race([loops, aborted(stop)]);
      log.info('stopping', { rounds: inFlight.size, ...spool.size() });
      await settled(roundsEndMs, inFlight);
      let over = false;
      await settled(uploadsEndMs, [loops.then(() => send(() => over))]);
      over = true;
      await tell();
      log.info('stopped', { ...spool.size() });
    },
    once: async () => {
      await poll();
      const plan = follower.current();
      if (!plan) throw new NoPlan(`no plan is known: ${lastError ?? 'none was applied yet'}`);
      if (!clockIsRight()) throw new Error(`the clock is ${deps.clockOffMs()} ms from AWS's: set it first`);
      await begin(epochMs(Math.floor(now() / minuteMs) * minuteMs), plan);
      const sent = await send(() => false);
      await tell();
      return sent;
    },
  };
};

/** There is nothing to probe yet: AWS was not asked with success, or has no plan. */
export class NoPlan extends Error {}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
