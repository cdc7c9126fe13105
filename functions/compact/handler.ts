import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { type PlanPointer, type PlanPointers, plansWithin, shardsByPlace } from '../../shared/contract/plan-pointer.ts';
import { keptUntil, retentionLimits, usualRetentionMonths } from '../../shared/contract/retention.ts';
import type { ColdDays } from '../../shared/measure/cold-days.ts';
import { coldDayOf, type ShardDay, seenIn, shardDays } from '../../shared/measure/compaction.ts';
import type { Days, EndpointDay } from '../../shared/measure/days.ts';
import { clientOf } from '../../shared/probe/id.ts';
import type { LateDay, Runs } from '../../shared/probe/runs.ts';
import { dateOf, dayMs } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs, interval } from '../../shared/time/span.ts';
import type { Log } from '../log.ts';

const compactSchema = z.object({ day: z.iso.date().optional() });

/** Writes under way together. */
const atOnce = 32;

export interface CompactDeps {
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'late' | 'forgetLate'>;
  readonly days: Days;
  readonly coldDays: Pick<ColdDays, 'keep'>;
  readonly now: () => EpochMs;
  readonly log: Log;
}

export interface Compacted {
  readonly day: string;
  readonly endpoints: number;
  /** Days that were taken again, because something of them came late. */
  readonly again: number;
}

/** Shards that a place ever had: an agent that was cut off goes on with the plan that it knows. */
const shardsOf = (history: readonly PlanPointer[], place: string): readonly number[] =>
  shardsByPlace(history).get(place) ?? [];

/** The plan in force first, then those that the samples were made under. */
const versionsOf = ({ own }: ShardDay, history: readonly PlanPointer[]): string[] => [
  ...new Set([...history.slice(-1).map(({ version }) => version), ...own.map(({ planVersion }) => planVersion)]),
];

/** Months that an endpoint's samples are kept for. */
type Retention = (endpoint: string) => number;

export const makeCompact = ({ pointers, plans, runs, days, coldDays, now, log }: CompactDeps) => {
  /** Evidence is not evidence until it was read back. */
  const keep = async (endpointDay: EndpointDay): Promise<void> => {
    const { endpoint, place, day, segments } = endpointDay;
    if (!(await days.put(endpointDay))) {
      log.info('day kept as it was, with more samples', { endpoint, place, day });
      return;
    }
    const [stored] = await days.of(endpoint, place, interval(day, day + 1));
    if (JSON.stringify(stored?.segments) !== JSON.stringify(segments))
      throw new Error(`the day ${day} of ${endpoint} in ${place} does not read back as it was written`);
  };

  /** The newest plan says it, for it is what was agreed last; who is gone from it is kept as the plan that saw them says. */
  const retentionBy = async (versions: readonly string[]): Promise<Retention> => {
    const months = new Map<string, number>();
    for (const version of versions)
      for (const { id, retentionMonths } of (await plans.plan(version)).clients)
        if (!months.has(id)) months.set(id, retentionMonths);
    return (endpoint) => months.get(clientOf(endpoint)) ?? usualRetentionMonths;
  };

  /** Cold first, then the segments, then the note that both are there: what is closed is whole. */
  const compactPlace = async (place: string, day: EpochMs, history: readonly PlanPointer[]): Promise<number> => {
    const shards: ShardDay[] = [];
    for (const shard of shardsOf(history, place)) {
      const seen = (await shardDays({ runs, plans }, place, shard, interval(day, day + dayMs))).get(day);
      if (!seen) continue;
      shards.push(seen);
      const cold = coldDayOf({ place, shard, day }, seen);
      const months = await retentionBy(versionsOf(seen, history));
      const ids = cold.tracks.flatMap(({ endpoints }) => endpoints.map(({ id }) => id));
      await coldDays.keep(cold, Math.max(retentionLimits.least, ...ids.map(months)));
    }
    const months = await retentionBy([...new Set(shards.flatMap((seen) => versionsOf(seen, history)))]);
    const seen = [...seenIn(shards)];
    for (let first = 0; first < seen.length; first += atOnce)
      await Promise.all(
        seen
          .slice(first, first + atOnce)
          .map(([endpoint, one]) =>
            keep({ endpoint, place, day, ...one, keptUntil: keptUntil(day, months(endpoint)) }),
          ),
      );
    await days.close(place, day);
    return seen.length;
  };

  const compactDay = async (day: EpochMs, history: readonly PlanPointer[]): Promise<number> => {
    let endpoints = 0;
    for (const place of shardsByPlace(plansWithin(history, interval(day, day + dayMs))).keys())
      endpoints += await compactPlace(place, day, history);
    return endpoints;
  };

  /** With those beside them, whose segments break where a late look lies among them. */
  const compactAgain = async (place: string, late: readonly LateDay[], history: readonly PlanPointer[]) => {
    const over = late.filter(({ day }) => day + dayMs <= now());
    const around = new Set(over.flatMap(({ day }) => [day - dayMs, day, day + dayMs]));
    const again = [...around].filter((day) => day + dayMs <= now()).sort((a, b) => a - b);
    const named = new Set<number>(over.map(({ day }) => day));
    const closed = await days.closed(place, interval(again[0] ?? 0, (again.at(-1) ?? 0) + 1));
    let taken = 0;
    for (const day of again.map(epochMs)) {
      if (!named.has(day) && !closed.has(day)) continue; // read from its runs until it is compacted in its turn
      await compactPlace(place, day, history);
      taken += 1;
    }
    for (const one of over) await runs.forgetLate(place, one);
    return taken;
  };

  return async (event: unknown): Promise<Compacted> => {
    const named = compactSchema.parse(event ?? {}).day;
    const given = named ?? dateOf(epochMs(now() - dayMs), 'UTC');
    const day = epochMs(Date.parse(`${given}T00:00Z`));
    if (day + dayMs > now()) throw new Error(`${given} is not over`);
    const history = await pointers.history();
    const endpoints = await compactDay(day, history);
    let again = 0;
    if (named === undefined)
      for (const place of shardsByPlace(history).keys()) {
        const late = await runs.late(place);
        if (late.length > 0) again += await compactAgain(place, late, history);
      }
    log.info('day compacted', { day: given, endpoints, again });
    return { day: given, endpoints, again };
  };
};
