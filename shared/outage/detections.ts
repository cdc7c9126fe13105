/** Where detection keeps what it remembers and what it found. */
import type { EpochMs, Interval } from '../time/span.ts';
import type { Detection } from './detect.ts';
import type { Message } from './message.ts';
import type { DetectionState, Outage } from './outage.ts';

/** An outage as it stands; without `closedAt` it goes on. */
export interface RecordedOutage extends Outage {
  readonly closedAt?: EpochMs;
  readonly reason?: 'recovered' | 'unwatched';
}

export interface StoredState {
  readonly state: DetectionState;
  /** Counts the writes; 0 before the first. */
  readonly rev: number;
}

export interface Detections {
  load(shard: number): Promise<StoredState>;
  /**
   * A step of detection and the messages that tell it, all or nothing. False when the state is no longer at `rev`.
   * A message that waits or was sent already is left as it is.
   */
  save(
    of: { readonly shard: number; readonly rev: number; readonly at: EpochMs },
    step: Detection,
    messages: readonly Message[],
  ): Promise<boolean>;
  /** A client's outages that opened in the interval, in order. */
  outages(client: string, interval: Interval): Promise<RecordedOutage[]>;
}
