/** Weekly hours in a zone, less holidays, as instants. */
import { addDays, datesIn, instantOf, weekdayOf } from './calendar.ts';
import { type Interval, intersect, type Spans, spans } from './span.ts';

/** Days are ISO: Monday is 1. `to` at or before `from` ends on the next day. */
export interface WeeklyHours {
  readonly zone: string;
  readonly weekly: readonly { readonly days: readonly number[]; readonly from: string; readonly to: string }[];
  readonly holidays: readonly string[];
}

/** A day of the calendar that has hours. */
export const isWorkingDay = ({ weekly, holidays }: WeeklyHours, date: string): boolean =>
  !holidays.includes(date) && weekly.some(({ days }) => days.includes(weekdayOf(date)));

const shiftsOf = (hours: WeeklyHours, date: string): Interval[] => {
  if (hours.holidays.includes(date)) return [];
  const today = hours.weekly.filter(({ days }) => days.includes(weekdayOf(date)));
  return today.map(({ from, to }) => ({
    start: instantOf(date, from, hours.zone),
    end: instantOf(to <= from ? addDays(date, 1) : date, to, hours.zone),
  }));
};

/** A shift that the clock change swallows whole, `02:10` to `02:50` in spring, is empty and drops out. */
export const hoursIn = (hours: WeeklyHours, span: Interval): Spans => {
  const dates = datesIn(span, hours.zone);
  const before = addDays(dates[0] ?? '', -1); // its night shift may reach in
  const shifts = [before, ...dates].flatMap((date) => shiftsOf(hours, date)).filter(({ start, end }) => start < end);
  return intersect(spans(shifts), spans([span]));
};
