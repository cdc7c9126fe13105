/** Heartbeats: what calls by itself, and is down when it does not. */
import type { EpochMs } from '../time/span.ts';
import type { Check, HeartbeatCheck, Probe, Verdict } from './check.ts';
import { callerOf } from './heartbeat-address.ts';

/** The newest call of an endpoint's job or device. */
export interface Beat {
  /** As of `callerOf`. */
  readonly caller: string;
  readonly at: EpochMs;
  /** Whether it called to report a failure. */
  readonly failed: boolean;
}

/** Where beats are kept: the newest of each caller. */
export interface Beats {
  /** False where a beat of then or later is there: that stays. */
  put(beat: Beat): Promise<boolean>;
  /** Those of the callers that ever beat, by caller. */
  of(callers: readonly string[]): Promise<ReadonlyMap<string, Beat>>;
}

const told = (at: EpochMs): string => new Date(at).toISOString().slice(0, 19).concat('Z');

/** Unknown before the first beat: Vigie cannot tell a job that never ran from one that nobody has set up yet. */
export const judgeBeat = ({ beatEveryMs, graceMs }: HeartbeatCheck, beat: Beat | undefined, now: number): Verdict => {
  if (!beat) return { state: 'unknown', detail: 'it has never called' };
  if (beat.failed) return { state: 'down', cause: 'reported', detail: `it reported a failure at ${told(beat.at)}` };
  if (now - beat.at > beatEveryMs + graceMs)
    return { state: 'down', cause: 'silent', detail: `it last called at ${told(beat.at)}` };
  return { state: 'up', latencyMs: 0 };
};

/** For so long one reading serves all heartbeats of a round, whose starts are a second apart at most. */
const freshMs = 2_000;

export interface Hearing {
  /** Of everything else. */
  readonly probe: Probe;
  /** None where heartbeats are not judged. */
  readonly beats?: Pick<Beats, 'of'> | undefined;
  readonly now: () => number;
}

/** A probe that judges heartbeats among the checks by one reading of all their beats, when the first of them is asked for. */
export const hearing = ({ probe, beats, now }: Hearing, checks: readonly Check[]): Probe => {
  const callers = checks.flatMap((check) => (check.kind === 'heartbeat' ? [callerOf(check)] : []));
  if (!beats || callers.length === 0) return probe;
  let reading: { readonly at: number; readonly found: Promise<ReadonlyMap<string, Beat>> } | undefined;
  return async (check, signal) => {
    if (check.kind !== 'heartbeat') return probe(check, signal);
    if (!reading || now() - reading.at > freshMs) reading = { at: now(), found: beats.of(callers) };
    try {
      return judgeBeat(check, (await reading.found).get(callerOf(check)), now());
    } catch (error) {
      return {
        state: 'unknown',
        detail: `the beats could not be read: ${error instanceof Error ? error.name : error}`,
      };
    }
  };
};
