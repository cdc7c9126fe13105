/** Which plan is in force. The documents it points to never change; the pointer moves in one step or not at all. */
import type { EpochMs, Interval } from '../time/span.ts';

export interface PlanPointer {
  /** From 1; each plan that came into force has the next. */
  readonly seq: number;
  /** First 16 hexadecimal digits of the SHA-256 of the plan's canonical JSON. */
  readonly version: string;
  /** By shard: who probes it, and where in a minute its rounds begin, in ms. */
  readonly rosters: readonly { readonly places: readonly string[]; readonly offsetsMs: readonly number[] }[];
  readonly appliedAt: EpochMs;
}

/** Plans that were in force at some instant of an interval, and always the present one, oldest first. */
export const plansWithin = (history: readonly PlanPointer[], { start, end }: Interval): PlanPointer[] =>
  history.filter(({ appliedAt }, index) => {
    const replacedAt = history[index + 1]?.appliedAt;
    return replacedAt === undefined || (appliedAt < end && replacedAt > start);
  });

/** Shards by the places that probe them. */
export const shardsByPlace = (plans: readonly PlanPointer[]): Map<string, number[]> => {
  const shards = new Map<string, Set<number>>();
  for (const { rosters } of plans)
    for (const [shard, { places }] of rosters.entries())
      for (const place of places) shards.set(place, (shards.get(place) ?? new Set()).add(shard));
  return new Map([...shards].map(([place, of]) => [place, [...of].sort((a, b) => a - b)]));
};

export interface PlanPointers {
  current(): Promise<PlanPointer | undefined>;
  /** Every plan that was ever in force, oldest first. */
  history(): Promise<PlanPointer[]>;
  /** Makes `next` current if `next.seq - 1` still is; false when somebody was faster. */
  advance(next: PlanPointer): Promise<boolean>;
}
