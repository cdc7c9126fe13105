import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { type PlanPointer, type PlanPointers, plansWithin, shardsByPlace } from '../../shared/contract/plan-pointer.ts';
import { dayFromRuns } from '../../shared/measure/compaction.ts';
import type { Days, EndpointDay } from '../../shared/measure/days.ts';
import type { LateDay, Runs } from '../../shared/probe/runs.ts';
import { dateOf, dayMs } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs, interval } from '../../shared/time/span.ts';
import type { Log } from '../log.ts';

const compactSchema = z.object({ day: z.iso.date().optional() });

/** Writes under way together. */
const atOnce = 32;

export interface CompactDeps {
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'late' | 'forgetLate'>;
  readonly days: Days;
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

export const makeCompact = ({ pointers, plans, runs, days, now, log }: CompactDeps) => {
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

  const compactPlace = async (place: string, day: EpochMs, shards: readonly number[]): Promise<number> => {
    const seen = [...(await dayFromRuns({ runs, plans }, place, shards, day))];
    for (let first = 0; first < seen.length; first += atOnce)
      await Promise.all(
        seen
          .slice(first, first + atOnce)
          .map(([endpoint, { everyMs, segments }]) => keep({ endpoint, place, day, everyMs, segments })),
      );
    await days.close(place, day);
    return seen.length;
  };

  const compactDay = async (day: EpochMs, history: readonly PlanPointer[]): Promise<number> => {
    let endpoints = 0;
    for (const place of shardsByPlace(plansWithin(history, interval(day, day + dayMs))).keys())
      endpoints += await compactPlace(place, day, shardsOf(history, place));
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
      await compactPlace(place, day, shardsOf(history, place));
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
