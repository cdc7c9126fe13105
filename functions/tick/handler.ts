import * as z from 'zod';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import { minuteMs } from '../../shared/probe/check-schema.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import type { ProbeEvent } from '../probe/handler.ts';

const tickSchema = z.object({ scheduledAt: z.union([z.string(), z.number()]).optional() });

/** Its own instant; or the present minute, where a local AWS left the schedule's placeholder as it was. */
export const scheduledAtOf = (event: unknown, now: EpochMs): EpochMs => {
  const { scheduledAt } = tickSchema.parse(event ?? {});
  const given = typeof scheduledAt === 'string' ? Date.parse(scheduledAt) : (scheduledAt ?? Number.NaN);
  return epochMs(Number.isNaN(given) ? Math.floor(now / minuteMs) * minuteMs : given);
};

export interface TickDeps {
  readonly plans: Pick<PlanPointers, 'current'>;
  readonly place: string;
  readonly startProbe: (event: ProbeEvent) => Promise<void>;
  readonly now: () => EpochMs;
}

export const makeTick =
  ({ plans, place, startProbe, now }: TickDeps) =>
  async (event: unknown): Promise<{ readonly shards: number }> => {
    const scheduledAt = scheduledAtOf(event, now());
    const plan = await plans.current();
    if (!plan) return { shards: 0 }; // nothing was applied yet
    const { version, rosters } = plan;
    const shards = rosters.flatMap(({ places }, shard) => (places.includes(place) ? [shard] : []));
    const started = await Promise.allSettled(shards.map((shard) => startProbe({ scheduledAt, shard, version, place })));
    const failed = started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (failed.length > 0)
      throw new AggregateError(failed, `${failed.length} of ${shards.length} shards did not start`);
    return { shards: shards.length };
  };
