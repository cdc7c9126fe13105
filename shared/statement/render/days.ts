/** One service's period cut into local days, for the strip. A look at the statement's intervals; no new figure. */
import { addDays, datesIn, daysSpan } from '../../time/calendar.ts';
import { type Interval, intersect, interval, type Spans, spans, subtract, totalMs, union } from '../../time/span.ts';
import { leadOf } from '../reading.ts';
import type { Reason, ServiceStatement } from '../statement.ts';

/** Disjoint parts of one local day that add up to its length; an hour more or less where the clocks change. */
export interface Day {
  readonly date: string;
  readonly lengthMs: number;
  readonly downMs: number;
  readonly plannedMs: number;
  readonly excusedMs: number;
  readonly unknownMs: number;
  readonly outsideMs: number;
}

export const daysOf = (service: ServiceStatement, zone: string): Day[] => {
  const accounts = service.parts.flatMap((part) => leadOf(part)?.time ?? []);
  const excluded = (...reasons: readonly Reason[]): Spans =>
    spans(accounts.flatMap((account) => account.excluded.filter(({ reason }) => reasons.includes(reason))));
  const lived = spans(service.parts.map(({ start, end }) => ({ start, end })));
  const down = spans(accounts.flatMap(({ outages }) => outages.flatMap(({ pieces }) => pieces)));
  const planned = subtract(excluded('scheduled', 'emergency'), down);
  const excused = subtract(excluded('exclusion'), union(down, planned));
  const unknown = subtract(excluded('unknown'), union(down, planned, excused));
  const inside = (day: Interval, set: Spans): number => totalMs(intersect(spans([day]), set));

  return datesIn(interval(service.start, service.end), zone).map((date) => {
    const day = daysSpan(date, addDays(date, 1), zone);
    const outside = subtract(
      union(subtract(spans([day]), lived), excluded('hours')),
      union(down, planned, excused, unknown),
    );
    return {
      date,
      lengthMs: day.end - day.start,
      downMs: inside(day, down),
      plannedMs: inside(day, planned),
      excusedMs: inside(day, excused),
      unknownMs: inside(day, unknown),
      outsideMs: inside(day, outside),
    };
  });
};
