/** From runs, which hold all endpoints of a round, to segments, which hold all rounds of an endpoint. */
import type { PlanDocuments } from '../contract/plan-documents.ts';
import { decodeLooks, looksVersion } from '../probe/looks.ts';
import type { Runs, StoredLooks, StoredRun } from '../probe/runs.ts';
import { dayMs, utcDayOf } from '../time/calendar.ts';
import { type EpochMs, type Interval, interval } from '../time/span.ts';
import type { ColdDay } from './cold-day.ts';
import type { ColdDayKey } from './cold-days.ts';
import { type SeenDay, seenDay, type Track } from './seen-day.ts';

export interface Sources {
  readonly runs: Pick<Runs, 'between' | 'looksBetween'>;
  readonly plans: Pick<PlanDocuments, 'roster'>;
}

/**
 * How long after it was made a look may be written and still be put in its place among the samples of the day before.
 * Two attempts take a minute and a half at most; the rest is for a machine that is slow to start. A round begins a minute late
 * at most.
 */
export const besideMs = 10 * 60_000;

interface Stored {
  readonly runs: readonly StoredRun[];
  readonly looks: readonly StoredLooks[];
}

/** A round belongs to the UTC day that it was scheduled in, a look to the one that it was written in. */
const instantOf = (stored: StoredRun | StoredLooks): EpochMs =>
  'writtenAt' in stored ? stored.writtenAt : stored.scheduledAt;

/** What was seen under one plan, as it was stored. */
export interface StoredTrack extends Track {
  readonly planVersion: string;
  readonly runs: readonly StoredRun[];
}

/** One for each plan. */
const tracksOf = ({ runs, looks }: Stored, shard: number, plans: Sources['plans']): Promise<StoredTrack[]> => {
  const versions = new Set([...runs, ...looks].map(({ planVersion }) => planVersion));
  return Promise.all(
    [...versions].map(async (version) => ({
      planVersion: version,
      roster: await plans.roster(version, shard),
      runs: runs.filter(({ planVersion }) => planVersion === version),
      looks: looks
        .filter(({ planVersion }) => planVersion === version)
        .flatMap(({ packed, writtenAt }) => decodeLooks(looksVersion, packed, writtenAt)),
    })),
  );
};

const within = <T extends StoredRun | StoredLooks>(stored: readonly T[], { start, end }: Interval): T[] =>
  stored.filter((one) => start <= instantOf(one) && instantOf(one) < end);

/** A day of one shard at one place. */
export interface ShardDay {
  readonly own: readonly StoredTrack[];
  /** What of the days before and after it may lie among its own. */
  readonly beside: readonly StoredTrack[];
}

/** Days of one shard in which something was seen, in one read. */
export const shardDays = async (
  { runs, plans }: Sources,
  place: string,
  shard: number,
  days: Interval,
): Promise<ReadonlyMap<EpochMs, ShardDay>> => {
  const wide = interval(days.start - besideMs, days.end + besideMs);
  const stored = {
    runs: await runs.between(place, shard, wide),
    looks: await runs.looksBetween(place, shard, wide),
  };
  const tracksIn = (span: Interval): Promise<StoredTrack[]> =>
    tracksOf({ runs: within(stored.runs, span), looks: within(stored.looks, span) }, shard, plans);
  const instants = [...stored.runs, ...stored.looks].map(instantOf).filter((at) => days.start <= at && at < days.end);
  const found = new Map<EpochMs, ShardDay>();
  for (const day of new Set(instants.map(utcDayOf))) {
    const end = day + dayMs;
    const beside = [
      await tracksIn(interval(day - besideMs, day)),
      await tracksIn(interval(end, end + besideMs)),
    ].flat();
    found.set(day, { own: await tracksIn(interval(day, end)), beside });
  }
  return found;
};

export const seenIn = (shards: readonly ShardDay[]): SeenDay =>
  seenDay(
    shards.flatMap(({ own }) => own),
    shards.flatMap(({ beside }) => beside),
  );

/**
 * Whole days of every endpoint in some shards, as one place saw them, in one read for each shard. A day has the same
 * segments whichever days it is read with: those that it is compacted to.
 */
export const daysFromRuns = async (
  sources: Sources,
  place: string,
  shards: Iterable<number>,
  days: Interval,
): Promise<ReadonlyMap<EpochMs, SeenDay>> => {
  const byDay = new Map<EpochMs, ShardDay[]>();
  for (const shard of shards)
    for (const [day, one] of await shardDays(sources, place, shard, days))
      byDay.set(day, [...(byDay.get(day) ?? []), one]);
  return new Map([...byDay].map(([day, all]) => [day, seenIn(all)]));
};

/**
 * A day of every endpoint in some shards, as one place saw it. The same samples give the same segments, whether they are
 * compacted tonight or read by a settlement tomorrow.
 */
export const dayFromRuns = async (
  sources: Sources,
  place: string,
  shards: Iterable<number>,
  day: EpochMs,
): Promise<SeenDay> => (await daysFromRuns(sources, place, shards, interval(day, day + dayMs))).get(day) ?? new Map();

/** The same day for the years. */
export const coldDayOf = (key: ColdDayKey, { own }: Pick<ShardDay, 'own'>): ColdDay => ({
  place: key.place,
  shard: key.shard,
  day: key.day,
  tracks: own.map(({ planVersion, roster, runs, looks }) => ({
    planVersion,
    endpoints: roster.slots.map(({ id, everyMs }) => ({ id, everyMs })),
    rounds: runs.map(({ scheduledAt, startedAt, codes }) => ({ scheduledAt, startedAt, codes })),
    looks: looks.toSorted((a, b) => a.at - b.at || a.slot - b.slot),
  })),
});
