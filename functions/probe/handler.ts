import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { type ProbeRosterOptions, probeRoster } from '../../shared/probe/run-checks.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';

const probeSchema = z.object({
  scheduledAt: z.int().transform(epochMs),
  shard: z.int().min(0),
  version: z.string(),
  place: z.string(),
});
export type ProbeEvent = z.infer<typeof probeSchema>;

export interface ProbeDeps extends Pick<ProbeRosterOptions, 'probe' | 'now' | 'sleep' | 'deadline'> {
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'putOnce'>;
}

export const makeProbe =
  ({ plans, runs, ...probing }: ProbeDeps) =>
  async (event: unknown): Promise<{ readonly slots: number; readonly written: boolean }> => {
    const { scheduledAt, shard, version, place } = probeSchema.parse(event);
    const roster = await plans.roster(version, shard);
    const { startedAt, verdicts } = await probeRoster({ ...probing, roster, scheduledAt });
    const codes = encodeRun(verdicts);
    const written = await runs.putOnce({ place, shard, scheduledAt, startedAt, planVersion: version, codes });
    return { slots: verdicts.length, written };
  };
