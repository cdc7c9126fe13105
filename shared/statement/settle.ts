/**
 * Settlement of one client's period: the one road from evidence to money.
 *
 *     terms in force → parts of the period → timelines → service time → figure → credits → limits → rights
 *     parts.ts                               measure/  ─────────────────────────  credit/  ──────────────
 *
 * Units   epoch ms, minor units, exact fractions.
 * Rule    pure: no clock, no order of its own, the same input gives the same bytes.
 * Errors  none: a compiled plan and decoded evidence can always be settled; what a human must see is a hold.
 * Source  settlement.md
 */
import { inForce } from '../contract/plan.ts';
import type { Terms } from '../contract/terms.ts';
import { type CreditScene, creditLine } from '../credit/credit.ts';
import { limited } from '../credit/limits.ts';
import { rightGiven } from '../credit/rights.ts';
import { clauseResult } from '../measure/clause.ts';
import type { PastPeriod } from '../measure/evidence.ts';
import { compare, formatFraction, fraction, parseFraction, sum, times, toWhole } from '../money/fraction.ts';
import { dateOf, daysIn } from '../time/calendar.ts';
import { settledSpan } from '../time/periods.ts';
import { epochMs } from '../time/span.ts';
import { claimOf } from './claim.ts';
import { factsOf } from './facts.ts';
import { contractFees, endpointFees, feesOf, periodMonths } from './fees.ts';
import { figuresOf } from './history.ts';
import { type Job, jobOf, type Part, partsOf, type Settlement } from './parts.ts';
import type { Hold, RightStatement, ServiceStatement, Statement } from './statement.ts';
import { tellClause, tellCuts, tellLine, tellMinor } from './tell.ts';

export type { Settlement } from './parts.ts';

const settlePart = (job: Job, part: Part, jobs: readonly Job[]) => {
  const { settlement, service, span } = job;
  const { terms } = part.version;
  const facts = factsOf(job, part);
  const results = terms.clauses.map((clause) => clauseResult(clause, facts));
  const partOfPeriod = fraction(part.span.end - part.span.start, span.end - span.start);
  const fees = feesOf(settlement, service, part.version);
  const zone = terms.period.zone;
  const values = new Map(settlement.evidence.deliveries.map(({ id, valueMinor }) => [id, fraction(valueMinor)]));
  const scene: CreditScene = {
    span: part.span,
    zone,
    daysOfPeriod: daysIn(span, zone),
    partOfPeriod,
    fees: {
      service: fees,
      endpoints: endpointFees(job, results, facts, fees),
      get contract() {
        return contractFees(jobs, part.span); // seldom asked for, and the work of every service
      },
    },
    valueOf: (item) => values.get(item) ?? fraction(0),
    history: settlement.evidence.history[service.id]?.periods ?? [],
  };
  const lines = span.closes
    ? results.flatMap((result) =>
        result.clause.credits.map((credit) => ({ result, line: creditLine(credit, result, terms, scene) })),
      )
    : [];
  return { part, results, facts, fee: times(fees.period, partOfPeriod), lines };
};

type SettledPart = ReturnType<typeof settlePart>;

/** Where clauses are alternatives the best one for the client counts, in each part. */
const takenOff = ({ part, results, lines }: SettledPart): bigint => {
  if (part.version.terms.combine === 'sum') return 0n;
  const byClause = results.map(({ clause }) =>
    lines.filter(({ result }) => result.clause.id === clause.id).reduce((minor, { line }) => minor + line.minor, 0n),
  );
  const [all, best] = [byClause.reduce((a, b) => a + b, 0n), byClause.reduce((a, b) => (a > b ? a : b), 0n)];
  return all - best;
};

/** Too little was seen: a human decides before anything is sent. */
const holdsOf = (job: Job, { results }: SettledPart): Hold[] =>
  results.flatMap(({ clause, time }): Hold[] => {
    if (clause.measure.kind !== 'time' || !time || time.account.judgedMs === 0) return [];
    const saw = fraction(time.account.knownMs, time.account.judgedMs);
    const want = clause.measure.coverageFloor;
    if (compare(saw, parseFraction(want)) >= 0) return [];
    return [{ service: job.service.id, clause: clause.id, code: 'coverage', saw: formatFraction(saw), want }];
  });

const rightsOf = (job: Job, parts: readonly SettledPart[], terms: Terms, current: PastPeriod): RightStatement[] => {
  const { service, span, settlement } = job;
  if (!span.closes) return [];
  const history = settlement.evidence.history[service.id]?.periods ?? [];
  return terms.rights.flatMap((right) => {
    const results = parts.flatMap((part) => part.results.filter(({ clause }) => clause.id === right.clause));
    const because = rightGiven(right, results, current, history, span);
    return because ? [{ service: service.id, id: right.id, clause: right.clause, because: [...because] }] : [];
  });
};

