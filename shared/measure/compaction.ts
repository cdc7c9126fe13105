/** From runs, which hold all endpoints of a minute, to segments, which hold all minutes of an endpoint. */
import type { PlanDocuments } from '../contract/plan-documents.ts';
import type { Runs, StoredRun } from '../probe/runs.ts';
import { dayMs } from '../time/calendar.ts';
import { type EpochMs, interval } from '../time/span.ts';
import { type Segment, segmentsOfRuns } from './segments.ts';

export interface SeenEndpoint {
  /** Of the newest plan that probed it that day. */
  readonly everyMs: number;
  readonly segments: readonly Segment[];
}

interface Sources {
  readonly runs: Pick<Runs, 'between'>;
  readonly plans: Pick<PlanDocuments, 'roster'>;
}

const byVersion = (runs: readonly StoredRun[]): Map<string, StoredRun[]> => Map.groupBy(runs, (run) => run.planVersion);

/**
 * A day of every endpoint in some shards, as one place saw it. The same runs give the same segments, whether they are
 * compacted tonight or read by a settlement tomorrow.
 */
export const dayFromRuns = async (
  { runs, plans }: Sources,
  place: string,
  shards: Iterable<number>,
  day: EpochMs,
): Promise<Map<string, SeenEndpoint>> => {
  const seen = new Map<string, SeenEndpoint>();
  for (const shard of shards) {
    const ofShard = await runs.between(place, shard, interval(day, day + dayMs));
    for (const [version, ofVersion] of byVersion(ofShard)) {
      const roster = await plans.roster(version, shard);
      const segments = segmentsOfRuns(ofVersion, roster);
      for (const [slot, { id, everyMs }] of roster.slots.entries()) {
        const more = segments[slot] ?? [];
        if (more.length > 0) seen.set(id, { everyMs, segments: inOrder(seen.get(id)?.segments ?? [], more) });
      }
    }
  }
  return seen;
};

/** An endpoint that a new plan moved has a part of its day under each. */
const inOrder = (before: readonly Segment[], more: readonly Segment[]): Segment[] =>
  [...before, ...more].sort((a, b) => a.firstAt - b.firstAt);
