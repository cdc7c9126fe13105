/**
 * One credit of one clause: a quantity, a schedule, a base, and its own caps.
 *
 * Units   money in minor units, exact until the line.
 * Order   gates; then for each item its schedule, the rounding of its share, its cap; then the cap of the credit.
 * Rounds  once, at the line, as the terms say (halves to even by default).
 * Errors  none: decoded terms are complete.
 * Source  settlement.md §6
 */
import type { Amount, Credit, Gate, Range, Schedule, Terms } from '../contract/terms.ts';
import type { ClauseResult } from '../measure/clause.ts';
import type { PastPeriod } from '../measure/evidence.ts';
import {
  compare,
  type Fraction,
  fraction,
  least,
  minus,
  one,
  over,
  parseFraction,
  sum,
  times,
  toDecimals,
  toWhole,
  zero,
} from '../money/fraction.ts';
import type { Interval } from '../time/span.ts';
import { contains, type Item, itemsOf } from './quantity.ts';

/** What a share, a day or an hour is taken of. */
export interface Fees {
  /** Of the period, and as the plan writes it (`feePer`): a fixed number of days divides the latter. */
  readonly period: Fraction;
  readonly written: Fraction;
}

export interface CreditScene {
  readonly span: Interval;
  readonly zone: string;
  readonly daysOfPeriod: number;
  /** Of a part under its own terms: what the period pays once, parts share by their length. */
  readonly partOfPeriod: Fraction;
  readonly fees: Readonly<Record<'service' | 'contract' | 'endpoints', Fees>>;
  /** The value that a delivery was worth. */
  readonly valueOf: (item: string) => Fraction;
  readonly history: readonly PastPeriod[];
}

export interface PricedItem extends Item {
  readonly band: number | undefined;
  readonly steps: Fraction | undefined;
  readonly minor: Fraction;
  readonly extensionDays: Fraction;
}

export interface LineCut {
  readonly by: 'cap-each' | 'cap-credit';
  readonly minor: bigint;
}

export interface Line {
  readonly credit: Credit;
  readonly baseMinor: Fraction;
  readonly items: readonly PricedItem[];
  readonly exactMinor: Fraction;
  readonly minor: bigint;
  readonly extensionDays: Fraction;
  readonly cuts: readonly LineCut[];
  readonly gatedBy: Gate['kind'] | undefined;
}

interface Worth {
  readonly minor: Fraction;
  readonly extensionDays: Fraction;
}

const worthNothing: Worth = { minor: zero, extensionDays: zero };

const wholeOf = (fees: Fees, { base }: Credit): Fraction => (base.per === 'written' ? fees.written : fees.period);

/** So many times an amount, in money of the base or in days of service. */
const worth = (amount: Amount, count: Fraction, fees: Fees, credit: Credit, scene: CreditScene): Worth => {
  const money = (minor: Fraction): Worth => ({ minor, extensionDays: zero });
  const factor = parseFraction(credit.base.factor);
  switch (amount.kind) {
    case 'share': {
      const share = times(parseFraction(amount.share), count);
      const { roundShare } = credit;
      const applied = roundShare ? toDecimals(share, roundShare.decimals, roundShare.mode) : share;
      return money(times(times(wholeOf(fees, credit), factor), applied));
    }
    case 'money':
      return money(times(fraction(amount.minor), count));
    case 'days':
    case 'hours': {
      const { dayDivisor } = credit.base;
      const day =
        dayDivisor === 'days-of-period'
          ? over(fees.period, fraction(scene.daysOfPeriod))
          : over(fees.written, fraction(dayDivisor));
      const days = over(parseFraction(amount.count), fraction(amount.kind === 'days' ? 1 : 24));
      return money(times(times(times(day, factor), days), count));
    }
    case 'extension-days':
      return { minor: zero, extensionDays: times(parseFraction(amount.count), count) };
  }
};

/**
 * A quantity that speaks of the time as a whole, or is measured against it, pays in a part of the period its part of
 * what the period would. What is counted, hours or outages, is fewer in a part by itself.
 */
const weightOf = ({ quantity, schedule }: Credit, { partOfPeriod }: CreditScene): Fraction =>
  ['figure', 'shortfall', 'once'].includes(quantity) ||
  (schedule.kind === 'steps' && ['service-time', 'whole-period'].includes(schedule.unit))
    ? partOfPeriod
    : one;

const weighed = ({ minor, extensionDays }: Worth, weight: Fraction): Worth => ({
  minor: times(minor, weight),
  extensionDays: times(extensionDays, weight),
});

const bandOf = (schedule: Extract<Schedule, { kind: 'bands' }>, value: Fraction): number | undefined => {
  const holds = ({ range }: { readonly range: Range }) => contains(range, value);
  const index = schedule.overlap === 'first' ? schedule.bands.findIndex(holds) : schedule.bands.findLastIndex(holds);
  return index < 0 ? undefined : index;
};

const roundedSteps = (value: Fraction, round: 'down' | 'up' | 'exact'): Fraction =>
  round === 'exact' ? value : fraction(toWhole(value, round));

const stepsOf = (schedule: Extract<Schedule, { kind: 'steps' }>, value: Fraction, unit: Fraction): Fraction => {
  const from = schedule.first ? parseFraction(schedule.first.upTo) : zero;
  const rest = minus(value, from);
  return rest.n <= 0n || unit.n === 0n ? zero : roundedSteps(over(rest, unit), schedule.round);
};

