/** The figures of a statement in the words of the corpus, so that both can be laid side by side. */
import type { Credit, Range } from '../../shared/contract/terms.ts';
import { contains } from '../../shared/credit/quantity.ts';
import {
  type Fraction,
  formatDecimal,
  formatFraction,
  fraction,
  minus,
  over,
  parseFraction,
  sum,
  times,
  zero,
} from '../../shared/money/fraction.ts';
import type { ClauseStatement, CreditLine, ServiceStatement, Statement } from '../../shared/statement/statement.ts';
import type { Settled } from './settled.ts';
import type { Expected, Vector } from './vector.ts';

type Part = ServiceStatement['parts'][number];

export const onlyPart = (statement: Statement): Part => {
  const [service, second] = statement.services;
  const [part, change] = service?.parts ?? [];
  if (!part || second || change) throw new Error('one service, one version of its terms');
  return part;
};

/** The decimal places that the corpus prints, without closing noughts. */
const nine = (value: Fraction): string => formatDecimal(value, 9, 'half-up').replace(/\.?0+$/, '');
const exactly = (value: string): string => formatFraction(parseFraction(value));
const seconds = (ms: string | undefined): string | undefined =>
  ms === undefined ? undefined : formatFraction(times(parseFraction(ms), fraction(1, 1000)));

const ofKind = (part: Part, kind: ClauseStatement['kind']) => part.clauses.filter((clause) => clause.kind === kind);

/** Requests where somebody counted them, time otherwise. */
const measured = (part: Part): ClauseStatement | undefined =>
  ofKind(part, 'requests').find(({ figure }) => figure) ?? part.clauses[0];

const cutBy = (cuts: ServiceStatement['cuts'], ...by: readonly string[]): number =>
  cuts.filter((cut) => by.includes(cut.by)).reduce((minor, cut) => minor + cut.minor, 0);

const creditOf = (part: Part, line: CreditLine): Credit => {
  const credit = part.terms.clauses.find(({ id }) => id === line.clause)?.credits.find(({ id }) => id === line.credit);
  if (!credit) throw new Error(`no credit ${line.credit}`);
  return credit;
};

type Item = CreditLine['items'][number];

/** Days, hours or times that an item pays for. */
const unitsOf = (credit: Credit, { band, steps, extensionDays }: Item): Fraction => {
  if (extensionDays !== undefined) return parseFraction(extensionDays);
  const { schedule } = credit;
  const pays = schedule.kind === 'steps' ? schedule.pays : schedule.bands[band ?? -1]?.pays;
  if (!pays) return zero;
  const often = steps === undefined ? fraction(1) : parseFraction(steps);
  return 'count' in pays ? times(often, parseFraction(pays.count)) : often;
};

const itemsOf = (part: Part): readonly (readonly [Credit, Item])[] =>
  part.lines.flatMap((line) => line.items.map((item) => [creditOf(part, line), item] as const));

/** `[99.0,99.9)`: percentages of figures, seconds of times. */
const rangeOf = (text: string, { quantity }: Credit): Range => {
  const scale = quantity === 'figure' ? fraction(1, 100) : fraction(1000);
  const [from, to] = text
    .slice(1, -1)
    .split(',')
    .map((bound) => (bound.endsWith('inf') ? undefined : formatFraction(times(parseFraction(bound), scale))));
  return { from, fromIncluded: text.startsWith('['), to, toIncluded: text.endsWith(']') };
};

/** What a printed band is, if it is the one that applied: the same bounds, and the figure within its edges. */
const tierOf = (part: Part, { tier = '' }: Expected['credit']): string =>
  itemsOf(part).every(([credit, { band, quantity }]) => {
    if (credit.schedule.kind !== 'bands') return true;
    const printed = rangeOf(tier, credit);
    const ours = credit.schedule.bands[band ?? -1]?.range;
    // A band that pays nothing need not be written in a contract.
    const same = ours === undefined || (ours.from === printed.from && ours.to === printed.to);
    return same && contains(printed, parseFraction(quantity));
  })
    ? tier
    : 'another';

const moneyOf = (minor: Fraction, digits: number): string =>
  formatDecimal(over(minor, fraction(10n ** BigInt(digits))), digits, 'half-up');

/** What is due before a late claim loses it. */
const dueMinor = ({ statement }: Settled): number =>
  statement.creditMinor + cutBy(statement.services[0]?.cuts ?? [], 'late-claim');

/** The share of the fee before the one rounding; what a cap left is whole cents. */
const percentOf = (settled: Settled, fee: Fraction): string => {
  const { statement } = settled;
  const part = onlyPart(statement);
  const cuts = statement.services[0]?.cuts ?? [];
  const gross = sum(part.lines.map(({ exactMinor }) => parseFraction(exactMinor)));
  const owed = minus(gross, fraction(cutBy(cuts, 'best-clause', 'cap-service', 'franchise')));
  const [line] = part.lines;
  const factor = line ? parseFraction(creditOf(part, line).base.factor) : fraction(1);
  const base = times(fee, factor);
  return base.n === 0n ? '0' : nine(times(over(owed, base), fraction(100)));
};

