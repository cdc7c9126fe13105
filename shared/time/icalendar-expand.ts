/** Events as instants: a series is expanded within a span, its exceptions in their places. */
import { addDays, dateOf, instantOf } from './calendar.ts';
import type { CalendarFault } from './icalendar-lines.ts';
import { type CalendarEvent, wallInstant } from './icalendar-read.ts';
import { occurrencesIn } from './recurrence.ts';
import { type EpochMs, epochMs, type Interval, interval } from './span.ts';

export interface CalendarOccurrence {
  readonly event: CalendarEvent;
  /** Of a series: when this one was to begin, before anybody moved it. */
  readonly of?: EpochMs;
  /** The local day on which it begins. */
  readonly date: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

export interface Expanded {
  /** What stands, in order; nothing that is cancelled. */
  readonly occurrences: readonly CalendarOccurrence[];
  /** UIDs of which the file says everything: an occurrence that is not there is no more. */
  readonly whole: ReadonlySet<string>;
  /** Of the other UIDs, the occurrences that the file speaks about. */
  readonly single: readonly { readonly uid: string; readonly of: EpochMs }[];
}

const placed = (
  event: CalendarEvent,
  date: string,
  start: EpochMs,
): { date: string; start: EpochMs; end: EpochMs } => ({
  date,
  start,
  end:
    'days' in event.length
      ? instantOf(addDays(date, event.length.days), '00:00', event.start.zone)
      : epochMs(start + event.length.ms),
});

const touches = ({ start, end }: { readonly start: number; readonly end: number }, span: Interval): boolean =>
  start < span.end && end > span.start;

/** When the occurrences of a series begin, as far as they may touch the span. */
const startsOf = (event: CalendarEvent, span: Interval): EpochMs[] => {
  const { start, rule, also, except, length } = event;
  const lengthMs = 'days' in length ? length.days * 86_400_000 + 7_200_000 : length.ms;
  const wide = interval(span.start - lengthMs, span.end);
  const ruled = rule ? occurrencesIn({ rrule: rule.text, ...start, time: start.time, lengthMs: 1 }, wide) : [];
  const first = wallInstant(start);
  const gone = new Set(except.map(wallInstant));
  const all = new Set([first, ...ruled.map((one) => one.start), ...also.map(wallInstant)]);
  return [...all].filter((at) => !gone.has(at)).sort((a, b) => a - b);
};

/** The newest word on each event: of two with one UID (and RECURRENCE-ID) the higher SEQUENCE, then the later line. */
const newest = (events: readonly CalendarEvent[]): CalendarEvent[] => {
  const byKey = new Map<string, CalendarEvent>();
  for (const event of events) {
    const key = JSON.stringify([event.uid, event.instead && wallInstant(event.instead)]);
    const before = byKey.get(key);
    if (!before || before.sequence <= event.sequence) byKey.set(key, event);
  }
  return [...byKey.values()];
};

/**
 * @param most Occurrences that a file may have in the span.
 */
export const expandCalendar = (
  events: readonly CalendarEvent[],
  span: Interval,
  most: number,
):
  | { readonly ok: true; readonly value: Expanded }
  | { readonly ok: false; readonly faults: readonly CalendarFault[] } => {
  const all = newest(events);
  const series = all.filter(({ instead }) => instead === undefined);
  const whole = new Set(series.map(({ uid }) => uid));
  const exceptions = all.flatMap((event) => (event.instead ? [{ event, of: wallInstant(event.instead) }] : []));
  const cancelled = new Set(series.filter((event) => event.cancelled).map(({ uid }) => uid));
  const moved = new Set(exceptions.map(({ event, of }) => `${event.uid} ${of}`));
  const occurrences: CalendarOccurrence[] = [];
  const tooMany = ({ line, rule }: CalendarEvent) => ({
    ok: false as const,
    faults: [
      {
        code: 'too-large' as const,
        line: rule?.line ?? line,
        saw: `more than ${most} occurrences`,
        want: `at most ${most} in a file: fewer events, or a rule that recurs less often`,
      },
    ],
  });
  for (const event of series) {
    if (event.cancelled) continue;
    const recurs = event.rule !== undefined || event.also.length > 0;
    for (const at of startsOf(event, span)) {
      if (moved.has(`${event.uid} ${at}`)) continue;
      const place = placed(event, dateOf(at, event.start.zone), at);
      if (!touches(place, span)) continue;
      if (occurrences.length >= most) return tooMany(event);
      occurrences.push({ event, ...(recurs && { of: at }), ...place });
    }
  }
  for (const { event, of } of exceptions) {
    if (event.cancelled || cancelled.has(event.uid)) continue;
    const place = placed(event, event.start.date, wallInstant(event.start));
    if (!touches(place, span)) continue;
    if (occurrences.length >= most) return tooMany(event);
    occurrences.push({ event, of, ...place });
  }
  occurrences.sort((a, b) => a.start - b.start || a.end - b.end || (a.event.uid < b.event.uid ? -1 : 1));
  const single = exceptions
    .filter(({ event }) => !whole.has(event.uid))
    .map(({ event, of }) => ({ uid: event.uid, of }));
  return { ok: true, value: { occurrences, whole, single } };
};

/** The local days of all-day events. */
export const daysOf = (occurrences: readonly CalendarOccurrence[]): string[] =>
  [
    ...new Set(
      occurrences.flatMap(({ date, event: { length } }) =>
        'days' in length ? Array.from({ length: length.days }, (_, day) => addDays(date, day)) : [],
      ),
    ),
  ].sort();
