/** What is settled: which services, over which span, and in which parts, each under one version of its terms. */
import { endpointIds } from '../contract/compose.ts';
import { type ClientPlan, inForce, type ServicePlan, type ServiceVersion } from '../contract/plan.ts';
import type { Evidence } from '../measure/evidence.ts';
import { dateOf, instantOf } from '../time/calendar.ts';
import { type SettledSpan, settledSpan } from '../time/periods.ts';
import { epochMs, type Interval, intersect, interval, type Spans, spans } from '../time/span.ts';
import type { Provenance } from './statement.ts';

export interface Settlement {
  readonly client: ClientPlan;
  /** The month that has ended, `2026-10`; or a span by name: `2026-Q4`, `2026`, `2026-10-05/2026-11-02`. */
  readonly period: string;
  readonly evidence: Evidence;
  readonly provenance: Provenance;
}

/** One service, its period, and the times that it lived. */
export interface Job {
  readonly settlement: Settlement;
  readonly service: ServicePlan;
  readonly span: SettledSpan;
  readonly life: Spans;
  /** In force on the last day: what the period and the fee of the contract's sum are taken from. */
  readonly version: ServiceVersion;
}

/** A stretch of the period under one version of the terms. */
export interface Part {
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
export const jobOf = (settlement: Settlement, service: ServicePlan): Job[] => {
  const { client, period } = settlement;
  const newest = service.versions.at(-1);
  if (!newest) return [];
  const roughly = settledSpan(newest.terms.period, period);
  const last = dateOf(epochMs(roughly.end - 1), client.zone);
  const version = inForce(service.versions, last) ?? service.versions[0] ?? newest;
  const span = settledSpan(version.terms.period, period);
  const life = lifeOf(settlement, service, span);
  return life.length > 0 ? [{ settlement, service, span, life, version }] : [];
};

export const partsOf = ({ settlement, service, span, life }: Job): Part[] => {
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
