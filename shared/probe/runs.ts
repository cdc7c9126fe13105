/** Where runs are kept: one item for each place, shard and round; and looks, one item for what was seen between rounds. */
import type { EpochMs, Interval } from '../time/span.ts';
import type { Run } from './run.ts';

/** A run as it is stored: `codes` are the bytes that `run.ts` packs. */
export interface StoredRun extends Omit<Run, 'outcomes'> {
  readonly codes: Uint8Array;
}

/** Samples of a shard that no round made. */
export interface StoredLooks {
  readonly place: string;
  readonly shard: number;
  readonly writtenAt: EpochMs;
  readonly planVersion: string;
  /** As `looks.ts` packs them. */
  readonly packed: Uint8Array;
  /** By slot, why it is down in words: for people, never for settlement. At most 200 characters each. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

/** A day of which something came after it may have been compacted. */
export interface LateDay {
  readonly day: EpochMs;
  /** Another one whenever the day is noted again. */
  readonly note: string;
}

/** What comes too late to wake anybody is marked `replayed`, as imported history is, and kept from the day it came. */
export type Arrival = 'live' | 'late';

export interface Runs {
  /** False when this place, shard and round had its run already: the first one stays. Live if nothing is said. */
  putOnce(run: StoredRun, arrival?: Arrival): Promise<boolean>;
  /** Imported history: marked `replayed`, so that nobody is woken for it. Runs that are there are written again. */
  importAll(runs: Iterable<StoredRun>): Promise<void>;
  /** Those scheduled in the interval, in order. */
  between(place: string, shard: number, interval: Interval): Promise<StoredRun[]>;
  /** False when this place and shard have looks of this instant already: those stay. */
  putLooks(looks: StoredLooks, arrival?: Arrival): Promise<boolean>;
  /** Those written in the interval, in order. */
  looksBetween(place: string, shard: number, interval: Interval): Promise<StoredLooks[]>;
  /** False when somebody began this work of a place and instant already: an event may come twice. */
  claim(place: string, work: string, at: EpochMs): Promise<boolean>;
  /** Says that something of a UTC day was put late: after it was, so that who reads the note finds it. */
  noteLate(place: string, day: EpochMs): Promise<void>;
  /** The days that were noted and not forgotten, in order. */
  late(place: string): Promise<LateDay[]>;
  /** Leaves a day that was noted again since. */
  forgetLate(place: string, late: LateDay): Promise<void>;
  /** The round of the newest one, imported history included. */
  newest(place: string, shard: number): Promise<EpochMs | undefined>;
}
