/** What was seen of one endpoint, sample by sample, wherever it is kept. */
import type { PlanDocuments } from '../contract/plan-documents.ts';
import { type PlanPointer, plansWithin } from '../contract/plan-pointer.ts';
import { decodeLooks, type Look, looksVersion } from '../probe/looks.ts';
import { rostersOf } from '../probe/roster.ts';
import { outcomeOf, type SampledOutcome, sampleAt } from '../probe/run.ts';
import type { Runs } from '../probe/runs.ts';
import { dayMs, utcDaysIn } from '../time/calendar.ts';
import { type EpochMs, type Interval, interval } from '../time/span.ts';
import type { ColdTrack } from './cold-day.ts';
import type { ColdDays } from './cold-days.ts';
import { besideMs } from './compaction.ts';
import type { Days } from './days.ts';

export interface SeenSample {
  readonly at: EpochMs;
  readonly place: string;
  readonly outcome: SampledOutcome;
  /** Where it was read. */
  readonly from: 'run' | 'look' | 'cold day';
}

export interface SampleSources {
  readonly runs: Pick<Runs, 'between' | 'looksBetween'>;
  readonly days: Pick<Days, 'closed'>;
  readonly coldDays: Pick<ColdDays, 'get'>;
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  /** Told before each day of a place that is read. */
  readonly progress?: (read: number, of: number) => void;
}

export interface Probing {
  readonly place: string;
  readonly shards: readonly number[];
}

/** Who probed an endpoint in an interval, by the plans that were in force, and by the present one. */
export const probingOf = async (
  plans: SampleSources['plans'],
  history: readonly PlanPointer[],
  endpoint: string,
  within: Interval,
): Promise<Probing[]> => {
  const shards = new Map<string, Set<number>>();
  for (const version of new Set(plansWithin(history, within).map((plan) => plan.version)))
    for (const { shard, places, slots } of rostersOf(await plans.plan(version)))
      if (slots.some(({ id }) => id === endpoint))
        for (const place of places) shards.set(place, (shards.get(place) ?? new Set()).add(shard));
  return [...shards].map(([place, of]) => ({ place, shards: [...of].sort((a, b) => a - b) }));
};

type Seen = Pick<SeenSample, 'at' | 'outcome' | 'from'>;

/** None where the slot was not due. */
const roundSample = (startedAt: EpochMs, codes: Uint8Array, slot: number, from: SeenSample['from']): Seen[] => {
  const code = codes[slot];
  const outcome = code === undefined ? undefined : outcomeOf(code);
  return outcome && outcome.state !== 'not-due' ? [{ at: sampleAt(startedAt, slot), outcome, from }] : [];
};

const looksOf = (looks: readonly Look[], slot: number, from: SeenSample['from']): Seen[] =>
  looks.filter((look) => look.slot === slot).map(({ at, outcome }) => ({ at, outcome, from }));

const coldSamples = ({ endpoints, rounds, looks }: ColdTrack, endpoint: string): Seen[] => {
  const slot = endpoints.findIndex(({ id }) => id === endpoint);
  if (slot < 0) return [];
  return [
    ...rounds.flatMap(({ startedAt, codes }) => roundSample(startedAt, codes, slot, 'cold day')),
    ...looksOf(looks, slot, 'cold day'),
  ];
};

/** From the items that a day is made of, until they expire. */
const warmSamples = async (
  { runs, plans }: SampleSources,
  place: string,
  shard: number,
  within: Interval,
  endpoint: string,
): Promise<Seen[]> => {
  const slotUnder = async (version: string): Promise<number> =>
    (await plans.roster(version, shard)).slots.findIndex(({ id }) => id === endpoint);
  const [rounds, looks] = [await runs.between(place, shard, within), await runs.looksBetween(place, shard, within)];
  const versions = new Set([...rounds, ...looks].map(({ planVersion }) => planVersion));
  const slots = new Map<string, number>();
  for (const version of versions) slots.set(version, await slotUnder(version));
  return [
    ...rounds.flatMap(({ planVersion, startedAt, codes }) =>
      roundSample(startedAt, codes, slots.get(planVersion) ?? -1, 'run'),
    ),
    ...looks.flatMap(({ planVersion, packed, writtenAt }) =>
      looksOf(decodeLooks(looksVersion, packed, writtenAt), slots.get(planVersion) ?? -1, 'look'),
    ),
  ];
};

/** In the order of time. A day that is closed is read from its cold object, which is one read where runs are a thousand. */
export const endpointSamples = async (
  sources: SampleSources,
  endpoint: string,
  probing: readonly Probing[],
  within: Interval,
): Promise<SeenSample[]> => {
  const wide = interval(within.start - besideMs, within.end + besideMs);
  const days = utcDaysIn(wide);
  const found: SeenSample[] = [];
  const parts = probing.reduce((sum, { shards }) => sum + shards.length, 0) * days.length;
  let read = 0;
  for (const { place, shards } of probing) {
    const closed = await sources.days.closed(place, interval(days[0] ?? 0, wide.end));
    for (const day of days)
      for (const shard of shards) {
        sources.progress?.(read++, parts);
        const cold = closed.has(day) ? await sources.coldDays.get({ place, shard, day }) : undefined;
        const part = interval(Math.max(day, wide.start), Math.min(day + dayMs, wide.end));
        const seen = cold
          ? cold.tracks.flatMap((track) => coldSamples(track, endpoint))
          : await warmSamples(sources, place, shard, part, endpoint);
        for (const one of seen) if (within.start <= one.at && one.at < within.end) found.push({ ...one, place });
      }
  }
  return found.sort((a, b) => a.at - b.at || (a.place < b.place ? -1 : 1));
};
