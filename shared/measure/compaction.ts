/** From runs, which hold all endpoints of a round, to segments, which hold all rounds of an endpoint. */
import type { PlanDocuments } from '../contract/plan-documents.ts';
import { decodeLooks, looksVersion } from '../probe/looks.ts';
import type { Runs, StoredLooks, StoredRun } from '../probe/runs.ts';
import { dayMs } from '../time/calendar.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
import { type SeenDay, seenDay, type Track } from './seen-day.ts';

interface Sources {
  readonly runs: Pick<Runs, 'between' | 'looksBetween'>;
  readonly plans: Pick<PlanDocuments, 'roster'>;
}

/**
 * How long after it was made a look may be written and still be put in its place among the samples of the day before.
 * Two attempts take a minute and a half at most; the rest is for a machine that is slow to start.
 */
const besideMs = 10 * 60_000;

/** A round belongs to the UTC day that it was scheduled in, a look to the one that it was written in. */
const dayOf = (at: EpochMs): EpochMs => epochMs(Math.floor(at / dayMs) * dayMs);

interface Stored {
  readonly runs: readonly StoredRun[];
  readonly looks: readonly StoredLooks[];
}

const instantOf = (stored: StoredRun | StoredLooks): EpochMs =>
  'writtenAt' in stored ? stored.writtenAt : stored.scheduledAt;

/** One for each plan. */
const tracksOf = ({ runs, looks }: Stored, shard: number, plans: Sources['plans']): Promise<Track[]> => {
  const versions = new Set([...runs, ...looks].map(({ planVersion }) => planVersion));
  return Promise.all(
    [...versions].map(async (version) => ({
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
  const wide = interval(days.start - besideMs, days.end + besideMs);
  const own = new Map<EpochMs, Track[]>();
  const beside = new Map<EpochMs, Track[]>();
  const add = (tracks: Map<EpochMs, Track[]>, day: EpochMs, more: readonly Track[]): void => {
    tracks.set(day, [...(tracks.get(day) ?? []), ...more]);
  };
  for (const shard of shards) {
    const stored = {
      runs: await runs.between(place, shard, wide),
      looks: await runs.looksBetween(place, shard, wide),
    };
    const instants = [...stored.runs, ...stored.looks].map(instantOf).filter((at) => days.start <= at && at < days.end);
    for (const day of new Set(instants.map(dayOf))) {
      const cut = (span: Interval): Stored => ({ runs: within(stored.runs, span), looks: within(stored.looks, span) });
      const [before, after] = [interval(day - besideMs, day), interval(day + dayMs, day + dayMs + besideMs)];
      add(own, day, await tracksOf(cut(interval(day, day + dayMs)), shard, plans));
      for (const span of [before, after]) add(beside, day, await tracksOf(cut(span), shard, plans));
    }
  }
  return new Map([...own].map(([day, tracks]) => [day, seenDay(tracks, beside.get(day) ?? [])]));
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
