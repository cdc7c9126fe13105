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

/** What was read of one place. */
export interface Said {
  readonly within: Interval;
  readonly arrivals: readonly Arrival[];
  /** What an arrival's slots mean; nothing of a plan that cannot be read. */
  readonly slotsOf: (arrival: Arrival) => readonly Check[];
  /** A round from before all of that, where there is nothing else. */
  readonly newest?: EpochMs | undefined;
  /** By endpoint, since when the place probes it, where that is not long ago. */
  readonly askedAt?: ReadonlyMap<string, EpochMs>;
}

interface Covered {
  /** The first round that had the endpoint in its roster without a break since, and the newest thing at all. */
  readonly since?: EpochMs;
  readonly until?: EpochMs;
  readonly sample?: { readonly at: EpochMs; readonly state: 'up' | 'down' | 'unknown' };
}

/** What there is of one endpoint, since the place was asked for it. */
const coveredOf = ({ id }: Check, { arrivals, slotsOf, askedAt }: Said): Covered => {
  const asked = askedAt?.get(id) ?? 0;
  let covered: Covered = {};
  for (const arrival of arrivals) {
    const slot = slotsOf(arrival).findIndex((check) => check.id === id);
    if (slot < 0) continue;
    const { kind, at, seen } = arrival;
    const { since = at, until = at } = covered;
    covered = {
      ...covered,
      ...(kind === 'run' && at >= asked && { since: at < since ? at : since }),
      until: at > until ? at : until,
    };
    for (const one of seen)
      if (one.slot === slot && one.at > (covered.sample?.at ?? asked))
        covered = { ...covered, sample: { at: one.at, state: one.outcome.state } };
  }
  return covered;
};

/** Nothing of a place of which there is nothing. */
export const heardFrom = (checks: readonly Check[], said: Said): Heard | undefined => {
  const { arrivals, newest, askedAt = new Map<string, EpochMs>(), within } = said;
  const at = Math.max(newest ?? 0, ...askedAt.values(), ...arrivals.map((arrival) => arrival.at));
  if (at === 0) return undefined;
  const unsure = new Set<string>();
  const soon = new Set<string>();
  for (const check of checks) {
    const { since, until, sample } = coveredOf(check, said);
    const freshFrom = at - freshMs(check);
    const asked = askedAt.get(check.id);
    if (sample && sample.at >= freshFrom) {
      if (sample.state === 'unknown') unsure.add(check.id);
      if (sample.state === 'down') soon.add(check.id); // where detection has no view of it, that is on its way
      continue;
    }
    // Of long intervals the last sample may lie before what is read: whose rounds went on all along is taken at its word.
    const isReadWhole = freshMs(check) <= mostReadMs;
    const goneOnFrom = isReadWhole ? freshFrom + minuteMs / 2 : within.start + 2 * minuteMs;
    const heardAt = Math.max(until ?? newest ?? 0, asked ?? 0);
    if (heardAt < freshFrom) unsure.add(check.id);
    else if (since !== undefined && since <= goneOnFrom) {
      if (isReadWhole) unsure.add(check.id);
    } else if (since !== undefined || asked !== undefined) soon.add(check.id);
  }
  return { at: epochMs(at), unsure, soon };
};
