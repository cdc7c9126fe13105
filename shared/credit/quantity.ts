/** What a credit counts: one number for the period, or one for every outage, day, ticket or delivery. */
import type { Quantity, Range } from '../contract/terms.ts';
import type { ClauseResult } from '../measure/clause.ts';
import { type Loss, within } from '../measure/timeline.ts';
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
import { type Interval, interval, spans } from '../time/span.ts';

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

const piecesOf = ({ time }: ClauseResult): readonly Loss[] =>
  (time?.account.outages ?? []).flatMap((outage) => outage.pieces).sort((a, b) => a.start - b.start);

const lostIn = (pieces: readonly Loss[], window: Interval): Fraction =>
  sum(within(pieces, spans([window])).map(({ start, end, share }) => times(share, fraction(end - start))));

const days = (result: ClauseResult, zone: string): Item[] => {
  const pieces = piecesOf(result);
  const dates = new Set(pieces.flatMap((piece) => datesIn(piece, zone)));
  return [...dates].sort().map((date) => ({
    of: date,
    quantity: lostIn(pieces, daysSpan(date, addDays(date, 1), zone)),
  }));
};

const hourMs = 3_600_000;

/** Hours run from each local midnight, so that a zone half an hour off has clock hours too. */
const hours = (result: ClauseResult, zone: string): Item[] => {
  const pieces = piecesOf(result);
  const starts = pieces.flatMap((piece) =>
    datesIn(piece, zone).flatMap((date) => {
      const day = daysSpan(date, addDays(date, 1), zone);
      const [from, until] = [Math.max(piece.start, day.start), Math.min(piece.end, day.end)];
      const first = day.start + Math.floor((from - day.start) / hourMs) * hourMs;
      return Array.from({ length: Math.ceil((until - first) / hourMs) }, (_, n) => first + n * hourMs);
    }),
  );
  return [...new Set(starts)]
    .sort((a, b) => a - b)
    .map((start) => ({ of: isoOf(start), quantity: lostIn(pieces, interval(start, start + hourMs)) }));
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
    case 'hour-each':
      return hours(result, zone);
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
