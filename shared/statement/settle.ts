/**
 * Settlement of one client's period: the one road from evidence to money.
 *
 *     terms in force → parts of the period → timelines → service time → figure → credits → limits → rights
 *
 * Units   epoch ms, minor units, exact fractions.
 * Rule    pure: no clock, no order of its own, the same input gives the same bytes.
 * Errors  none: a compiled plan and decoded evidence can always be settled; what a human must see is a hold.
 * Source  settlement.md
 */
import { endpointIds } from '../contract/compose.ts';
import {
  type ClientPlan,
  type EndpointPlan,
  inForce,
  type ServicePlan,
  type ServiceVersion,
} from '../contract/plan.ts';
import type { TimeMeasure } from '../contract/terms.ts';
import { type CreditScene, creditLine, type Fees } from '../credit/credit.ts';
import { limited } from '../credit/limits.ts';
import { rightGiven } from '../credit/rights.ts';
import type { Scene } from '../measure/account.ts';
import { type ClauseResult, clauseResult, type ServiceFacts } from '../measure/clause.ts';
import { endpointTimeline, type Reading, type Seen } from '../measure/endpoint.ts';
import type { Evidence, MaintenanceWindow, PastPeriod } from '../measure/evidence.ts';
import {
  compare,
  type Fraction,
  formatFraction,
  fraction,
  over,
  parseFraction,
  sum,
  times,
} from '../money/fraction.ts';
import { dateOf, daysIn, instantOf } from '../time/calendar.ts';
import { type SettledSpan, settledSpan } from '../time/periods.ts';
import { occurrencesIn } from '../time/recurrence.ts';
import { epochMs, type Interval, intersect, interval, type Spans, spans } from '../time/span.ts';
import { claimOf } from './claim.ts';
import type { Hold, Provenance, RightStatement, ServiceStatement, Statement } from './statement.ts';
import { tellClause, tellCuts, tellLine, tellMinor } from './tell.ts';

export interface Settlement {
  readonly client: ClientPlan;
  /** The month that has ended, `2026-10`; or a span by name: `2026-Q4`, `2026`, `2026-10-05/2026-11-02`. */
  readonly period: string;
  readonly evidence: Evidence;
  readonly provenance: Provenance;
}

/** One service, its period, and the times that it lived. */
interface Job {
  readonly settlement: Settlement;
  readonly service: ServicePlan;
  readonly span: SettledSpan;
  readonly life: Spans;
}

/** A stretch of the period under one version of the terms. */
interface Part {
  readonly span: Interval;
  readonly version: ServiceVersion;
}

const latest = (...dates: readonly (string | undefined)[]) =>
  dates
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
const earliest = (...dates: readonly (string | undefined)[]) => dates.filter((date) => date !== undefined).sort()[0];

/** From activation to the end, and only as long as its endpoints were deployed, where the evidence knows that. */
const lifeOf = ({ client, evidence }: Settlement, service: ServicePlan, span: Interval): Spans => {
  const until = earliest(client.until, service.until);
  const start = instantOf(latest(client.since, service.since) ?? service.since, '00:00', client.zone);
  const end = until === undefined ? span.end : instantOf(until, '00:00', client.zone);
  const contracted = start < end ? intersect(spans([{ start, end }]), spans([span])) : spans([]);
  const deployed = endpointIds(service.compose).map((id) => evidence.endpoints[id]?.deployed);
  return deployed.some((times) => times !== undefined)
    ? intersect(contracted, spans(deployed.flatMap((times) => times ?? [span])))
    : contracted;
};

/** The version in force on the last day that counts decides what the period is; each part then has its own terms. */
const jobOf = (settlement: Settlement, service: ServicePlan): Job[] => {
  const { client, period } = settlement;
  const newest = service.versions.at(-1);
  if (!newest) return [];
  const roughly = settledSpan(newest.terms.period, period);
  const last = dateOf(epochMs(roughly.end - 1), client.zone);
  const version = inForce(service.versions, last) ?? service.versions[0] ?? newest;
  const span = settledSpan(version.terms.period, period);
  const life = lifeOf(settlement, service, span);
  return life.length > 0 ? [{ settlement, service, span, life }] : [];
};

const partsOf = ({ settlement, service, span, life }: Job): Part[] => {
  const { zone } = settlement.client;
  const first = life[0]?.start ?? span.start;
  const last = life.at(-1)?.end ?? span.end;
  const changes = service.versions
    .slice(1)
    .map(({ from }) => instantOf(from, '00:00', zone))
    .filter((at) => first < at && at < last);
  const edges = [span.start, ...changes, span.end];
  return edges.slice(0, -1).flatMap((start, i): Part[] => {
    const within = interval(start, edges[i + 1] as number);
    const version = inForce(service.versions, dateOf(epochMs(Math.max(start, first)), zone)) ?? service.versions[0];
    return version ? [{ span: within, version }] : [];
  });
};

