/**
 * A run, packed: one byte a slot, in the roster's order.
 *
 *   0…231    up; latency is 1 ms × 1.041^code, nearest in ratio: within 2.1 % from 1 ms to 10.7 s.
 *            Faster counts as 1 ms, slower as 10.7 s.
 *   232…253  down; 232 + index in `failureCauses`
 *   254      unknown: the probe ran into a fault of Vigie's own, or never ran
 *   255      not due in this round, or left to a look (`looks.ts`)
 *
 * The item that holds it says `v: 1`. A version's codes are never given another meaning: what was stored is evidence.
 */
import { type EpochMs, epochMs } from '../time/span.ts';
import { type FailureCause, failureCauses, type Sample, type Verdict } from './check.ts';
import type { Roster } from './roster.ts';

export const runVersion = 1;

/** Starts are this far apart, so that a thousand handshakes do not measure each other. */
export const paceMs = 1;

/** Codes below this one say up; those from it on are never latencies. */
export const latencyCodes = 232;
export const unknownCode = 254;
export const notDueCode = 255;

const ratio = 1.041;
const latencies = Array.from({ length: latencyCodes }, (_, code) => ratio ** code);
const lnRatio = Math.log(ratio);

/** A verdict without its words. */
export type SampledOutcome =
  | { readonly state: 'up'; readonly latencyMs: number }
  | { readonly state: 'down'; readonly cause: FailureCause }
  | { readonly state: 'unknown' };

/** What a slot of a run says: of a sample, or that no probe was due. */
export type Outcome = SampledOutcome | { readonly state: 'not-due' };

const notDue: Outcome = { state: 'not-due' };
const unknown: Outcome = { state: 'unknown' };

const outcomes: readonly Outcome[] = Array.from({ length: 256 }, (_, code) => {
  if (code < latencyCodes) return { state: 'up', latencyMs: latencies[code] ?? 0 };
  if (code === notDueCode) return notDue;
  const cause = failureCauses[code - latencyCodes];
  return code < unknownCode && cause ? { state: 'down', cause } : unknown; // a code we do not know is not downtime
});

export const codeOf = (verdict: Verdict | Outcome): number => {
  switch (verdict.state) {
    case 'up':
      return Math.min(latencyCodes - 1, Math.max(0, Math.round(Math.log(Math.max(1, verdict.latencyMs)) / lnRatio)));
    case 'down':
      return latencyCodes + failureCauses.indexOf(verdict.cause);
    case 'unknown':
      return unknownCode;
    case 'not-due':
      return notDueCode;
  }
};

/** What a code says; one that nobody gave a meaning says nothing. */
export const outcomeOf = (code: number): Outcome => outcomes[code] ?? unknown;

/** One byte a slot; a slot without a verdict was not due. */
export const encodeRun = (verdicts: readonly (Verdict | Outcome | undefined)[]): Uint8Array =>
  Uint8Array.from(verdicts, (verdict) => codeOf(verdict ?? notDue));

/** Throws on a version that this code does not know: guessing at evidence is worse than stopping. */
export const decodeRun = (version: number, bytes: Uint8Array): Outcome[] => {
  if (version !== runVersion) throw new Error(`run format ${version} is not known, only ${runVersion}`);
  return Array.from(bytes, outcomeOf);
};

/** When a slot's probe began. Pacing makes it a function of the run's real start. */
export const sampleAt = (startedAt: EpochMs, slot: number): EpochMs => epochMs(startedAt + slot * paceMs);

/** A stored run: `startedAt` is the real instant of the first probe, `scheduledAt` the round that it answers for. */
export interface Run {
  readonly place: string;
  readonly shard: number;
  readonly scheduledAt: EpochMs;
  readonly startedAt: EpochMs;
  /** Of the plan whose roster gives the slots their meaning. */
  readonly planVersion: string;
  readonly outcomes: readonly Outcome[];
}

/** The samples of a run by endpoint; slots that were not due have none. */
export const samplesOf = (run: Pick<Run, 'startedAt' | 'outcomes'>, { slots }: Roster): Map<string, Sample> => {
  const samples = new Map<string, Sample>();
  for (const [slot, { id }] of slots.entries()) {
    const outcome = run.outcomes[slot];
    if (outcome && outcome.state !== 'not-due')
      samples.set(id, { at: sampleAt(run.startedAt, slot), state: outcome.state });
  }
  return samples;
};

const states = outcomes.map(({ state }) => (state === 'not-due' ? undefined : state));

/** The state that a code stands for, for loops over millions of slots; none where no probe was due. */
export const stateOf = (code: number | undefined): Sample['state'] | undefined =>
  code === undefined ? undefined : states[code];
