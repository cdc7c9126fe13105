/** A place whose functions are real and whose world is not: endpoints that behave as told, and a clock that never waits. */
import { makeProbe } from '../../functions/probe/handler.ts';
import { makeRecheck } from '../../functions/recheck/handler.ts';
import { makeTick } from '../../functions/tick/handler.ts';
import type { Check, Probe, Sample, TcpCheck, Verdict } from '../../shared/probe/check.ts';
import { type AskReferences, openNetwork } from '../../shared/probe/connectivity.ts';
import { newStreaks } from '../../shared/probe/failing.ts';
import type { Beat, Beats } from '../../shared/probe/heartbeat.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { offsetsOf, partOf, type Roster } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion, sampleAt } from '../../shared/probe/run.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { memoryStores, newMemory } from '../adapters/memory.ts';
import { tcpCheck } from '../checks.ts';
import { pretendedTime } from '../probe/pretended-time.ts';

const minuteMs = 60_000;
export const midnight = Date.UTC(2026, 9, 5);

/** What an attempt meets that begins at an instant. */
export type Behaviour = { readonly answersIn: number } | 'refused' | 'hangs' | 'throws';

export interface Pretended {
  readonly checks: readonly Check[];
  readonly behave: (id: string, at: number) => Behaviour;
  /** From what is stored to what the tick knows. @default 1 s */
  readonly detectionMs?: number;
  /** How long after its minute a tick begins. @default at once */
  readonly lateMs?: (minute: number) => number;
  /** From 0 to 1. @default always 0.5 */
  readonly random?: () => number;
  /** Whether the slow lane takes an event. @default always */
  readonly takes?: (event: unknown) => boolean;
  /** Events that it takes, and dies of. @default none */
  readonly loses?: (event: unknown) => boolean;
  /** The newest beat of an endpoint at an instant. */
  readonly beat?: (endpoint: string, now: number) => Beat | undefined;
  readonly references?: AskReferences;
  /** How often each event comes. @default once */
  readonly times?: number;
}

/** A sample as it came to be known. */
export interface Known extends Sample {
  readonly id: string;
  readonly from: 'run' | 'look';
  readonly storedAt: number;
}

export const aCheck = (id: string, more: Partial<TcpCheck> = {}): Check =>
  tcpCheck(`acme/mail/${id}`, { retryMs: 5_000, ...more });

