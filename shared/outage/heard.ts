/** What a place says lately of endpoints that somebody sees failing. */
import type { Check } from '../probe/check.ts';
import { minuteMs } from '../probe/check-schema.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
import type { Arrival } from './arrival.ts';
import type { Heard } from './judge.ts';

/** Rounds that are read again: those of three intervals, of a quarter of an hour at most; one began late in its minute. */
export const heardWithin = (checks: readonly Check[], at: EpochMs): Interval => {
  const slowest = Math.max(minuteMs, ...checks.map(({ everyMs }) => everyMs));
  return interval(at - Math.min(3 * slowest, 15 * minuteMs) - minuteMs, at + minuteMs);
};

/** Out of those rounds and looks, of rosters by their plan; nothing where there are none and no `newest` round either. */
export const heardFrom = (
  newest: EpochMs | undefined,
  arrivals: readonly Arrival[],
  rosters: ReadonlyMap<string, readonly Check[]>,
): Heard | undefined => {
  const at = Math.max(newest ?? 0, ...arrivals.map((arrival) => arrival.at));
  if (at === 0) return undefined;
  const last = new Map<string, { readonly at: EpochMs; readonly unknown: boolean }>();
  for (const { planVersion, seen } of arrivals) {
    const slots = rosters.get(planVersion);
    for (const { slot, at, outcome } of seen) {
      const id = slots?.[slot]?.id;
      if (id !== undefined && at > (last.get(id)?.at ?? epochMs(0)))
        last.set(id, { at, unknown: outcome.state === 'unknown' });
    }
  }
  return { at: epochMs(at), unsure: new Set([...last].filter(([, { unknown }]) => unknown).map(([id]) => id)) };
};
