/** Where runs are kept: one item for each place, shard and minute. */
import type { EpochMs, Interval } from '../time/span.ts';
import type { Run } from './run.ts';

/** A run as it is stored: `codes` are the bytes that `run.ts` packs. */
export interface StoredRun extends Omit<Run, 'outcomes'> {
  readonly codes: Uint8Array;
}

export interface Runs {
  /** False when this place, shard and minute had its run already: the first one stays. */
  putOnce(run: StoredRun): Promise<boolean>;
  /** Imported history: marked `replayed`, so that nobody is woken for it. Runs that are there are written again. */
  importAll(runs: Iterable<StoredRun>): Promise<void>;
  /** Those scheduled in the interval, in order. */
  between(place: string, shard: number, interval: Interval): Promise<StoredRun[]>;
  /** The minute of the newest one, imported history included. */
  newest(place: string, shard: number): Promise<EpochMs | undefined>;
}