export const pretendedPlace = ({ checks, behave, detectionMs = 1_000, lateMs = () => 0, ...more }: Pretended) => {
  const time = pretendedTime(midnight);
  const { runs } = memoryStores(newMemory());
  const streaks = newStreaks();
  const known: Known[] = [];
  const attempts: { readonly id: string; readonly at: number; until: number }[] = [];
  const rounds: { readonly scheduledAt: EpochMs; readonly startedAt: EpochMs; readonly storedAt: number }[] = [];
  const going: Promise<unknown>[] = [];
  const roster: Roster = { shard: 0, places: ['home'], slots: checks };

  const learn = (samples: readonly Omit<Known, 'storedAt'>[]): void => {
    const storedAt = time.now();
    known.push(...samples.map((sample) => ({ ...sample, storedAt })));
    void time.sleep(detectionMs).then(() => {
      for (const sample of samples) {
        const check = checks.find(({ id }) => id === sample.id);
        if (check) streaks.saw(check, sample);
      }
    });
  };
  const idOf = (slot: number): string => checks[slot]?.id ?? '';
  const stored = {
    claim: runs.claim,
    putOnce: async (run: Parameters<typeof runs.putOnce>[0]) => {
      const written = await runs.putOnce(run);
      if (!written) return false;
      rounds.push({ scheduledAt: run.scheduledAt, startedAt: run.startedAt, storedAt: time.now() });
      const samples = decodeRun(runVersion, run.codes).map((outcome, slot) => ({
        ...{ id: idOf(slot), at: sampleAt(run.startedAt, slot), from: 'run' as const },
        state: outcome.state,
      }));
      learn(samples.flatMap(({ state, ...one }) => (state === 'not-due' ? [] : [{ ...one, state }])));
      return true;
    },
    putLooks: async (looks: Parameters<typeof runs.putLooks>[0]) => {
      const written = await runs.putLooks(looks);
      if (!written) return false;
      const seen = decodeLooks(looksVersion, looks.packed, looks.writtenAt);
      learn(seen.map(({ slot, at, outcome }) => ({ id: idOf(slot), at, state: outcome.state, from: 'look' })));
      return true;
    },
  };

  const probe: Probe = async (check, signal) => {
    const one = { id: check.id, at: time.now(), until: Number.POSITIVE_INFINITY };
    attempts.push(one);
    const verdict = await meet(behave(check.id, time.now()), signal);
    one.until = time.now();
    return verdict;
  };
  const meet = (behaviour: Behaviour, signal: AbortSignal): Promise<Verdict> | Verdict => {
    if (behaviour === 'refused') return { state: 'down', cause: 'refused', detail: 'ECONNREFUSED' };
    if (behaviour === 'throws') throw new Error('a bug');
    return new Promise((resolve) => {
      const cut: Verdict = { state: 'down', cause: 'response-timeout', detail: 'still waiting for the answer' };
      signal.addEventListener('abort', () => resolve(cut));
      if (behaviour === 'hangs') return;
      const { answersIn: latencyMs } = behaviour;
      time.sleep(latencyMs).then(() => resolve({ state: 'up', latencyMs }));
    });
  };

  const plans = { roster: async () => roster };
  const newNetwork = () => openNetwork(more.references, time.now);
  const beats: Pick<Beats, 'of'> = {
    of: async (endpoints) =>
      new Map(
        endpoints.flatMap((endpoint) => {
          const beat = more.beat?.(endpoint, time.now());
          return beat ? [[endpoint, beat] as const] : [];
        }),
      ),
  };
  const lane = { ...time, probe, plans, newNetwork, runs: stored, beats };
  /** As Lambda does it: by text, later, and nobody waits. */
  const later =
    (handler: (event: unknown) => Promise<unknown>, taken: (event: unknown) => boolean = () => true) =>
    async (event: unknown): Promise<void> => {
      if (!taken(event)) throw new Error('throttled');
      if (more.loses?.(event)) return;
      const text = JSON.stringify(event);
      for (let n = 0; n < (more.times ?? 1); n++) going.push(time.sleep(50).then(() => handler(JSON.parse(text))));
    };
  const recheck = makeRecheck({
    ...lane,
    readPart: async (_, __, wanted) => partOf(roster, wanted),
    random: more.random ?? (() => 0.5),
  });
  const startProbe = later(makeProbe({ ...lane, pace: newPace(), startRecheck: later(recheck, more.takes) }));
  const tick = makeTick({
    plans: {
      current: async () => ({
        ...{ seq: 1, version: 'v', appliedAt: epochMs(midnight) },
        rosters: [{ places: ['home'], offsetsMs: offsetsOf(roster) }],
      }),
    },
    place: 'home',
    failingOf: async () => streaks.failing(),
    startProbe,
    startRecheck: later(recheck, more.takes),
    now: () => epochMs(Math.trunc(time.now())),
    sleep: time.sleep,
  });
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute++) {
      const scheduledAt = midnight + minute * minuteMs;
      const early = scheduledAt + lateMs(minute) - time.now();
      if (early > 0) await time.sleep(early);
      going.push(...Array.from({ length: more.times ?? 1 }, () => tick({ scheduledAt })));
    }
    for (let ended = 0; ended < going.length; ended = going.length) await Promise.all(going);
    while (going.length > 0) await Promise.all(going.splice(0));
  };
  return {
    known,
    attempts,
    rounds,
    runs,
    time,
    /** So many minutes from midnight, until everything that they began has ended. */
    live: (count: number): Promise<void> => time.untilDone(minutes(count)),
  };
};
