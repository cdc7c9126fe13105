/** Where cold days are kept: nobody can change or remove one before its time. */
import type { EpochMs } from '../time/span.ts';
import type { ColdDay } from './cold-day.ts';

export interface ColdDayKey {
  readonly place: string;
  readonly shard: number;
  readonly day: EpochMs;
}

export interface ColdDays {
  /**
   * Keeps a day for so many months, and comes back once it was read back and is the same. The same day again changes
   * nothing; one with fewer samples never takes the place of another, whose runs may have expired since.
   */
  keep(day: ColdDay, months: number): Promise<void>;
  get(key: ColdDayKey): Promise<ColdDay | undefined>;
}
