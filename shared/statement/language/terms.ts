/** Terms in plain words: which sentences are said, and in which order. Anything that can move money is said. */
import type { Amount, Claim, Clause, Credit, Hours, Limits, Right, Terms, WindowRule } from '../../contract/terms.ts';
import { type Fraction, parseFraction } from '../../money/fraction.ts';
import type { Format } from './format.ts';
import type { TermWords } from './term-words.ts';

export interface Line {
  readonly label: string;
  readonly text: string;
}

export interface Teller {
  readonly words: TermWords;
  readonly format: Format;
  readonly money: (minor: number) => string;
}

const whole = ({ n, d }: Fraction): number => Number(n / d);
const joined = (parts: readonly (string | undefined | false)[]): string => parts.filter(Boolean).join(' ');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const hoursInWords = (hours: Hours | undefined, { words, format }: Teller): string => {
  if (!hours) return words.aroundTheClock;
  const ranges = hours.weekly.map(({ days, from, to }) => {
    const sorted = [...days].sort((a, b) => a - b);
    const consecutive = sorted.every((day, at) => at === 0 || day === (sorted[at - 1] ?? 0) + 1);
    return `${words.days(sorted.map(format.weekday), consecutive)} ${from}–${to}`;
  });
  return words.hours(ranges.join(', '), hours.holidays.length, hours.zone);
};

const windowInWords = (rule: WindowRule, recurring: number, teller: Teller): string => {
  const { words, format } = teller;
  if (rule.treat === 'down' || rule.treat === 'lost') return words.treated[rule.treat];
  return joined([
    words.treated[rule.treat],
    rule.noticeMs > 0 ? words.noticed(format.duration(rule.noticeMs), rule.late) : words.noNotice,
    rule.within && words.within(hoursInWords(rule.within, teller)),
    rule.longestMs !== undefined && words.longest(format.duration(rule.longestMs)),
    rule.cap && words.cap(format.duration(rule.cap.ms), rule.cap.per),
    rule.most && words.most(format.count(rule.most.count), rule.most.per),
    rule.overrun === 'excused' && words.overrun,
    recurring > 0 && words.recurring(recurring),
  ]);
};

/** A quantity of a credit as people say it: a percentage, a duration or a number. */
export const quantityInWords = (kind: Credit['quantity'], exact: string, { format }: Teller): string => {
  switch (kind) {
    case 'figure':
    case 'shortfall':
      return format.share(exact);
    case 'outage-count':
    case 'late-count':
    case 'once':
      return format.number(exact);
    case 'downtime':
    case 'excess':
    case 'outage-each':
    case 'day-each':
    case 'hour-each':
    case 'late-each':
    case 'elapsed-each':
      return format.duration(whole(parseFraction(exact)));
  }
};

const rangeInWords = (credit: Credit, range: NonNullable<Credit['only']>, teller: Teller): string => {
  const bound = (at: string | undefined, included: boolean) =>
    at === undefined ? undefined : { at: quantityInWords(credit.quantity, at, teller), included };
  return teller.words.range(bound(range.from, range.fromIncluded), bound(range.to, range.toIncluded));
};

export const amountInWords = (amount: Amount, base: string, { words, format, money }: Teller): string => {
  switch (amount.kind) {
    case 'share':
      return words.pays.share(format.share(amount.share), base);
    case 'money':
      return money(amount.minor);
    case 'days':
      return words.pays.days(format.number(amount.count), base);
    case 'hours':
      return words.pays.hours(format.number(amount.count), base);
    case 'extension-days':
      return words.pays.extension(format.number(amount.count));
  }
};

const gateInWords = (gate: Credit['gates'][number], { words, format }: Teller): string => {
  switch (gate.kind) {
    case 'below':
      return words.gates.below(format.share(gate.share));
    case 'consecutive':
      return words.gates.consecutive(gate.periods, format.share(gate.share));
    case 'outages':
      return [
        gate.longestOverMs !== undefined && words.gates.longest(format.duration(gate.longestOverMs)),
        gate.countOver !== undefined && words.gates.count(gate.countOver),
      ]
        .filter(Boolean)
        .join(', ');
  }
};

