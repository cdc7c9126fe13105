/** Response and resolution clocks: when each ticket was due, how long it took, by how much it was late. */
import type { TicketMeasure } from '../contract/terms.ts';
import { addDays, dateOf, dayMs, daysBetween, instantOf, timeOf } from '../time/calendar.ts';
import { hoursIn, isWorkingDay } from '../time/hours.ts';
import { type EpochMs, epochMs, type Interval, interval, type Spans, spans, subtract, totalMs } from '../time/span.ts';
import type { Delivery, Incident } from './evidence.ts';

export interface TicketResult {
  readonly id: string;
  readonly severity: string;
  readonly openedAt: EpochMs;
  readonly dueAt: EpochMs;
  readonly doneAt: EpochMs | undefined;
  readonly elapsedMs: number;
  readonly lateMs: number;
  readonly verdict: 'in-time' | 'late' | 'open';
}

const doneAt = (incident: Incident, of: TicketMeasure['of']): EpochMs | undefined =>
  ({ response: incident.respondedAt, resolution: incident.resolvedAt, alert: incident.alertedAt })[of];

/** Monday to Friday, where a promise of business days names no calendar of its own. */
const weekdays = (zone: string) => ({
  zone,
  weekly: [{ days: [1, 2, 3, 4, 5], from: '00:00', to: '24:00' }],
  holidays: [],
});

/** The time in which the clock runs. */
const running = (incident: Incident, measure: TicketMeasure, until: EpochMs): Spans => {
  if (until <= incident.openedAt) return spans([]);
  const span = interval(incident.openedAt, until);
  const open = measure.hours ? hoursIn(measure.hours, span) : spans([span]);
  return measure.pauses ? subtract(open, spans(incident.pauses)) : open;
};

/** The instant at which the clock has run for so long; looks further and further ahead. */
const afterRunning = (incident: Incident, measure: TicketMeasure, ms: number): EpochMs => {
  if (ms === 0) return incident.openedAt;
  const pausedMs = incident.pauses.reduce((sum, { start, end }) => sum + end - start, 0);
  for (let days = 8; days < 20_000; days *= 4) {
    let left = ms;
    for (const { start, end } of running(
      incident,
      measure,
      epochMs(incident.openedAt + ms + pausedMs + days * dayMs),
    )) {
      if (end - start >= left) return epochMs(start + left);
      left -= end - start;
    }
  }
  throw new Error(`a clock that never runs: incident ${incident.id}`);
};

/** The same wall time so many business days later; where the clock stopped, once as much business time has run. */
const businessDaysLater = (
  incident: Incident,
  days: number,
  measure: TicketMeasure & { readonly hours: NonNullable<TicketMeasure['hours']> },
): EpochMs => {
  const { hours } = measure;
  let date = dateOf(incident.openedAt, hours.zone);
  for (let left = days; left > 0; ) {
    date = addDays(date, 1);
    if (isWorkingDay(hours, date)) left--;
  }
  const due = instantOf(date, timeOf(incident.openedAt, hours.zone), hours.zone);
  const promisedMs = totalMs(running(incident, { ...measure, pauses: false }, due));
  const withStops = afterRunning(incident, measure, promisedMs);
  return withStops > due ? withStops : due;
};

const judge = (incident: Incident, measure: TicketMeasure, span: Interval, zone: string): TicketResult => {
  const { id, severity, openedAt } = incident;
  const done = doneAt(incident, measure.of);
  // Still open: it is looked at as far as the period goes.
  const until = done ?? span.end;
  const verdict = (lateMs: number) =>
    lateMs > 0 ? 'late' : done === undefined ? ('open' as const) : ('in-time' as const);
  if ('businessDays' in measure.within) {
    const dueAt = businessDaysLater(incident, measure.within.businessDays, {
      ...measure,
      hours: measure.hours ?? weekdays(zone),
    });
    const lateMs = Math.max(until - dueAt, 0);
    return {
      id,
      severity,
      openedAt,
      dueAt,
      doneAt: done,
      elapsedMs: Math.max(until - openedAt, 0),
      lateMs,
      verdict: verdict(lateMs),
    };
  }
  const elapsedMs = totalMs(running(incident, measure, until));
  const lateMs = Math.max(elapsedMs - measure.within.ms, 0);
  const dueAt = afterRunning(incident, measure, measure.within.ms);
  return { id, severity, openedAt, dueAt, doneAt: done, elapsedMs, lateMs, verdict: verdict(lateMs) };
};

/** Tickets opened in the span, of the severities that the promise covers. A ticket belongs to the span it was opened in. */
export const ticketResults = (
  incidents: readonly Incident[],
  measure: TicketMeasure,
  span: Interval,
  zone: string,
): TicketResult[] =>
  incidents
    .filter(({ openedAt }) => span.start <= openedAt && openedAt < span.end)
    .filter(({ severity }) => measure.severities === undefined || measure.severities.includes(severity))
    .map((incident) => judge(incident, measure, span, zone))
    .map((ticket) =>
      ticket.doneAt === undefined && measure.open === 'defer'
        ? { ...ticket, lateMs: 0, verdict: 'open' as const }
        : ticket,
    );

/** Deliveries done in the span, late by whole local days. */
export const deliveryResults = (deliveries: readonly Delivery[], span: Interval, zone: string): TicketResult[] =>
  deliveries
    .map(({ id, due, done }) => {
      const [dueAt, at] = [instantOf(due, '00:00', zone), instantOf(done, '00:00', zone)];
      const lateMs = Math.max(daysBetween(due, done), 0) * dayMs;
      return {
        id,
        severity: '',
        openedAt: dueAt,
        dueAt,
        doneAt: at,
        elapsedMs: lateMs,
        lateMs,
        verdict: lateMs > 0 ? ('late' as const) : ('in-time' as const),
      };
    })
    .filter(({ doneAt: at }) => span.start <= at && at < span.end);
