/** Endpoints that are known to fail: the slow lane has them, until one good probe. */
import type { Check, Sample } from './check.ts';

export interface Failing {
  /** `client/service/endpoint`. */
  readonly id: string;
  /** Failed samples in a row, as this place saw them. */
  readonly failures: number;
  /** They are an outage. */
  readonly confirmed: boolean;
}

/** What is known of a shard's endpoints that fail where `place` looks from, as detection remembers it. */
export type FailingOf = (place: string, shard: number) => Promise<readonly Failing[]>;

/** The same for a place that cannot read what detection knows, such as an agent: counted from its own samples. */
export interface Streaks {
  saw(check: Pick<Check, 'id' | 'confirm'>, sample: Sample): void;
  failing(): readonly Failing[];
}

export const newStreaks = (): Streaks => {
  const known = new Map<string, Failing & { readonly seenAt: number }>();
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
    failing: () => [...known.values()].map(({ seenAt: _, ...failing }) => failing),
  };
};
