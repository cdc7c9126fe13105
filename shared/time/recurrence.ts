/** Recurring windows, RFC 5545 with a TZID: the wall clock is kept, so a window at 02:00 stays at 02:00 in summer. */
import { RRuleTemporal } from 'rrule-temporal';
import { dateOf, instantOf, timeOf } from './calendar.ts';
import { type EpochMs, epochMs, type Interval, interval } from './span.ts';

export interface Recurrence {
  /** Without DTSTART: `FREQ=MONTHLY;BYDAY=1SU`. */
  readonly rrule: string;
  readonly zone: string;
  /** Local date and wall time of the first one; seconds may be left out. */
  readonly date: string;
  readonly time: string;
  readonly lengthMs: number;
}

const compact = (date: string, time: string): string => `${date}T${time}:00`.slice(0, 19).replace(/[-:]/g, '');

/** UNTIL is an instant (RFC 5545 §3.3.10), and the walk is on the wall clock. */
const compactUntil = (until: RegExpExecArray, zone: string): string => {
  const [, day = '', clock = '', seconds = ''] = until;
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${clock.slice(0, 2)}:${clock.slice(2)}:${seconds}Z`;
  const at = epochMs(Date.parse(iso));
  return `${dateOf(at, zone)}T${timeOf(at, zone).slice(0, 8)}`.replace(/[-:]/g, '').concat('Z');
};

/**
 * The windows that touch a span. The rule is walked on the wall clock and each wall time becomes an instant by the one
 * rule for repeated and skipped times.
 */
export const occurrencesIn = ({ rrule, zone, date, time, lengthMs }: Recurrence, span: Interval): Interval[] => {
  const wall = (at: number): Date => new Date(`${dateOf(epochMs(at), zone)}T${timeOf(epochMs(at), zone)}Z`);
  const until = /UNTIL=(\d{8})T(\d{4})(\d{2})Z/.exec(rrule);
  const rule = until ? rrule.replace(until[0], `UNTIL=${compactUntil(until, zone)}`) : rrule;
  const walk = new RRuleTemporal({ rruleString: `DTSTART;TZID=UTC:${compact(date, time)}\nRRULE:${rule}` });
  return walk
    .between(wall(span.start - lengthMs - 86_400_000), wall(span.end + 86_400_000), true)
    .map((at): EpochMs => {
      const [day = '', clock = ''] = new Date(at.epochMilliseconds).toISOString().split('T');
      return instantOf(day, clock.slice(0, 8), zone);
    })
    .map((start) => interval(start, start + lengthMs))
    .filter(({ start, end }) => start < span.end && end > span.start);
};