const rightsTold = ({ statement, service }: Settled): Expected['terminate'] => {
  const stated = service.versions.some(({ terms }) => terms.rights.length > 0);
  return stated ? statement.rights.length > 0 : 'none-stated';
};

const perClause = (settled: Settled, fee: Fraction, expected: NonNullable<Expected['credit']['clauses']>) => {
  const part = onlyPart(settled.statement);
  const priced = [...new Set(part.lines.map(({ clause }) => clause))];
  return expected.map(({ name }, i) => {
    const lines = part.lines.filter(({ clause }) => clause === priced[i]);
    const minor = sum(lines.map((line) => fraction(line.minor)));
    const exact = sum(lines.map(({ exactMinor }) => parseFraction(exactMinor)));
    return {
      name,
      pct: nine(times(over(exact, fee), fraction(100))),
      amount: moneyOf(minor, settled.client.minorDigits),
    };
  });
};

/** The fields that somebody asks for, each told by its own words and never by what was asked. */
const only = <T extends object>(asked: T, words: { [K in keyof T]-?: () => T[K] | undefined }): T =>
  Object.fromEntries(
    Object.entries(words).flatMap(([key, word]) =>
      asked[key as keyof T] === undefined ? [] : [[key, (word as () => unknown)()]],
    ),
  ) as T;

/** Every figure that the corpus expects, as the statement has it; nothing is told that is not asked for. */
export const told = (
  settled: Settled,
  vector: Vector,
  until: 'response' | 'resolution' | 'alert',
): Partial<Expected> => {
  const { statement, client } = settled;
  const { expected } = vector;
  const part = onlyPart(statement);
  const [service] = statement.services;
  const clause = measured(part);
  const time = part.clauses[0]?.time;
  const fee = fraction(settled.service.versions[0]?.feeMinor ?? 0);
  const cuts = service?.cuts ?? [];
  const userMinutes = (ms: string | undefined) =>
    formatFraction(times(parseFraction(ms ?? '0'), fraction(vector.users ?? 0, 60_000)));
  const promised = part.terms.clauses.filter(({ measure }) => measure.kind === 'tickets' && measure.of === until);
  const late = part.clauses
    .filter(({ id }) => promised.some((promise) => promise.id === id))
    .flatMap(({ tickets }) => tickets ?? []);
  const items = itemsOf(part);
  const days = service?.extensionDays ?? '0';
  return only(expected, {
    counted_downtime_s: () => seconds(time?.downMs.measured),
    denominator_s: () => seconds(time?.denominatorMs),
    intervals: () => `${clause?.requests?.intervals}`,
    bad_intervals: () => clause?.requests?.lost,
    bad_sum: () => clause?.requests?.lost,
    total: () => clause?.requests?.total,
    failed: () => `${clause?.requests?.failed}`,
    user_minutes: () => userMinutes(time?.denominatorMs),
    down_user_minutes: () => userMinutes(time?.downMs.measured),
    late_seconds_each: () => late.map(({ lateMs }) => lateMs / 1000),
    availability: () => {
      const figure = parseFraction(clause?.figure?.exact ?? 'none');
      // The notation leaves the rounded value out where a contract has several clauses; the money tells it there.
      const tested = expected.availability?.pct_as_contract_compares === 'exact' ? undefined : clause?.tested;
      return {
        fraction: exactly(clause?.figure?.exact ?? ''),
        pct: nine(times(figure, fraction(100))),
        pct_as_contract_compares: tested ? nine(times(parseFraction(tested.exact), fraction(100))) : 'exact',
      };
    },
    credit: () =>
      only(expected.credit, {
        pct: () => percentOf(settled, fee),
        amount: () => moneyOf(fraction(dueMinor(settled)), client.minorDigits),
        currency: () => statement.client.currency,
        tier: () => tierOf(part, expected.credit),
        units: () => nine(sum(items.map(([credit, item]) => unitsOf(credit, item)))),
        steps: () => nine(sum(items.map(([, { steps }]) => parseFraction(steps ?? '0')))),
        extension_days: () => formatDecimal(parseFraction(days), 6, 'half-up').replace(/\.?0+$/, ''),
        gated: () => (part.lines.some(({ gatedBy }) => gatedBy === 'consecutive') ? true : undefined),
        below_minimum: () => (cuts.some(({ by }) => by === 'minimum') ? true : undefined),
        clauses: () => perClause(settled, fee, expected.credit.clauses ?? []),
      }),
    credit_payable: () => moneyOf(fraction(statement.creditMinor), client.minorDigits),
    claim_in_time: () => service?.claim?.inTime,
    terminate: () => rightsTold(settled),
  });
};
