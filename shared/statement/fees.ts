/** What shares and days are taken of: the fee of a period, as the plan writes it or as it was billed. */
import type { ServicePlan, ServiceVersion } from '../contract/plan.ts';
import type { Fees } from '../credit/credit.ts';
import type { ClauseResult, ServiceFacts } from '../measure/clause.ts';
import { fraction, over, times } from '../money/fraction.ts';
import { intersect, spans } from '../time/span.ts';
import type { Job, Settlement } from './parts.ts';

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

export const periodMonths = (version: ServiceVersion): number => {
  const { kind } = version.terms.period.kind;
  return kind === 'quarter' ? 3 : kind === 'year' || kind === 'contract-year' ? 12 : 1;
};

/** The fee of the whole period, and as it is written; evidence of what was billed comes first. */
export const feesOf = (settlement: Settlement, service: ServicePlan, version: ServiceVersion): Fees => {
  const billed = settlement.evidence.fees[service.id];
  if (billed !== undefined) return { period: fraction(billed), written: fraction(billed) };
  const { feePer } = version.terms;
  const months = feePer === 'period' ? periodMonths(version) : monthsOf[feePer];
  const written = fraction(version.feeMinor);
  return { written, period: times(written, fraction(periodMonths(version), months)) };
};

/** The endpoints that were down in what counts, each with its own part of the fee. */
export const endpointFees = (
  { service }: Job,
  results: readonly ClauseResult[],
  facts: ServiceFacts,
  whole: Fees,
): Fees => {
  const counted = spans(
    results.flatMap(({ time }) => time?.account.outages.flatMap(({ pieces }) => [...pieces]) ?? []),
  );
  const hit = service.endpoints.filter(({ id }) =>
    results.some(({ clause: { measure } }) => {
      if (measure.kind !== 'time') return false;
      return intersect(spans(facts.endpoint(id, measure).measured.losses), counted).length > 0;
    }),
  );
  const part = fraction(hit.reduce((minor, { feeMinor }) => minor + (feeMinor ?? 0), 0));
  return whole.written.n === 0n
    ? { written: part, period: part }
    : { written: part, period: times(part, over(whole.period, whole.written)) };
};
