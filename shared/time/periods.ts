/** The span that one settlement closes, for a calendar month that has ended. */
import { addDays, addMonths, daysSpan, instantOf } from './calendar.ts';
import { type Interval, interval } from './span.ts';

export interface PeriodRule {
  readonly zone: string;
  readonly kind:
    | { readonly kind: 'month' | 'quarter' | 'year' }
    | { readonly kind: 'billing-month'; readonly day: number }
    | { readonly kind: 'contract-year'; readonly since: string }
    | { readonly kind: 'rolling-days'; readonly days: number }
    | { readonly kind: 'rolling-hours'; readonly hours: number };
}

/** `closes` is false while a longer period goes on: its span then ends with the month, as far as it is known. */
export interface SettledSpan extends Interval {
  readonly closes: boolean;
}

/** The day N of the month that `date` begins, or its last. */
const dayOfMonth = (date: string, day: number): string => {
  const last = addDays(addMonths(date, 1), -1);
  return day <= Number(last.slice(8)) ? `${date.slice(0, 8)}${String(day).padStart(2, '0')}` : last;
};

const monthOf = (label: string, months: number): string => {
  const [year = '', month = '1'] = label.split('-');
  const first = Math.floor((Number(month) - 1) / months) * months + 1;
  return `${year}-${String(first).padStart(2, '0')}-01`;
};

/** First and last dates (the last is outside) of the period that the month closes or lies in. */
const datesOf = (
  kind: Exclude<PeriodRule['kind'], { kind: 'rolling-hours' }>,
  label: string,
): readonly [from: string, until: string] => {
  const first = `${label}-01`;
  const after = addMonths(first, 1);
  switch (kind.kind) {
    case 'month':
      return [first, after];
    case 'quarter':
      return [monthOf(label, 3), addMonths(monthOf(label, 3), 3)];
    case 'year':
      return [monthOf(label, 12), addMonths(monthOf(label, 12), 12)];
    case 'billing-month': // the one that ends in this month
      return kind.day === 1
        ? [first, after]
        : [dayOfMonth(addMonths(first, -1), kind.day), dayOfMonth(first, kind.day)];
    case 'contract-year': {
      const years = Number(after.slice(0, 4)) - Number(kind.since.slice(0, 4)) + 1;
      const starts = Array.from({ length: Math.max(years, 0) + 1 }, (_, n) => addMonths(kind.since, 12 * n));
      const from = starts.findLast((start) => start < after) ?? kind.since;
      // An anniversary inside this month closes the year before it.
      return from > first && from > kind.since ? [addMonths(from, -12), from] : [from, addMonths(from, 12)];
    }
    case 'rolling-days':
      return [addDays(after, -kind.days), after];
  }
};

/** A label may also name the span itself, whatever the rule: `2026-Q4`, `2026`, `2026-10-05/2026-11-02`. */
const namedDates = (label: string): readonly [from: string, until: string] | undefined => {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(label);
  if (quarter) {
    const from = `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`;
    return [from, addMonths(from, 3)];
  }
  if (/^\d{4}$/.test(label)) return [`${label}-01-01`, addMonths(`${label}-01-01`, 12)];
  const [from, until] = label.split('/');
  return from && until ? [from, until] : undefined;
};

export const settledSpan = ({ zone, kind }: PeriodRule, label: string): SettledSpan => {
  const named = namedDates(label);
  if (named) return { ...daysSpan(...named, zone), closes: true };
  const monthEnd = addMonths(`${label}-01`, 1);
  if (kind.kind === 'rolling-hours') {
    const end = instantOf(monthEnd, '00:00', zone);
    return { ...interval(end - kind.hours * 3_600_000, end), closes: true };
  }
  const [from, until] = datesOf(kind, label);
  const closes = until <= monthEnd;
  return { ...interval(instantOf(from, '00:00', zone), instantOf(closes ? until : monthEnd, '00:00', zone)), closes };
};
