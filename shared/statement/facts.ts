/** Evidence as the clauses of one part read it. */
import { endpointIds } from '../contract/compose.ts';
import type { EndpointPlan } from '../contract/plan.ts';
import type { TimeMeasure } from '../contract/terms.ts';
import type { Scene } from '../measure/account.ts';
import type { ServiceFacts } from '../measure/clause.ts';
import { endpointTimeline, type Reading, type Seen } from '../measure/endpoint.ts';
import { recurringFrom, recurringWindows } from '../measure/recurring.ts';
import { sampleSet } from '../measure/sample-set.ts';
import { instantOf } from '../time/calendar.ts';
import type { Interval } from '../time/span.ts';
import type { Job, Part } from './parts.ts';

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
export const factsOf = (job: Job, part: Part): ServiceFacts => {
  const { service, settlement, span, life } = job;
  const { evidence, client } = settlement;
  const touches = ({ services }: { readonly services?: readonly string[] | undefined }) =>
    services === undefined || services.includes(service.id);
  const zone = part.version.terms.period.zone;
  const incidents = evidence.incidents.filter((incident) => incident.service === service.id);
  const tickets = incidents.map(({ openedAt }) => openedAt).sort((a, b) => a - b);
  // A window from before the service began uses up nothing of its year.
  const began = Math.min(span.start, instantOf(service.since, '00:00', client.zone));
  const lately = ({ end }: Interval) => end > began;
  // Evidence that says how much was used says it of these windows too.
  const used = evidence.history[service.id]?.maintenanceUsedMs ?? 0;
  const scene: Scene = {
    span: part.span,
    period: span,
    life,
    zone,
    windows: evidence.maintenance.filter(touches).filter(lately),
    exclusions: evidence.exclusions.filter(touches),
    maintenanceUsedMs: used,
  };
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
    samples: (rule) =>
      [...new Set(endpointIds(rule))].flatMap((id) => {
        const seen = evidence.endpoints[id];
        return seen && 'places' in seen ? Object.values(seen.places).flatMap(sampleSet) : [];
      }),
    recurring: (measure) =>
      recurringWindows(measure, used === 0 ? recurringFrom(measure, span) : span, client).filter(lately),
  };
};
