/** What shares and days are taken of: the fee of a period, as the plan writes it or as it was billed. */
import type { ServicePlan, ServiceVersion } from '../contract/plan.ts';
import type { Fees } from '../credit/credit.ts';
import type { ClauseResult, ServiceFacts } from '../measure/clause.ts';
import { type Fraction, fraction, over, sum, times } from '../money/fraction.ts';
import { type Interval, intersect, spans, totalMs } from '../time/span.ts';
import { type Job, partsOf, type Settlement } from './parts.ts';

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

/** Of all services together over a part of a period: a fee that changed inside it weighs as long as it was in force. */
export const contractFees = (jobs: readonly Job[], during: Interval): Fees => {
  const all = jobs.map((job) => feesDuring(job, during));
  return { period: sum(all.map(({ period }) => period)), written: sum(all.map(({ written }) => written)) };
};

const feesDuring = (job: Job, during: Interval): Fees => {
  const set = spans([during]);
  const parts = partsOf(job)
    .map(({ span, version }) => ({ version, ms: totalMs(intersect(spans([span]), set)) }))
    .filter(({ ms }) => ms > 0);
  const wholeMs = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (wholeMs === 0) return feesOf(job.settlement, job.service, job.version); // its own period lies elsewhere
  const mean = (of: keyof Fees): Fraction =>
    sum(parts.map(({ version, ms }) => times(feesOf(job.settlement, job.service, version)[of], fraction(ms, wholeMs))));
  return { period: mean('period'), written: mean('written') };
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
