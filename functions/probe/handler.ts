import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { Attempting } from '../../shared/probe/attempt.ts';
import type { Network } from '../../shared/probe/connectivity.ts';
import { type Beats, hearing } from '../../shared/probe/heartbeat.ts';
import type { Pace } from '../../shared/probe/pace.ts';
import { type Round, runRound } from '../../shared/probe/round.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { type RetryEvent, Unfinished } from '../recheck/event.ts';

const probeSchema = z.object({
  scheduledAt: z.int().transform(epochMs),
  shard: z.int().min(0),
  version: z.string(),
  place: z.string(),
  /** Endpoints that fail: the slow lane has them. */
  leaveOut: z.array(z.object({ id: z.string(), seenAt: z.int().transform(epochMs) })).default([]),
});
export type ProbeEvent = z.infer<typeof probeSchema>;

export interface ProbeDeps extends Attempting {
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'putOnce' | 'putLooks'>;
  /** Of heartbeats, which home alone judges. */
  readonly beats?: Pick<Beats, 'of'>;
  /** In the memory of the process, for all of its invocations. */
  readonly pace: Pace;
  readonly newNetwork: () => Network;
  readonly startRecheck: (event: RetryEvent) => Promise<void>;
}

export const makeProbe =
  ({ plans, beats, newNetwork, startRecheck, ...lane }: ProbeDeps) =>
  async (event: unknown): Promise<Omit<Round, 'refused'>> => {
    const { scheduledAt, shard, version, place, leaveOut } = probeSchema.parse(event);
    const roster = await plans.roster(version, shard);
    const unfinished: Unfinished[] = [];
    const { refused, ...round } = await runRound({
      ...lane,
      probe: hearing({ ...lane, beats }, roster.slots),
      place,
      planVersion: version,
      roster,
      scheduledAt,
      leaveOut,
      network: newNetwork(),
      handOver: (suspects, part, startedAt) =>
        startRecheck({
          ...{ kind: 'retry', place, version, shard, scheduledAt, startedAt, part },
          suspects: [...suspects],
        }).catch((error: unknown) => {
          if (!(error instanceof Unfinished)) throw error;
          unfinished.push(error); // its looks may say that what failed is well: no sample is better than a wrong one
        }),
    });
    if (unfinished.length > 0) throw new AggregateError(unfinished, `${unfinished.length} parts were not ended`);
    if (refused.length > 0)
      throw new AggregateError(refused, `${refused.length} parts were not handed to the slow lane`);
    return round;
  };
