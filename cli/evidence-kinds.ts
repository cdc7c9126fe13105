/** Kinds of rows in a CSV file of evidence, and what each adds to it. */
import { show } from '../shared/contract/report.ts';
import { noEvidence, type ServiceHistory } from '../shared/measure/evidence.ts';
import type { Complain, Row } from './evidence-row.ts';

/** Columns of each kind: those that must be filled, and those that may. */
export const csvKinds = {
  watched: { must: ['endpoint'], may: [] },
  outage: { must: ['endpoint', 'start', 'end'], may: ['confirmed', 'ticket', 'affected'] },
  samples: { must: ['endpoint', 'place', 'state', 'start', 'end', 'count'], may: [] },
  maintenance: { must: ['id', 'start', 'end', 'declared', 'by', 'reason'], may: ['type', 'services'] },
  exclusion: { must: ['id', 'type', 'start', 'end', 'declared', 'by', 'reason'], may: ['services'] },
  incident: { must: ['id', 'service', 'severity', 'start'], may: ['alerted', 'responded', 'end'] },
  pause: { must: ['id', 'start', 'end'], may: [] },
  requests: { must: ['service', 'start', 'end', 'total', 'failed'], may: [] },
  'usual-requests': { must: ['service', 'total', 'failed'], may: [] },
  delivery: { must: ['id', 'service', 'due', 'done', 'amount'], may: [] },
  credited: { must: ['amount'], may: ['service'] },
  fee: { must: ['service', 'amount'], may: [] },
  claim: { must: ['service', 'start'], may: [] },
} as const;
export type Kind = keyof typeof csvKinds;
export const kindNames = Object.keys(csvKinds);
export const isKind = (name: string): name is Kind => Object.hasOwn(csvKinds, name);

export const csvColumns = ['kind', ...new Set(Object.values(csvKinds).flatMap(({ must, may }) => [...must, ...may]))];
export const emptyDraft = (): Draft => ({
  ...{ endpoints: {}, maintenance: [], exclusions: [], incidents: [], requests: {}, deliveries: [] },
  ...{ history: {}, contractHistory: { ...noEvidence.contractHistory }, fees: {}, claims: {} },
});

/** Evidence under construction: `evidenceSchema` has the last word. */
export interface Draft {
  endpoints: Record<string, { outages: unknown[] } | { places: Record<string, unknown[]> }>;
  maintenance: unknown[];
  exclusions: unknown[];
  incidents: { id: string; pauses: unknown[] }[];
  requests: Record<string, { usual: unknown; runs: { start: number; end: number; total: number; failed: number }[] }>;
  deliveries: unknown[];
  history: Record<string, ServiceHistory>;
  contractHistory: { creditedThisYearMinor: number; owedEverMinor: number };
  fees: Record<string, number>;
  claims: Record<string, number>;
}

const told = (draft: Draft, id: string, complain: Complain): unknown[] => {
  const known = draft.endpoints[id] ?? { outages: [] };
  draft.endpoints[id] = known;
  if ('outages' in known) return known.outages;
  complain('contradiction', 'kind', `outages of ${id} beside samples`, 'one or the other for an endpoint');
  return [];
};

const sampled = (draft: Draft, id: string, place: string, complain: Complain): unknown[] => {
  const known = draft.endpoints[id] ?? { places: {} };
  draft.endpoints[id] = known;
  if ('outages' in known) {
    complain('contradiction', 'kind', `samples of ${id} beside outages`, 'one or the other for an endpoint');
    return [];
  }
  const of = known.places[place] ?? [];
  known.places[place] = of;
  return of;
};

const seriesOf = (draft: Draft, service: string) => {
  const known = draft.requests[service] ?? { usual: { total: 0, failed: 0 }, runs: [] };
  draft.requests[service] = known;
  return known;
};

