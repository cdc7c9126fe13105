/** What was measured and declared for one client, brought together for settlement. */
import type { ClientPlan } from '../contract/plan.ts';
import type { PlanDocuments } from '../contract/plan-documents.ts';
import { rostersOf } from '../probe/roster.ts';
import type { Runs } from '../probe/runs.ts';
import { dayMs, monthSpan, utcDayOf, utcDaysIn } from '../time/calendar.ts';
import { settledSpan } from '../time/periods.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
import { daysFromRuns } from './compaction.ts';
import type { Days } from './days.ts';
import { type Evidence, type EvidenceSegment, noEvidence } from './evidence.ts';
import type { Segment } from './segments.ts';
import { type MaintenanceWindows, standing } from './windows.ts';

const hourMs = 3_600_000;
/** Reads under way together: under the SDK's 50 sockets. */
const atOnce = 32;
const yearMs = 366 * dayMs;

/** From the earliest start of a service's own period (a quarter begins months before) to the end of the month. */
export const settledInterval = ({ services, zone }: ClientPlan, period: string): Interval => {
  const rules = services.flatMap(({ versions }) => versions.map(({ terms }) => terms.period));
  const all = [monthSpan(period, zone), ...rules.map((rule) => settledSpan(rule, period))];
  return interval(Math.min(...all.map(({ start }) => start)), Math.max(...all.map(({ end }) => end)));
};

/**
 * The samples that are looked at: whole days from the one before the period, so that an outage over its beginning is
 * known; and an hour past its end, which is over in every zone when the month is settled. Fixed bounds, so that the same
 * month has the same evidence whenever it is asked for.
 */
export const evidenceInterval = ({ start, end }: Interval): Interval => interval(utcDayOf(start) - dayMs, end + hourMs);

/** What lies in the interval; a segment over its end is cut there, its samples taken as evenly spread. */
const cutTo = (segments: readonly Segment[], { start, end }: Interval): EvidenceSegment[] =>
  segments
    .filter(({ firstAt, lastAt }) => firstAt < end && lastAt >= start)
    .map((segment) => {
      if (segment.lastAt < end) return segment;
      const { firstAt, lastAt, count } = segment;
      const lastIn = epochMs(end - 1);
      const share = (lastIn - firstAt) / (lastAt - firstAt);
      return { ...segment, lastAt: lastIn, count: Math.max(1, Math.ceil(count * share)) };
    });

export interface Gathering {
  readonly runs: Pick<Runs, 'between' | 'looksBetween'>;
  readonly days: Pick<Days, 'of' | 'closed'>;
  readonly windows: Pick<MaintenanceWindows, 'list'>;
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  /** Plans whose rosters say who probed what: those in force in the interval, and the present one, under which history is imported. */
  readonly versions: readonly string[];
  /** Told before each read of days that are not compacted: how many of them were read. */
  readonly progress?: (read: number, of: number) => void;
}

const endpointIdsOf = ({ services }: ClientPlan): string[] =>
  services.flatMap(({ endpoints }) => endpoints.map(({ id }) => id));

/** What one place probed of a client. */
interface Probed {
  readonly ids: Set<string>;
  readonly shards: Set<number>;
}

/** By place. */
const probedOf = async ({ plans, versions }: Gathering, ids: ReadonlySet<string>): Promise<Map<string, Probed>> => {
  const probed = new Map<string, Probed>();
  for (const version of new Set(versions))
    for (const { shard, slots, places } of rostersOf(await plans.plan(version))) {
      const own = slots.flatMap(({ id }) => (ids.has(id) ? [id] : []));
      if (own.length === 0) continue;
      for (const place of places) {
        const known = probed.get(place) ?? { ids: new Set(), shards: new Set() };
        probed.set(place, known);
        for (const id of own) known.ids.add(id);
        known.shards.add(shard);
      }
    }
  return probed;
};

/** A week of a full shard is 10 MB: what a read asks for costs less than asking, and has to fit in memory. */
const mostDaysAtOnce = 7;

/** Days that follow one another, a week at most. */
const stretchesOf = (days: readonly EpochMs[]): Interval[] => {
  const stretches: Interval[] = [];
  for (const day of days) {
    const last = stretches.at(-1);
    if (last?.end === day && day - last.start < mostDaysAtOnce * dayMs)
      stretches[stretches.length - 1] = interval(last.start, day + dayMs);
    else stretches.push(interval(day, day + dayMs));
  }
  return stretches;
};

/** Days that were closed are read as they were compacted; the others (the last one, the present one) from their runs. */
const seenAt = async (
  from: Gathering,
  place: string,
  probed: Probed,
  within: Interval,
): Promise<Map<string, Segment[]>> => {
  const ids = [...probed.ids];
  const closed = await from.days.closed(place, interval(utcDayOf(within.start), within.end));
  const seen = new Map<string, Segment[]>(ids.map((id) => [id, []]));
  for (let first = 0; closed.size > 0 && first < ids.length; first += atOnce) {
    const some = ids.slice(first, first + atOnce);
    const compacted = await Promise.all(some.map((id) => from.days.of(id, place, within)));
    for (const { endpoint, day, segments } of compacted.flat())
      if (closed.has(day)) seen.get(endpoint)?.push(...segments);
  }
  const open = utcDaysIn(within).filter((day) => !closed.has(day));
  let read = 0;
  for (const days of stretchesOf(open)) {
    from.progress?.(read, open.length);
    for (const day of (await daysFromRuns(from, place, probed.shards, days)).values())
      for (const [id, { segments }] of day) seen.get(id)?.push(...segments);
    read += (days.end - days.start) / dayMs;
  }
  for (const segments of seen.values()) segments.sort((a, b) => a.firstAt - b.firstAt);
  return seen;
};

/** Everything but the past statements. An endpoint that no place saw is left out: unknown throughout. */
export const gatherEvidence = async (from: Gathering, client: ClientPlan, within: Interval): Promise<Evidence> => {
  const endpoints: Record<string, { places: Record<string, EvidenceSegment[]> }> = {};
  for (const [place, probed] of await probedOf(from, new Set(endpointIdsOf(client)))) {
    for (const [id, segments] of await seenAt(from, place, probed, within)) {
      const cut = cutTo(segments, within);
      if (cut.length === 0) continue;
      const places = endpoints[id]?.places ?? {};
      endpoints[id] = { places: { ...places, [place]: cut } };
    }
  }
  // A yearly cap looks back at windows before the period; windows after it are none of its business.
  const maintenance = standing(await from.windows.list(client.id)).filter(
    ({ start, end }) => end > within.start - yearMs && start < within.end,
  );
  return { ...noEvidence, endpoints, maintenance };
};
