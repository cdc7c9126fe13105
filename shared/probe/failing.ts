/** Endpoints that are known to fail: the slow lane has them, until one good probe. */
import type { EpochMs } from '../time/span.ts';
import type { Check, Sample } from './check.ts';
import { minuteMs } from './check-schema.ts';

export interface Failing {
  /** `client/service/endpoint`. */
  readonly id: string;
  /** Failed samples in a row, as this place saw them. */
  readonly failures: number;
  /** They are an outage. */
  readonly confirmed: boolean;
  /** The newest of them. */
  readonly seenAt: EpochMs;
}

/** A failing endpoint that the fast lane may leave out. */
export type LeftOut = Pick<Failing, 'id' | 'seenAt'>;

/** Longer than any look is under way, and detection behind. */
const leastFollowedMs = 5 * minuteMs;

/**
 * Whether the slow lane has it in the minute of a round. What has not been seen to fail for three intervals may be in a slow
 * lane that is dead, or whose network is gone: the fast lane takes it back, or nobody would see it well again. Both lanes
 * ask this, so that one of them has it.
 */
export const isFollowed = ({ everyMs }: Pick<Check, 'everyMs'>, { seenAt }: LeftOut, scheduledAt: number): boolean =>
  scheduledAt - (scheduledAt % minuteMs) - seenAt <= Math.max(3 * everyMs, leastFollowedMs);

/** What is known of a shard's endpoints that fail where `place` looks from, as detection remembers it. */
export type FailingOf = (place: string, shard: number) => Promise<readonly Failing[]>;

/** The same for a place that cannot read what detection knows, such as an agent: counted from its own samples. */
export interface Streaks {
  saw(check: Pick<Check, 'id' | 'confirm'>, sample: Sample): void;
  failing(): readonly Failing[];
}

export const newStreaks = (): Streaks => {
  const known = new Map<string, Failing>();
  return {
    saw: ({ id, confirm }, { at, state }) => {
      const before = known.get(id);
      if (state === 'unknown' || (before && at <= before.seenAt)) return;
      if (state === 'up') {
        known.delete(id);
        return;
      }
      const failures = (before?.failures ?? 0) + 1;
      known.set(id, { id, failures, confirmed: failures >= confirm, seenAt: at });
    },
    failing: () => [...known.values()],
  };
};