const settleService = (job: Job, jobs: readonly Job[]) => {
  const { settlement, service, span } = job;
  const { evidence } = settlement;
  const parts = partsOf(job).map((part) => settlePart(job, part, jobs));
  const last = parts.at(-1);
  if (!last) throw new Error(`a service without terms: ${service.id}`);
  const { terms } = last.part.version;
  const grossMinor = parts.flatMap(({ lines }) => lines).reduce((minor, { line }) => minor + line.minor, 0n);
  const alternatives = parts.reduce((minor, part) => minor + takenOff(part), 0n);
  const fee = sum(parts.map((part) => part.fee));
  const yearFee = times(fee, fraction(12, periodMonths(last.part.version)));
  const history = evidence.history[service.id];
  const limits = limited(grossMinor - alternatives, terms.limits, {
    round: terms.round,
    periodFee: fee,
    yearFee,
    daysOfPeriod: daysIn(span, terms.period.zone),
    creditedThisYear: BigInt(history?.creditedThisYearMinor ?? 0),
    owedEver: BigInt(history?.owedEverMinor ?? 0),
    capName: 'cap-service',
  });
  const results = parts.flatMap((part) => part.results);
  const claim = terms.claim && claimOf(terms.claim, results, span, terms.period.zone, evidence.claims[service.id]);
  const lost = claim?.inTime === false ? limits.minor : 0n;
  const extension = sum(parts.flatMap(({ lines }) => lines.map(({ line }) => line.extensionDays)));
  const cuts = [
    ...(alternatives > 0n ? [{ by: 'best-clause' as const, minor: alternatives }] : []),
    ...limits.cuts,
    ...(lost > 0n ? [{ by: 'late-claim' as const, minor: lost }] : []),
  ];
  const statement: ServiceStatement = {
    id: service.id,
    name: service.name,
    start: span.start,
    end: span.end,
    closes: span.closes,
    parts: parts.map(({ part, results: ofClauses, facts, fee: ofPart, lines }) => ({
      start: part.span.start,
      end: part.span.end,
      from: part.version.from,
      ...(part.version.tier === undefined ? {} : { tier: part.version.tier }),
      terms: part.version.terms,
      feeMinor: tellMinor(ofPart),
      clauses: ofClauses.map((result) => tellClause(result, facts)),
      lines: lines.map(({ result, line }) => tellLine(result, line)),
    })),
    feeMinor: Number(toWhole(fee, terms.round)),
    grossMinor: Number(grossMinor),
    cuts: tellCuts(cuts),
    creditMinor: Number(limits.minor - lost),
    ...(extension.n > 0n ? { extensionDays: tellMinor(extension) } : {}),
    ...(claim ? { claim } : {}),
  };
  return {
    statement,
    fee,
    yearFee,
    minor: limits.minor - lost,
    holds: parts.flatMap((part) => holdsOf(job, part)),
    rights: rightsOf(job, parts, terms, { period: settlement.period, figures: figuresOf(statement) }),
  };
};

export const settle = (settlement: Settlement): Statement => {
  const { client, period, evidence, provenance } = settlement;
  const jobs = client.services.flatMap((service) => jobOf(settlement, service));
  const settled = jobs.map((job) => settleService(job, jobs));
  const span = settledSpan({ zone: client.zone, kind: { kind: 'month' } }, period);
  const contract = inForce(client.versions, dateOf(epochMs(span.end - 1), client.zone)) ?? client.versions[0];
  const gross = settled.reduce((minor, service) => minor + service.minor, 0n);
  const limits = contract
    ? limited(gross, contract.terms.limits, {
        round: contract.terms.round,
        // A quarter that goes on owes nothing yet, and widens no cap.
        periodFee: sum(settled.filter(({ statement }) => statement.closes).map(({ fee }) => fee)),
        yearFee: sum(settled.map((service) => service.yearFee)),
        daysOfPeriod: daysIn(span, client.zone),
        creditedThisYear: BigInt(evidence.contractHistory.creditedThisYearMinor),
        owedEver: BigInt(evidence.contractHistory.owedEverMinor),
        capName: 'cap-contract',
      })
    : { minor: gross, cuts: [] };
  const holds = settled.flatMap((service) => service.holds);
  return {
    schema: 1,
    client: {
      id: client.id,
      name: client.name,
      language: client.language,
      zone: client.zone,
      currency: client.currency,
      minorDigits: client.minorDigits,
    },
    period: { label: period, start: span.start, end: span.end, zone: client.zone },
    provenance,
    status: holds.length > 0 ? 'held' : 'ready',
    holds,
    services: settled.map(({ statement }) => statement),
    grossMinor: Number(gross),
    cuts: tellCuts(limits.cuts),
    creditMinor: Number(limits.minor),
    rights: settled.flatMap(({ rights }) => rights),
  };
};
