/** What a credit counts: one number for the period, or one for every outage, day, ticket or delivery. */
import type { Quantity, Range } from '../contract/terms.ts';
import type { ClauseResult } from '../measure/clause.ts';
import { within } from '../measure/timeline.ts';
import {
  compare,
  type Fraction,
  fraction,
  minus,
  most,
  one,
  parseFraction,
  sum,
  times,
  zero,
} from '../money/fraction.ts';
import { addDays, datesIn, daysSpan } from '../time/calendar.ts';
import { spans } from '../time/span.ts';

export interface Item {
  /** `period`, the start of the outage, the local day, the id of the ticket. */
  readonly of: string;
  readonly quantity: Fraction;
}

export const contains = (range: Range, value: Fraction): boolean => {
  const above = range.from === undefined ? 1 : compare(value, parseFraction(range.from));
  const below = range.to === undefined ? -1 : compare(value, parseFraction(range.to));
  return (above > 0 || (above === 0 && range.fromIncluded)) && (below < 0 || (below === 0 && range.toIncluded));
};

const downOf = ({ time, requests, clause }: ClauseResult): Fraction => {
  if (time) return time.downMs.measured;
  const { measure } = clause;
  // A bad interval is down for its whole length.
  return requests && measure.kind === 'requests' ? times(requests.lost, fraction(measure.intervalMs)) : zero;
};

const allowedMs = ({ clause, time }: ClauseResult): Fraction =>
  times(minus(one, parseFraction(clause.target ?? '1')), time?.account.denominatorMs ?? zero);

const isoOf = (at: number): string => new Date(at).toISOString();

const days = ({ time }: ClauseResult, zone: string): Item[] => {
  if (!time) return [];
  const pieces = time.account.outages.flatMap((outage) => outage.pieces).sort((a, b) => a.start - b.start);
  const dates = new Set(pieces.flatMap((piece) => datesIn(piece, zone)));
  return [...dates].sort().map((date) => {
    const parts = within(pieces, spans([daysSpan(date, addDays(date, 1), zone)]));
    return { of: date, quantity: sum(parts.map(({ start, end, share }) => times(share, fraction(end - start)))) };
  });
};

const period = (quantity: Fraction): Item[] => [{ of: 'period', quantity }];

/** Numbers that a credit is computed from. A clause without a figure gives none. */
export const itemsOf = (quantity: Quantity, result: ClauseResult, zone: string): Item[] => {
  const { tested, clause, time, tickets } = result;
  const counted = time?.account.outages.filter(({ countedMs }) => countedMs.n > 0n) ?? [];
  const late = tickets?.filter(({ lateMs }) => lateMs > 0) ?? [];
  switch (quantity) {
    case 'figure':
      return tested ? period(tested) : [];
    case 'shortfall':
      return tested && clause.target !== undefined
        ? period(most(minus(parseFraction(clause.target), tested), zero))
        : [];
    case 'downtime':
      return period(downOf(result));
    case 'excess':
      return period(most(minus(downOf(result), allowedMs(result)), zero));
    case 'outage-each':
      return counted.map(({ start, countedMs }) => ({ of: isoOf(start), quantity: countedMs }));
    case 'day-each':
      return days(result, zone);
    case 'outage-count':
      return period(fraction(counted.length));
    case 'late-each':
      return (tickets ?? []).map(({ id, lateMs }) => ({ of: id, quantity: fraction(lateMs) }));
    case 'late-count':
      return period(fraction(late.length));
    case 'elapsed-each':
      return (tickets ?? []).map(({ id, elapsedMs }) => ({ of: id, quantity: fraction(elapsedMs) }));
    case 'once':
      return period(one);
  }
};