/** How an endpoint's samples are read: by the terms, except for what its plan says of itself. */
const readingOf = (endpoint: EndpointPlan | undefined, measure: TimeMeasure): Reading => {
  const check = endpoint?.check;
  return {
    ...measure,
    confirm: endpoint?.confirm ?? measure.confirm,
    reachMs: measure.reachMs ?? (check ? 2 * check.everyMs + check.timeoutMs : 0),
  };
};

/** Everything that clauses of one part read; each endpoint's samples are read once for each way of reading them. */
const factsOf = (job: Job, part: Part): ServiceFacts => {
  const { service, settlement, span, life } = job;
  const { evidence, client } = settlement;
  const touches = ({ services }: { readonly services?: readonly string[] | undefined }) =>
    services === undefined || services.includes(service.id);
  const zone = part.version.terms.period.zone;
  const incidents = evidence.incidents.filter((incident) => incident.service === service.id);
  const tickets = incidents.map(({ openedAt }) => openedAt).sort((a, b) => a - b);
  const scene: Scene = {
    span: part.span,
    period: span,
    life,
    zone,
    windows: evidence.maintenance.filter(touches),
    exclusions: evidence.exclusions.filter(touches),
    maintenanceUsedMs: evidence.history[service.id]?.maintenanceUsedMs ?? 0,
  };
  const ids = endpointIds(service.compose);
  const endpoints = new Map(service.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const readings = new Map<TimeMeasure, Map<string, Seen>>();
  const endpoint = (id: string, measure: TimeMeasure): Seen => {
    const read = readings.get(measure) ?? new Map<string, Seen>();
    readings.set(measure, read);
    const known = read.get(id);
    if (known) return known;
    const facts = { evidence: evidence.endpoints[id], tickets };
    const seen = endpointTimeline(facts, readingOf(endpoints.get(id), measure));
    read.set(id, seen);
    return seen;
  };
  return {
    compose: service.compose,
    endpoint,
    scene,
    requests: evidence.requests[service.id],
    incidents,
    deliveries: evidence.deliveries.filter((delivery) => delivery.service === service.id),
    samples: () =>
      ids.flatMap((id) => {
        const seen = evidence.endpoints[id];
        return seen && 'places' in seen ? Object.values(seen.places).flat() : [];
      }),
    recurring: (measure): MaintenanceWindow[] => recurringWindows(measure, span, client.since, client.zone),
  };
};

/** Windows that the contract declares itself: known since it began. */
const recurringWindows = (measure: TimeMeasure, span: Interval, since: string, zone: string): MaintenanceWindow[] =>
  measure.maintenance.recurring.flatMap((window) =>
    occurrencesIn(window, span).map(({ start, end }) => ({
      id: `${window.id}@${dateOf(start, window.zone)}`,
      start,
      end,
      declaredAt: instantOf(since, '00:00', zone),
      kind: window.kind,
      by: 'contract',
      reason: window.id,
    })),
  );

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

const periodMonths = (version: ServiceVersion): number => {
  const { kind } = version.terms.period.kind;
  return kind === 'quarter' ? 3 : kind === 'year' || kind === 'contract-year' ? 12 : 1;
};

/** The fee of the whole period, and as it is written; evidence of what was billed comes first. */
const feesOf = (settlement: Settlement, service: ServicePlan, version: ServiceVersion): Fees => {
  const billed = settlement.evidence.fees[service.id];
  if (billed !== undefined) return { period: fraction(billed), written: fraction(billed) };
  const { feePer } = version.terms;
  const months = feePer === 'period' ? periodMonths(version) : monthsOf[feePer];
  const written = fraction(version.feeMinor);
  return { written, period: times(written, fraction(periodMonths(version), months)) };
};

const scaled = ({ period, written }: Fees, share: Fraction): Fees => ({
  period: times(period, share),
  written: times(written, share),
});

/** The endpoints that were down in what counts, each with its own part of the fee. */
const endpointFees = ({ service }: Job, results: readonly ClauseResult[], facts: ServiceFacts, whole: Fees): Fees => {
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

const settlePart = (job: Job, part: Part, contractFees: Fees) => {
  const { settlement, service, span } = job;
  const { terms } = part.version;
  const facts = factsOf(job, part);
  const results = terms.clauses.map((clause) => clauseResult(clause, facts));
  const share = fraction(part.span.end - part.span.start, span.end - span.start);
  const fees = scaled(feesOf(settlement, service, part.version), share);
  const zone = terms.period.zone;
  const values = new Map(settlement.evidence.deliveries.map(({ id, valueMinor }) => [id, fraction(valueMinor)]));
  const scene: CreditScene = {
    span: part.span,
    zone,
    daysOfPeriod: daysIn(span, zone),
    fees: {
      service: fees,
      contract: scaled(contractFees, share),
      endpoints: scaled(endpointFees(job, results, facts, feesOf(settlement, service, part.version)), share),
    },
    valueOf: (item) => values.get(item) ?? fraction(0),
    history: settlement.evidence.history[service.id]?.periods ?? [],
  };
  const lines = span.closes
    ? results.flatMap((result) =>
        result.clause.credits.map((credit) => ({ result, line: creditLine(credit, result, terms, scene) })),
      )
    : [];
  return { part, results, facts, fees, lines };
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

const rightsOf = (job: Job, last: SettledPart, label: string): RightStatement[] => {
  const { service, span, settlement } = job;
  if (!span.closes) return [];
  const history: readonly PastPeriod[] = settlement.evidence.history[service.id]?.periods ?? [];
  return last.part.version.terms.rights.flatMap((right) => {
    const result = last.results.find(({ clause }) => clause.id === right.clause);
    const because = rightGiven(right, result, label, history, span);
    return because ? [{ service: service.id, id: right.id, clause: right.clause, because: [...because] }] : [];
  });
};

const settleService = (job: Job, contractFees: Fees) => {
  const { settlement, service, span } = job;
  const { evidence } = settlement;
  const parts = partsOf(job).map((part) => settlePart(job, part, contractFees));
  const last = parts.at(-1);
  if (!last) throw new Error(`a service without terms: ${service.id}`);
  const { terms } = last.part.version;
  const grossMinor = parts.flatMap(({ lines }) => lines).reduce((minor, { line }) => minor + line.minor, 0n);
  const alternatives = parts.reduce((minor, part) => minor + takenOff(part), 0n);
  const fee = sum(parts.map(({ fees }) => fees.period));
  const history = evidence.history[service.id];
  const limits = limited(grossMinor - alternatives, terms.limits, {
    round: terms.round,
    periodFee: fee,
    yearFee: times(fee, fraction(12, periodMonths(last.part.version))),
    daysOfPeriod: daysIn(span, terms.period.zone),
    creditedThisYear: BigInt(history?.creditedThisYearMinor ?? 0),
    owedEver: BigInt(history?.owedEverMinor ?? 0),
    capName: 'cap-service',
  });
  const claim = terms.claim && claimOf(terms.claim, last.results, span, terms.period.zone, evidence.claims[service.id]);
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
    parts: parts.map(({ part, results, facts, fees, lines }) => ({
      start: part.span.start,
      end: part.span.end,
      from: part.version.from,
      ...(part.version.tier === undefined ? {} : { tier: part.version.tier }),
      terms: part.version.terms,
      feeMinor: tellMinor(fees.period),
      clauses: results.map((result) => tellClause(result, facts)),
      lines: lines.map(({ result, line }) => tellLine(result, line)),
    })),
    feeMinor: Number(fee.n / fee.d),
    grossMinor: Number(grossMinor),
    cuts: tellCuts(cuts),
    creditMinor: Number(limits.minor - lost),
    ...(extension.n > 0n ? { extensionDays: tellMinor(extension) } : {}),
    ...(claim ? { claim } : {}),
  };
  return {
    statement,
    fee,
    minor: limits.minor - lost,
    holds: parts.flatMap((part) => holdsOf(job, part)),
    rights: rightsOf(job, last, settlement.period),
  };
};

export const settle = (settlement: Settlement): Statement => {
  const { client, period, evidence, provenance } = settlement;
  const jobs = client.services.flatMap((service) => jobOf(settlement, service));
  const newestOf = ({ service }: Job) => service.versions.at(-1) as ServiceVersion;
  const allFees = jobs.map((job) => feesOf(settlement, job.service, newestOf(job)));
  const contractFees: Fees = {
    period: sum(allFees.map((fees) => fees.period)),
    written: sum(allFees.map((fees) => fees.written)),
  };
  const settled = jobs.map((job) => settleService(job, contractFees));
  const span = settledSpan({ zone: client.zone, kind: { kind: 'month' } }, period);
  const contract = inForce(client.versions, dateOf(epochMs(span.end - 1), client.zone)) ?? client.versions[0];
  const gross = settled.reduce((minor, service) => minor + service.minor, 0n);
  const limits = contract
    ? limited(gross, contract.terms.limits, {
        round: contract.terms.round,
        periodFee: sum(settled.map(({ fee }) => fee)),
        yearFee: times(sum(settled.map(({ fee }) => fee)), fraction(12)),
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
