/** What a settlement leaves for the ones after it: the figures that rights, gates and yearly limits look back at. */
import * as z from 'zod';
import type { ClientPlan } from '../contract/plan.ts';
import { asTested, overParts } from '../measure/clause.ts';
import { type Evidence, type PastPeriod, pastPeriodSchema } from '../measure/evidence.ts';
import { type Fraction, formatFraction, parseFraction, sum } from '../money/fraction.ts';
import { addMonths } from '../time/calendar.ts';
import type { ClauseStatement, ServiceStatement, Statement } from './statement.ts';

const owed = {
  creditMinor: z.int(),
  /** Held back until the franchise is passed: owed all the same. */
  franchiseMinor: z.int().min(0),
};
const figuresSchema = pastPeriodSchema.shape.figures;

/** What one issued statement says, as short as later ones need it. */
export const pastSettlementSchema = z.strictObject({
  period: z.string(),
  ...owed,
  services: z.record(
    z.string(),
    z.strictObject({
      ...owed,
      /** Absent while a longer period goes on. */
      figures: figuresSchema.optional(),
    }),
  ),
});
export type PastSettlement = z.infer<typeof pastSettlementSchema>;

const franchiseOf = (cuts: Statement['cuts']): number =>
  cuts.reduce((sum, { by, minor }) => (by === 'franchise' ? sum + minor : sum), 0);

/** What a clause's figure is a share of: time, requests, or tickets that were judged. */
const weightOf = ({ time, requests, tickets = [] }: ClauseStatement): Fraction =>
  parseFraction(
    time?.denominatorMs ?? requests?.total ?? `${tickets.filter(({ verdict }) => verdict !== 'open').length}`,
  );

/** Of the whole period, by the clauses that closed it, as the contract tests them. */
export const figuresOf = ({ parts }: ServiceStatement): PastPeriod['figures'] => {
  const told = parts.flatMap(({ clauses }) => clauses);
  return Object.fromEntries(
    (parts.at(-1)?.terms.clauses ?? []).map(({ id, tested }) => {
      const mine = told.filter((clause) => clause.id === id);
      const figure = overParts(
        mine.flatMap((clause) =>
          clause.figure ? [{ figure: parseFraction(clause.figure.exact), weight: weightOf(clause) }] : [],
        ),
      );
      const down = mine.flatMap(({ time }) => (time ? [parseFraction(time.downMs.measured)] : []));
      return [
        id,
        {
          ...(figure && { figure: formatFraction(asTested(figure, tested)) }),
          ...(down.length > 0 && { downMs: formatFraction(sum(down)) }),
        },
      ];
    }),
  );
};

export const pastOf = ({ period, creditMinor, cuts, services }: Statement): PastSettlement => ({
  period: period.label,
  creditMinor,
  franchiseMinor: franchiseOf(cuts),
  services: Object.fromEntries(
    services.map((service) => [
      service.id,
      {
        creditMinor: service.creditMinor,
        franchiseMinor: franchiseOf(service.cuts),
        ...(service.closes && { figures: figuresOf(service) }),
      },
    ]),
  ),
});

/** First month of the contract year that a month lies in; the month of an anniversary belongs to the year before. */
const yearBegan = (since: string, month: string): string => {
  const first = `${month}-01`;
  const years = Math.max(0, Number(month.slice(0, 4)) - Number(since.slice(0, 4)));
  const anniversary = [years, years - 1].map((n) => addMonths(since, 12 * n)).find((date) => date <= first) ?? since;
  return anniversary.slice(0, 7);
};

/** A month that was never settled is a period without figures, so that nothing before it is "in a row" with this one. */
const withoutGaps = (periods: Evidence['history'][string]['periods'], until: string): typeof periods => {
  const byPeriod = new Map(periods.map((past) => [past.period, past]));
  const filled: typeof periods = [];
  for (
    let month = periods[0]?.period;
    month !== undefined && month < until;
    month = addMonths(`${month}-01`, 1).slice(0, 7)
  )
    filled.push(byPeriod.get(month) ?? { period: month, figures: {} });
  return filled;
};

const sumOf = (amounts: readonly { readonly creditMinor: number; readonly franchiseMinor: number }[]) => ({
  creditedMinor: amounts.reduce((sum, { creditMinor }) => sum + creditMinor, 0),
  owedMinor: amounts.reduce((sum, { creditMinor, franchiseMinor }) => sum + creditMinor + franchiseMinor, 0),
});

/** The past of a client's contract, as settling `period` looks at it. One settlement for each month, in order. */
export const historyFor = (
  { since, services }: ClientPlan,
  period: string,
  settled: readonly PastSettlement[],
): Pick<Evidence, 'history' | 'contractHistory'> => {
  const past = settled.filter((settlement) => settlement.period < period);
  const history = services.map((service): [string, Evidence['history'][string]] => {
    const own = past.flatMap(({ period: of, services: all }) => {
      const mine = all[service.id];
      return mine ? [{ period: of, ...mine }] : [];
    });
    const closed = own.flatMap(({ period: of, figures }) => (figures ? [{ period: of, figures }] : []));
    const thisYear = own.filter((settlement) => settlement.period >= yearBegan(service.since, period));
    return [
      service.id,
      {
        periods: closed.length === own.length ? withoutGaps(closed, period) : closed,
        creditedThisYearMinor: sumOf(thisYear).creditedMinor,
        owedEverMinor: sumOf(own).owedMinor,
        maintenanceUsedMs: 0, // every declared window of the year is among the evidence itself
      },
    ];
  });
  const thisYear = past.filter((settlement) => settlement.period >= yearBegan(since, period));
  return {
    history: Object.fromEntries(history),
    contractHistory: { creditedThisYearMinor: sumOf(thisYear).creditedMinor, owedEverMinor: sumOf(past).owedMinor },
  };
};
