/** Runs, looks and checks in letters, for tests of detection. */
import type { Arrival } from '../../shared/outage/arrival.ts';
import { type DetectionState, detectionStateSchema } from '../../shared/outage/outage.ts';
import type { Check, TcpCheck } from '../../shared/probe/check.ts';
import type { Outcome } from '../../shared/probe/run.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

export const minute = 60_000;
export const t0 = 1_790_000_040_000;
export const at = (minutes: number): EpochMs => epochMs(t0 + Math.round(minutes * minute));

export const check = (id: string, confirm: number, over: Partial<TcpCheck> = {}): Check =>
  tcpCheck(id, { confirm, ...over });

type Known = Exclude<Outcome, { state: 'not-due' }>;
const outcomes: Readonly<Record<string, Known>> = {
  u: { state: 'up', latencyMs: 12 },
  d: { state: 'down', cause: 'refused' },
  '?': { state: 'unknown' },
};
export const outcomeOf = (letter: string): Known => outcomes[letter] ?? { state: 'unknown' };

/** A slot each letter: up, down, `?` unknown, `-` not due. */
export const runAt = (minutes: number, letters: string, over: Partial<Arrival> = {}): Arrival => ({
  ...{ kind: 'run', place: 'home', shard: 0, planVersion: 'p', at: at(minutes) },
  seen: [...letters].flatMap((letter, slot) =>
    letter === '-' ? [] : [{ slot, at: epochMs(at(minutes) + slot), outcome: outcomeOf(letter) }],
  ),
  ...over,
});

/** One look of the first slot, written so many minutes after. */
export const lookAt = (minutes: number, letter: string, over: Partial<Arrival> = {}, after = 0.1): Arrival => ({
  ...{ kind: 'looks', place: 'home', shard: 0, planVersion: 'p', at: at(minutes + after) },
  seen: [{ slot: 0, at: at(minutes), outcome: outcomeOf(letter) }],
  ...over,
});

/** As it comes back from where it is stored. */
export const stored = (state: DetectionState): DetectionState =>
  detectionStateSchema.parse(JSON.parse(JSON.stringify(state)));