/** What band `at` of a schedule, or its steps, give: `availability below 99.5%: 10% of the service's fee`. */
export const payInWords = (
  credit: Credit,
  at: number | undefined,
  teller: Teller,
  named = true,
): string | undefined => {
  const { words } = teller;
  const [quantity, base] = [words.quantities[credit.quantity] ?? credit.quantity, baseInWords(credit, teller)];
  if (credit.schedule.kind === 'bands') {
    const band = at === undefined ? undefined : credit.schedule.bands[at];
    return (
      band &&
      words.band(
        named ? quantity : undefined,
        rangeInWords(credit, band.range, teller),
        amountInWords(band.pays, base, teller),
      )
    );
  }
  const { unit, round, pays, first } = credit.schedule;
  const isTime = !['outage-count', 'late-count', 'once', 'figure', 'shortfall'].includes(credit.quantity);
  const size = /^[a-z]/.test(unit)
    ? words.wholePeriod
    : isTime
      ? teller.format.duration(whole(parseFraction(unit)))
      : quantityInWords(credit.quantity, unit, teller);
  return [
    first && words.first(amountInWords(first.pays, base, teller), quantityInWords(credit.quantity, first.upTo, teller)),
    words.step(size, round, quantity, amountInWords(pays, base, teller)),
  ]
    .filter(Boolean)
    .join(words.and);
};

const baseInWords = ({ base }: Credit, { words }: Teller): string =>
  base.per === 'written' ? words.asWritten(words.bases[base.of]) : words.bases[base.of];

const creditInWords = (credit: Credit, teller: Teller): string => {
  const { words } = teller;
  const pays =
    credit.schedule.kind === 'bands'
      ? credit.schedule.bands.map((_, at) => payInWords(credit, at, teller))
      : [payInWords(credit, undefined, teller)];
  const conditions = [
    ...credit.gates.map((gate) => gateInWords(gate, teller)),
    credit.only && words.only(rangeInWords(credit, credit.only, teller)),
  ].filter(Boolean);
  const capped = credit.cap && words.capped(amountInWords(credit.cap, baseInWords(credit, teller), teller));
  return joined([`${sentence([...pays, ...conditions].join(words.and))}.`, capped]);
};

const timeInWords = (measure: Extract<Clause['measure'], { kind: 'time' }>, teller: Teller): Line[] => {
  const { words, format } = teller;
  const { labels } = words;
  const { minimumOutage: minimum, allowance, granularity, denominator, maintenance } = measure;
  const recurs = (kind: 'scheduled' | 'emergency') => maintenance.recurring.filter((one) => one.kind === kind).length;
  const counted = (): string => {
    switch (granularity.kind) {
      case 'exact':
        return words.exact;
      case 'pieces':
        return words.pieces(format.duration(granularity.unitMs), granularity.round);
      case 'buckets':
        return words.buckets(
          format.duration(granularity.ms),
          typeof granularity.bad === 'string' ? granularity.bad : format.share(granularity.bad.share),
        );
      case 'samples':
        return words.samples;
      case 'mean-of-buckets':
        return words.meanOfBuckets(format.duration(granularity.ms));
    }
  };
  const outage = joined([
    words.confirmed(measure.confirm),
    words.clock[measure.clock],
    words.quorum(measure.quorum),
    minimum.ms > 0 && words.minimum(format.duration(minimum.ms), minimum.than, minimum.counts),
    allowance.perOutageMs > 0 && words.perOutage(format.duration(allowance.perOutageMs)),
    allowance.perPeriodMs > 0 && words.perPeriod(format.duration(allowance.perPeriodMs)),
    measure.weigh === 'affected' && words.affected,
    measure.degraded === 'down' && words.degraded,
  ]);
  const divided = typeof denominator === 'string' ? words.denominator(denominator, '') : undefined;
  return [
    { label: labels.hours, text: sentence(hoursInWords(measure.hours, teller)) },
    { label: labels.scheduled, text: windowInWords(maintenance.scheduled, recurs('scheduled'), teller) },
    { label: labels.emergency, text: windowInWords(maintenance.emergency, recurs('emergency'), teller) },
    { label: labels.exclusions, text: words.treated[measure.exclusions.treat] },
    {
      label: labels.unknown,
      text: joined([words.unknown[measure.unknown], words.coverageFloor(format.share(measure.coverageFloor))]),
    },
    { label: labels.outage, text: outage },
    { label: labels.granularity, text: counted() },
    {
      label: labels.denominator,
      text: joined([
        divided ??
          words.denominator('fixed', format.duration(typeof denominator === 'string' ? 0 : denominator.fixedMs)),
        measure.life === 'whole-period' && words.wholeLife,
      ]),
    },
  ];
};

