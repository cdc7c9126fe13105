import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import { dayFromRuns } from '../../shared/measure/compaction.ts';
import type { Days, EndpointDay } from '../../shared/measure/days.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { dateOf, dayMs } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs, interval } from '../../shared/time/span.ts';
import type { Log } from '../log.ts';

const compactSchema = z.object({ day: z.iso.date().optional() });

/** Writes under way together. */
const atOnce = 32;

export interface CompactDeps {
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'between'>;
  readonly days: Days;
  readonly places: readonly string[];
  readonly now: () => EpochMs;
  readonly log: Log;
}

export interface Compacted {
  readonly day: string;
  readonly endpoints: number;
}

export const makeCompact = ({ pointers, plans, runs, days, places, now, log }: CompactDeps) => {
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

  return async (event: unknown): Promise<Compacted> => {
    const given = compactSchema.parse(event ?? {}).day ?? dateOf(epochMs(now() - dayMs), 'UTC');
    const day = epochMs(Date.parse(`${given}T00:00Z`));
    if (day + dayMs > now()) throw new Error(`${given} is not over`);
    const most = Math.max(0, ...(await pointers.history()).map((pointer) => pointer.rosters.length));
    const shards = Array.from({ length: most }, (_, shard) => shard);
    let endpoints = 0;
    for (const place of places) endpoints += await compactPlace(place, day, shards);
    log.info('day compacted', { day: given, endpoints });
    return { day: given, endpoints };
  };
};
