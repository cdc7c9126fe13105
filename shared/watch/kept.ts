/** What every retry failed on, told in words: a queue keeps it, and nobody looks into queues. */
import { dayMs } from '../time/calendar.ts';
import type { EpochMs } from '../time/span.ts';
import type { Finding } from './finding.ts';

export interface Kept {
  /** About so many. */
  readonly count: number;
  /** Functions that gave up, by the last word of their names; `schedule` for one that could not begin. */
  readonly of: readonly string[];
}

const impactOf = (of: readonly string[]): string =>
  of.includes('recheck')
    ? 'The slow lane fails: what is down there may be unknown instead, told to nobody and no downtime.'
    : 'Something that was to be done was not, and waits for a human for 14 days.';

/** Told once a day while it lasts. It rings for nothing: what waits for a human must not drown what has stopped. */
export const keptFindings = (queues: readonly (Kept & { readonly place: string })[], now: EpochMs): Finding[] =>
  queues
    .filter(({ count }) => count > 0)
    .map(({ place, count, of }) => ({
      id: `failures-kept/${place}/${of.join('.')}/${new Date(now - (now % dayMs)).toISOString().slice(0, 10)}`,
      what: `${count === 1 ? '1 event' : `${count} events`} at ${place} failed on every retry: ${of.join(', ') || 'unread'}`,
      impact: impactOf(of),
      runbook: 'failures-kept',
    }));
