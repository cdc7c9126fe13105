/** From runs, which hold all endpoints of a minute, to segments, which hold all minutes of an endpoint. */
import type { PlanDocuments } from '../contract/plan-documents.ts';
import type { Runs, StoredRun } from '../probe/runs.ts';
import { dayMs } from '../time/calendar.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
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

type SeenDay = Map<string, SeenEndpoint>;

/** Adds what a shard's runs of one day show. */
const look = async (
  seen: SeenDay,
  runs: readonly StoredRun[],
  shard: number,
  plans: Sources['plans'],
): Promise<void> => {
  for (const [version, ofVersion] of byVersion(runs)) {
    const roster = await plans.roster(version, shard);
    const segments = segmentsOfRuns(ofVersion, roster);
    for (const [slot, { id, everyMs }] of roster.slots.entries()) {
      const more = segments[slot] ?? [];
      if (more.length > 0) seen.set(id, { everyMs, segments: inOrder(seen.get(id)?.segments ?? [], more) });
    }
  }
};

const dayOf = ({ scheduledAt }: StoredRun): EpochMs => epochMs(Math.floor(scheduledAt / dayMs) * dayMs);

/**
 * Whole days of every endpoint in some shards, as one place saw them, in one read for each shard. A day has the same
 * segments whichever days it is read with: those that it is compacted to.
 */
export const daysFromRuns = async (
  { runs, plans }: Sources,
  place: string,
  shards: Iterable<number>,
  days: Interval,
): Promise<ReadonlyMap<EpochMs, SeenDay>> => {
  const seen = new Map<EpochMs, SeenDay>();
  for (const shard of shards)
    for (const [day, ofDay] of Map.groupBy(await runs.between(place, shard, days), dayOf)) {
      const known = seen.get(day) ?? new Map<string, SeenEndpoint>();
      seen.set(day, known);
      await look(known, ofDay, shard, plans);
    }
  return seen;
};

/**
 * A day of every endpoint in some shards, as one place saw it. The same runs give the same segments, whether they are
 * compacted tonight or read by a settlement tomorrow.
 */
export const dayFromRuns = async (
  sources: Sources,
  place: string,
  shards: Iterable<number>,
  day: EpochMs,
): Promise<SeenDay> => (await daysFromRuns(sources, place, shards, interval(day, day + dayMs))).get(day) ?? new Map();

/** An endpoint that a new plan moved has a part of its day under each. */
const inOrder = (before: readonly Segment[], more: readonly Segment[]): Segment[] =>
  [...before, ...more].sort((a, b) => a.firstAt - b.firstAt);