const credited = (draft: Draft, service: string, minor: number): void => {
  const none: ServiceHistory = { periods: [], creditedThisYearMinor: 0, owedEverMinor: 0, maintenanceUsedMs: 0 };
  const add = <T extends { creditedThisYearMinor: number; owedEverMinor: number }>(past: T): T => ({
    ...past,
    creditedThisYearMinor: past.creditedThisYearMinor + minor,
    owedEverMinor: past.owedEverMinor + minor,
  });
  // What a service was credited, its contract was.
  draft.contractHistory = add(draft.contractHistory);
  if (service !== '') draft.history[service] = add(draft.history[service] ?? none);
};

const once = (of: Record<string, number>, service: string, value: number, complain: Complain): void => {
  if (Object.hasOwn(of, service)) complain('duplicate-id', 'service', `"${service}" again`, 'one row a service');
  of[service] = value;
};

export const enter = (draft: Draft, kind: Kind, row: Row, complain: Complain): void => {
  const who = () => ({ id: row.text('id'), by: row.text('by'), reason: row.text('reason'), ...row.services() });
  switch (kind) {
    case 'watched':
      for (const id of row.endpoints()) told(draft, id, complain);
      return;
    case 'outage': {
      const times = {
        ...row.between(),
        ...row.timeAs('confirmedAt', 'confirmed'),
        ...row.timeAs('ticketAt', 'ticket'),
      };
      const affected = row.text('affected') === '' ? {} : { affected: row.share('affected') };
      for (const id of row.endpoints()) told(draft, id, complain).push({ ...times, ...affected });
      return;
    }
    case 'samples': {
      const state = row.oneOf('state', ['up', 'degraded', 'down', 'unknown'], 'unknown');
      const segment = { firstAt: row.time('start'), lastAt: row.time('end'), state, count: row.count('count') };
      if (segment.lastAt < segment.firstAt || segment.count < 1)
        complain(
          'contradiction',
          'count',
          row.text('count'),
          'one sample or more, the last (end) not before the first (start)',
        );
      for (const id of row.endpoints()) sampled(draft, id, row.text('place'), complain).push(segment);
      return;
    }
    case 'maintenance': {
      const type = row.oneOf('type', ['scheduled', 'emergency'], 'scheduled');
      draft.maintenance.push({ ...who(), ...row.between(), declaredAt: row.time('declared'), kind: type });
      return;
    }
    case 'exclusion': {
      const type = row.oneOf('type', ['client', 'force-majeure', 'third-party', 'suspension', 'other'], 'other');
      draft.exclusions.push({ ...who(), ...row.between(), enteredAt: row.time('declared'), kind: type });
      return;
    }
    case 'incident': {
      const times = {
        openedAt: row.time('start'),
        ...row.timeAs('alertedAt', 'alerted'),
        ...row.timeAs('respondedAt', 'responded'),
        ...row.timeAs('resolvedAt', 'end'),
      };
      draft.incidents.push({
        id: row.text('id'),
        ...{ service: row.service(), severity: row.text('severity') },
        ...times,
        pauses: [],
      });
      return;
    }
    case 'pause': {
      const incident = draft.incidents.find(({ id }) => id === row.text('id'));
      if (incident) incident.pauses.push(row.between());
      else if (row.text('id') !== '')
        complain('unknown-reference', 'id', show(row.text('id')), 'the id of an incident above it');
      return;
    }
    case 'requests':
      seriesOf(draft, row.service()).runs.push({
        ...row.between(),
        total: row.count('total'),
        failed: row.count('failed'),
      });
      return;
    case 'usual-requests':
      seriesOf(draft, row.service()).usual = { total: row.count('total'), failed: row.count('failed') };
      return;
    case 'delivery': {
      const of = { id: row.text('id'), service: row.service(), due: row.day('due'), done: row.day('done') };
      draft.deliveries.push({ ...of, valueMinor: row.minor() });
      return;
    }
    case 'credited':
      credited(draft, row.service(), row.minor());
      return;
    case 'fee':
      once(draft.fees, row.service(), row.minor(), complain);
      return;
    case 'claim':
      once(draft.claims, row.service(), row.time('start'), complain);
  }
};
