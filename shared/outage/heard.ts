/** What a place says lately of endpoints that somebody sees failing. */
import type { Check } from '../probe/check.ts';
import { minuteMs } from '../probe/check-schema.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
import type { Arrival } from './arrival.ts';
import { freshMs, type Heard } from './judge.ts';

/** Of rounds that are read again. */
const mostReadMs = 15 * minuteMs;

/**
 * Rounds that are read again: those of three intervals, of a quarter of an hour at most; and two minutes, for one began late
 * in its minute, and the newest of another place may be a minute older than what arrives.
 */
export const heardWithin = (checks: readonly Check[], at: EpochMs): Interval => {
  const slowest = Math.max(minuteMs, ...checks.map(({ everyMs }) => everyMs));
  return interval(at - Math.min(3 * slowest, mostReadMs) - 2 * minuteMs, at + minuteMs);
};

/**
 * Out of those rounds and looks, of rosters by their plan; nothing where there are none and no `newest` round either. A
 * place whose rounds went on for as long as a sample is fresh, and left none of the endpoint, knows nothing of it.
 */
export const heardFrom = (
  newest: EpochMs | undefined,
  arrivals: readonly Arrival[],
  rosters: ReadonlyMap<string, readonly Check[]>,
): Heard | undefined => {
  const at = Math.max(newest ?? 0, ...arrivals.map((arrival) => arrival.at));
  if (at === 0) return undefined;
  const last = new Map<string, { readonly at: EpochMs; readonly unknown: boolean }>();
  const rounds = new Map<Check, EpochMs>();
  for (const { kind, planVersion, seen, at: beganAt } of arrivals) {
    const slots = rosters.get(planVersion) ?? [];
    for (const { slot, at, outcome } of seen) {
      const id = slots[slot]?.id;
      if (id !== undefined && at > (last.get(id)?.at ?? epochMs(0)))
        last.set(id, { at, unknown: outcome.state === 'unknown' });
    }
    if (kind === 'run') for (const check of slots) if (beganAt < (rounds.get(check) ?? at)) rounds.set(check, beganAt);
  }
  const unsure = new Set([...last].filter(([, { unknown }]) => unknown).map(([id]) => id));
  for (const [check, since] of rounds) {
    const freshFrom = at - freshMs(check);
    const goneOn = freshMs(check) <= mostReadMs && since <= freshFrom + minuteMs / 2; // whoever began just now knows soon
    if (goneOn && (last.get(check.id)?.at ?? 0) < freshFrom) unsure.add(check.id);
  }
  return { at: epochMs(at), unsure };
};