/** What is measured, in one sentence, for everything but time. */
const measureInWords = (measure: Exclude<Clause['measure'], { kind: 'time' }>, teller: Teller): string => {
  const { words, format } = teller;
  switch (measure.kind) {
    case 'requests':
      return words.requests(measure.mode, format.duration(measure.intervalMs));
    case 'tickets': {
      const within =
        'ms' in measure.within
          ? format.duration(measure.within.ms)
          : words.businessDays(format.count(measure.within.businessDays));
      return joined([
        words.tickets(measure.of, within, measure.severities?.join(', ')),
        measure.hours && sentence(hoursInWords(measure.hours, teller)),
      ]);
    }
    case 'deliveries':
      return words.deliveries;
  }
};

const clauseInWords = (clause: Clause, teller: Teller): Line[] => {
  const { words, format } = teller;
  const { labels } = words;
  const target = clause.target === undefined ? undefined : format.share(clause.target);
  const comparison = clause.tested === 'exact' ? words.unrounded : words.rounded(clause.tested.decimals);
  const credits = clause.credits.map((one) => creditInWords(one, teller)).join(' ');
  return clause.measure.kind === 'time'
    ? [
        { label: labels.promise, text: words.promise(target) },
        ...timeInWords(clause.measure, teller),
        { label: labels.comparison, text: comparison },
        { label: labels.credits, text: credits || words.noCredits },
      ]
    : [
        {
          label: labels.other,
          text: joined([measureInWords(clause.measure, teller), target && words.promise(target), credits]),
        },
      ];
};

export const limitsInWords = (limits: Limits, base: string, teller: Teller): string =>
  joined([
    limits.minimum && teller.words.minimumPayable(teller.money(limits.minimum.minor)),
    limits.cap && teller.words.capped(amountInWords(limits.cap, base, teller)),
    limits.yearCap && teller.words.cappedYear(amountInWords(limits.yearCap, base, teller)),
    limits.franchise && teller.words.franchise(teller.money(limits.franchise.minor)),
  ]);

const rightInWords = (right: Right, { words, format }: Teller): string => {
  switch (right.kind) {
    case 'breaches':
      return words.breaches(
        right.count,
        right.of,
        'below' in right.bad
          ? words.badBelow(format.share(right.bad.below))
          : words.badDown(format.duration(right.bad.downOverMs)),
      );
    case 'rolling':
      return words.rolling(
        right.days,
        right.countOver === undefined ? undefined : format.count(right.countOver),
        right.totalOverMs === undefined ? undefined : format.duration(right.totalOverMs),
      );
    case 'late':
      return words.late(right.count);
  }
};

const claimInWords = ({ within, anchor }: Claim, { words, format }: Teller): string => {
  const said =
    'days' in within
      ? words.inDays(within.days)
      : 'businessDays' in within
        ? words.businessDays(format.count(within.businessDays))
        : 'months' in within
          ? words.inMonths(within.months)
          : format.duration(within.ms);
  return words.claim(said, anchor);
};

/** Every convention of one service's terms, in the order in which settlement applies them. */
export const termsInWords = (terms: Terms, teller: Teller): Line[] => {
  const { words } = teller;
  const { labels } = words;
  const clauses = terms.clauses.flatMap((clause) => clauseInWords(clause, teller));
  const limits = limitsInWords(terms.limits, words.bases.service, teller);
  return [
    { label: labels.period, text: words.period(terms.period.kind, terms.period.zone) },
    ...clauses,
    {
      label: labels.limits,
      text: joined([terms.clauses.length > 1 && words.combine[terms.combine], limits]),
    },
    { label: labels.rounding, text: words.roundings[terms.round] },
    { label: labels.rights, text: joined(terms.rights.map((right) => rightInWords(right, teller))) },
    { label: labels.claim, text: terms.claim ? claimInWords(terms.claim, teller) : words.automatic },
  ].filter(({ text }) => text !== '');
};