const unitOf = (unit: string, result: ClauseResult, span: Interval): Fraction => {
  if (unit === 'service-time') return result.time?.account.denominatorMs ?? zero;
  return unit === 'whole-period' ? fraction(span.end - span.start) : parseFraction(unit);
};

const plus = (a: Worth, b: Worth): Worth => ({
  minor: sum([a.minor, b.minor]),
  extensionDays: sum([a.extensionDays, b.extensionDays]),
});

const priced = (item: Item, credit: Credit, result: ClauseResult, fees: Fees, scene: CreditScene): PricedItem => {
  const { schedule } = credit;
  const weight = weightOf(credit, scene);
  const worthOf = (amount: Amount, count: Fraction) => weighed(worth(amount, count, fees, credit, scene), weight);
  if (schedule.kind === 'bands') {
    const band = bandOf(schedule, item.quantity);
    const pays = band === undefined ? undefined : schedule.bands[band]?.pays;
    return { ...item, band, steps: undefined, ...(pays ? worthOf(pays, one) : worthNothing) };
  }
  const steps = stepsOf(schedule, item.quantity, unitOf(schedule.unit, result, scene.span));
  const entry = schedule.first && item.quantity.n > 0n ? worthOf(schedule.first.pays, one) : worthNothing;
  return { ...item, band: undefined, steps, ...plus(entry, worthOf(schedule.pays, steps)) };
};

const capEach = (item: PricedItem, credit: Credit, fees: Fees, scene: CreditScene): PricedItem => {
  const cap = credit.capEach?.find(({ range }) => contains(range, item.quantity))?.pays;
  if (!cap) return item;
  const limit = weighed(worth(cap, one, fees, credit, scene), weightOf(credit, scene));
  // A cap in days of service limits days, one in money limits money.
  return cap.kind === 'extension-days'
    ? { ...item, extensionDays: least(item.extensionDays, limit.extensionDays) }
    : { ...item, minor: least(item.minor, limit.minor) };
};

/** Whether a period that is already settled was below a share, in the eyes of this clause. */
const wasBelow = (past: PastPeriod | undefined, clause: string, share: Fraction): boolean => {
  const figure = past?.figures[clause]?.figure;
  return figure !== undefined && compare(parseFraction(figure), share) < 0;
};

const holds = (gate: Gate, result: ClauseResult, history: readonly PastPeriod[]): boolean => {
  const below = (share: string) => result.tested !== undefined && compare(result.tested, parseFraction(share)) < 0;
  switch (gate.kind) {
    case 'below':
      return below(gate.share);
    case 'consecutive': {
      const before = history.slice(-(gate.periods - 1));
      const share = parseFraction(gate.share);
      return (
        below(gate.share) &&
        before.length === gate.periods - 1 &&
        before.every((past) => wasBelow(past, result.clause.id, share))
      );
    }
    case 'outages': {
      const counted = result.time?.account.outages.filter(({ countedMs }) => countedMs.n > 0n) ?? [];
      const { longestOverMs, countOver } = gate;
      const tooLong =
        longestOverMs !== undefined && counted.some(({ countedMs }) => compare(countedMs, fraction(longestOverMs)) > 0);
      return tooLong || (countOver !== undefined && counted.length > countOver);
    }
  }
};

export const creditLine = (credit: Credit, result: ClauseResult, terms: Terms, scene: CreditScene): Line => {
  const { base } = credit;
  const feesOf = (item: string): Fees => {
    if (base.of !== 'value') return scene.fees[base.of];
    const value = scene.valueOf(item);
    return { period: value, written: value };
  };
  const fees = feesOf('period');
  const gatedBy = credit.gates.find((gate) => !holds(gate, result, scene.history))?.kind;
  const counted = gatedBy ? [] : itemsOf(credit.quantity, result, scene.zone);
  const items = counted
    .filter(({ quantity }) => credit.only === undefined || contains(credit.only, quantity))
    .map((item) => priced(item, credit, result, feesOf(item.of), scene));
  const capped = items.map((item) => capEach(item, credit, feesOf(item.of), scene));
  const before = sum(items.map(({ minor }) => minor));
  const each = sum(capped.map(({ minor }) => minor));
  const limit = credit.cap && weighed(worth(credit.cap, one, fees, credit, scene), scene.partOfPeriod);
  const exactMinor = limit && credit.cap?.kind !== 'extension-days' ? least(each, limit.minor) : each;
  const days = sum(capped.map(({ extensionDays }) => extensionDays));
  const round = (value: Fraction) => toWhole(value, terms.round);
  const cut = (by: LineCut['by'], from: Fraction, to: Fraction): LineCut[] =>
    compare(from, to) > 0 ? [{ by, minor: round(from) - round(to) }] : [];
  return {
    credit,
    baseMinor: times(weightOf(credit, scene), times(wholeOf(fees, credit), parseFraction(base.factor))),
    items: capped,
    exactMinor,
    minor: round(exactMinor),
    extensionDays: limit && credit.cap?.kind === 'extension-days' ? least(days, limit.extensionDays) : days,
    cuts: [...cut('cap-each', before, each), ...cut('cap-credit', each, exactMinor)],
    gatedBy,
  };
};
