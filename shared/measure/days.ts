/** Where a day's segments are kept for good: one item for each endpoint, place and UTC day. */
import type { EpochMs, Interval } from '../time/span.ts';
import type { Segment } from './segments.ts';

export interface EndpointDay {
  /** `client/service/endpoint`. */
  readonly endpoint: string;
  readonly place: string;
  /** Where the UTC day begins. A round's samples belong to the day that it was scheduled in, and may lie just past
   * its end; a look belongs to the day that it was written in, and may lie just before its beginning. */
  readonly day: EpochMs;
  readonly everyMs: number;
  readonly segments: readonly Segment[];
  /** When it may go; never where absent. */
  readonly keptUntil?: EpochMs;
}

export interface Days {
  /** Never replaces a day by one with fewer samples: its runs may have expired since. False when it would have. */
  put(day: EndpointDay): Promise<boolean>;
  /** The days that begin in the interval, in order. */
  of(endpoint: string, place: string, interval: Interval): Promise<EndpointDay[]>;
  /** Says that every endpoint's day of this place was written and read back. */
  close(place: string, day: EpochMs): Promise<void>;
  /** The closed days that begin in the interval. */
  closed(place: string, interval: Interval): Promise<ReadonlySet<EpochMs>>;
}

export const sampleCount = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { count }) => sum + count, 0);
