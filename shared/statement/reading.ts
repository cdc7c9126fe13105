/** What a reader asks of a statement first, read off its data: nothing here is a new figure, only a look at one. */
import {
  compare,
  type Fraction,
  formatFraction,
  fraction,
  minus,
  one,
  over,
  parseFraction,
  sum,
  times,
} from '../money/fraction.ts';
import type { ClauseStatement, PartStatement, ServiceStatement, Statement } from './statement.ts';

export type Outcome = 'met' | 'missed' | 'open' | 'none';

const clausesOf = ({ parts }: ServiceStatement): readonly ClauseStatement[] => parts.flatMap(({ clauses }) => clauses);

/** Missed where any clause was; `none` where nothing was promised or nothing could be measured. */
export const outcomeOf = (service: ServiceStatement): Outcome => {
  const met = clausesOf(service).map((clause) => clause.met);
  if (met.includes(false)) return service.closes ? 'missed' : 'open';
  if (!met.includes(true)) return 'none';
  return service.closes ? 'met' : 'open';
};

export interface Overall {
  readonly missed: readonly ServiceStatement[];
  readonly promised: readonly ServiceStatement[];
  readonly held: boolean;
  readonly owedMinor: number;
}

export const overallOf = ({ services, status, creditMinor }: Statement): Overall => ({
  missed: services.filter((service) => outcomeOf(service) === 'missed'),
  promised: services.filter((service) => outcomeOf(service) !== 'none'),
  held: status === 'held',
  owedMinor: creditMinor,
});

/** The clause that a reader looks for: the first of the terms. */
export const leadOf = ({ clauses }: PartStatement): ClauseStatement | undefined => clauses[0];

export interface Budget {
  /** Downtime that the target allows, in ms. */
  readonly allowedMs: Fraction;
  readonly usedMs: Fraction;
  /** Used over allowed; absent where the target allows none. */
  readonly share?: string;
}

/** The error budget of a time clause that has a target. */
export const budgetOf = ({ target, time }: ClauseStatement): Budget | undefined => {
  if (!target || !time) return undefined;
  const allowedMs = times(minus(one, parseFraction(target.exact)), parseFraction(time.denominatorMs));
  const usedMs = parseFraction(time.downMs.measured);
  return compare(allowedMs, fraction(0)) > 0
    ? { allowedMs, usedMs, share: formatFraction(over(usedMs, allowedMs)) }
    : { allowedMs, usedMs };
};

/** Whole milliseconds for reading, cut: shares of users and exact budgets need not be whole. */
export const wholeMs = (exact: Fraction | string): number => {
  const { n, d } = typeof exact === 'string' ? parseFraction(exact) : exact;
  return Number(n / d);
};

/** Counted downtime of a service over all its parts, by its first clauses. */
export const downMsOf = ({ parts }: ServiceStatement): number =>
  wholeMs(sum(parts.flatMap((part) => leadOf(part)?.time?.downMs.measured ?? []).map((exact) => parseFraction(exact))));
