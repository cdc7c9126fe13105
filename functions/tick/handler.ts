import * as z from 'zod';
import type { PlanPointer, PlanPointers } from '../../shared/contract/plan-pointer.ts';
import { minuteMs } from '../../shared/probe/check-schema.ts';
import type { Failing, FailingOf, LeftOut } from '../../shared/probe/failing.ts';
import { inParts, mostInARecheck } from '../../shared/probe/round.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import type { ProbeEvent } from '../probe/handler.ts';
import type { WatchEvent } from '../recheck/event.ts';

const tickSchema = z.object({ scheduledAt: z.union([z.string(), z.number()]).optional() });

/** Its own instant; or the present minute, where a local AWS left the schedule's placeholder as it was. */
export const scheduledAtOf = (event: unknown, now: EpochMs): EpochMs => {
  const { scheduledAt } = tickSchema.parse(event ?? {});
  const given = typeof scheduledAt === 'string' ? Date.parse(scheduledAt) : (scheduledAt ?? Number.NaN);
  return epochMs(Number.isNaN(given) ? Math.floor(now / minuteMs) * minuteMs : given);
};

export interface TickDeps {
  readonly plans: Pick<PlanPointers, 'current'>;
  readonly place: string;
  readonly failingOf: FailingOf;
  readonly startProbe: (event: ProbeEvent) => Promise<void>;
  readonly startRecheck: (event: WatchEvent) => Promise<void>;
  readonly now: () => EpochMs;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A shard that this place probes. */
interface Shard {
  readonly shard: number;
  readonly offsetsMs: readonly number[];
  /** Endpoints that the slow lane has for the rest of the minute. */
  readonly watched: Map<string, LeftOut>;
}

interface Found {
  readonly of: Shard;
  readonly known: Failing;
}

const shardsOf = ({ rosters }: PlanPointer, place: string): Shard[] =>
  rosters.flatMap(({ places, offsetsMs }, shard) =>
    places.includes(place) ? [{ shard, offsetsMs, watched: new Map<string, LeftOut>() }] : [],
  );

export const makeTick = ({ plans, place, failingOf, startProbe, startRecheck, now, sleep }: TickDeps) => {
  /** Each shard's own, so that a state that cannot be read keeps no endpoint from being probed. */
  const newlyFailing = async (of: Shard): Promise<Found[]> =>
    (await failingOf(place, of.shard)).filter(({ id }) => !of.watched.has(id)).map((known) => ({ of, known }));

  return async (event: unknown): Promise<{ readonly shards: number }> => {
    const startedAt = now();
    const scheduledAt = scheduledAtOf(event, startedAt);
    const plan = await plans.current();
    if (!plan) return { shards: 0 }; // nothing was applied yet
    const { version } = plan;
    const shards = shardsOf(plan, place);
    const failed: unknown[] = [];
    const noting = <T>(work: Promise<T>): Promise<T | undefined> => work.catch((error) => void failed.push(error));

    /** Whom nobody watches is not left out. */
    const watch = async (fromMs: number, found: readonly Found[], part: number): Promise<void> => {
      const event: WatchEvent = {
        kind: 'watch',
        place,
        version,
        scheduledAt,
        startedAt,
        fromMs,
        part,
        shards: byShard(found),
      };
      try {
        await startRecheck(event);
        for (const { of, known } of found) of.watched.set(known.id, { id: known.id, seenAt: known.seenAt });
      } catch (error) {
        failed.push(error);
      }
    };
    const round = async (offsetMs: number): Promise<void> => {
      const due = shards.filter(({ offsetsMs }) => offsetsMs.includes(offsetMs));
      const failing = (await Promise.all(due.map((one) => noting(newlyFailing(one))))).flatMap((found) => found ?? []);
      await Promise.all(inParts(failing, mostInARecheck).map((found, part) => watch(offsetMs, found, part)));
      const at = epochMs(scheduledAt + offsetMs);
      await Promise.all(
        due.map(({ shard, watched }) =>
          noting(startProbe({ scheduledAt: at, shard, version, place, leaveOut: [...watched.values()] })),
        ),
      );
    };
    // Rounds within the minute keep their distance from this one's real start: the schedule is punctual to the minute.
    for (const offsetMs of [...new Set(shards.flatMap(({ offsetsMs }) => offsetsMs))].sort((a, b) => a - b)) {
      const early = startedAt + offsetMs - now();
      if (early > 0) await sleep(early);
      await round(offsetMs);
    }
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} parts of the minute did not start`);
    return { shards: shards.length };
  };
};

const byShard = (found: readonly Found[]): { shard: number; failing: Failing[] }[] =>
  [...Map.groupBy(found, ({ of }) => of.shard)].map(([shard, all]) => ({
    shard,
    failing: all.map(({ known }) => known),
  }));
