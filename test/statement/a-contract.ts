/** The plainest contract there is, for tests to bend: one client, one service, one endpoint, one clause. */
import type { ClientPlan, ServicePlan } from '../../shared/contract/plan.ts';
import type { Clause, Credit, Terms, TimeMeasure, WindowRule } from '../../shared/contract/terms.ts';
import { type Evidence, noEvidence } from '../../shared/measure/evidence.ts';
import { settle } from '../../shared/statement/settle.ts';
import type { Statement } from '../../shared/statement/statement.ts';
import { epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

export const at = (iso: string) => epochMs(Date.parse(iso));

export const excused: WindowRule = { treat: 'exclude', noticeMs: 0, late: 'nothing' };

export const plainTime: TimeMeasure = {
  kind: 'time',
  degraded: 'up',
  confirm: 1,
  clock: 'outage',
  quorum: 'majority',
  weigh: 'whole',
  life: 'activation',
  maintenance: { scheduled: excused, emergency: excused, recurring: [] },
  exclusions: { treat: 'exclude' },
  unknown: 'exclude',
  coverageFloor: '0',
  minimumOutage: { ms: 0, than: 'at-least', on: 'event', counts: 'whole' },
  allowance: { perOutageMs: 0, perPeriodMs: 0 },
  granularity: { kind: 'exact' },
  denominator: 'service-time',
};

/** Under 99.9 % ten per cent of the fee, under 99 % a quarter. */
export const plainCredit: Credit = {
  id: 'tiers',
  quantity: 'figure',
  gates: [],
  schedule: {
    kind: 'bands',
    overlap: 'first',
    bands: [
      {
        range: { from: '99/100', fromIncluded: true, to: '999/1000', toIncluded: false },
        pays: { kind: 'share', share: '1/10' },
      },
      { range: { fromIncluded: false, to: '99/100', toIncluded: false }, pays: { kind: 'share', share: '1/4' } },
    ],
  },
  base: { of: 'service', factor: '1', dayDivisor: 'days-of-period' },
};

export const plainClause: Clause = {
  id: 'availability',
  measure: plainTime,
  target: '999/1000',
  tested: 'exact',
  credits: [plainCredit],
};

export const plainTerms: Terms = {
  period: { zone: 'Europe/Paris', kind: { kind: 'month' } },
  feePer: 'month',
  clauses: [plainClause],
  combine: 'sum',
  limits: {},
  round: 'half-even',
  rights: [],
};

export const endpointId = 'acme/mail/smtp';

export const plainService: ServicePlan = {
  id: 'mail',
  name: 'Mail',
  severity: 'high',
  since: '2025-01-01',
  compose: { kind: 'endpoint', id: endpointId },
  endpoints: [
    {
      id: endpointId,
      name: 'SMTP',
      check: tcpCheck(endpointId, { confirm: 1 }),
    },
  ],
  versions: [{ from: '2025-01-01', feeMinor: 1_000_00, terms: plainTerms }],
};

export const plainClient: ClientPlan = {
  id: 'acme',
  name: 'Acme',
  language: 'en',
  zone: 'Europe/Paris',
  currency: 'EUR',
  minorDigits: 2,
  retentionMonths: 25,
  agreement: 'client',
  since: '2025-01-01',
  notify: [],
  contacts: [],
  notCovered: [],
  services: [plainService],
  versions: [{ from: '2025-01-01', terms: { limits: {}, round: 'half-even' } }],
};

export const withMeasure = (measure: Partial<TimeMeasure>): Clause => ({
  ...plainClause,
  measure: { ...plainTime, ...measure },
});

export interface Case {
  readonly terms?: Partial<Terms>;
  readonly clause?: Partial<Clause>;
  readonly measure?: Partial<TimeMeasure>;
  readonly service?: Partial<ServicePlan>;
  readonly client?: Partial<ClientPlan>;
  readonly evidence?: Partial<Evidence>;
  readonly period?: string;
}

export const clientOf = ({ terms, clause, measure, service, client }: Case): ClientPlan => {
  const clauses = [{ ...plainClause, measure: { ...plainTime, ...measure }, ...clause }];
  const versions = [{ from: '2025-01-01', feeMinor: 1_000_00, terms: { ...plainTerms, clauses, ...terms } }];
  return { ...plainClient, services: [{ ...plainService, versions, ...service }], ...client };
};

/** October 2026 in Paris unless the case says otherwise: 745 hours, a clock change on the 25th. */
export const settled = (example: Case): Statement =>
  settle({
    client: clientOf(example),
    period: example.period ?? '2026-10',
    evidence: { ...noEvidence, ...example.evidence },
    provenance: { planVersion: 'test' },
  });

/** Outages told as pairs of ISO instants. */
export const outages = (...pairs: readonly (readonly [string, string])[]): Partial<Evidence> => ({
  endpoints: { [endpointId]: { outages: pairs.map(([start, end]) => ({ start: at(start), end: at(end) })) } },
});

/** The first clause of the first part of the only service. */
export const clauseOf = (statement: Statement) => {
  const clause = statement.services[0]?.parts[0]?.clauses[0];
  if (!clause) throw new Error('no clause was settled');
  return clause;
};
