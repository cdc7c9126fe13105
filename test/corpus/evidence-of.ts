/**
 * What happened, from the corpus' notation to Vigie's evidence. It reads the plan for ids and asks no contract what
 * counts: an outage is told as it was, whoever will be charged for it.
 */

import { endpointIds } from '../../shared/contract/compose.ts';
import type { ClientPlan, ServicePlan } from '../../shared/contract/plan.ts';
import type { Evidence, RequestSeries, ToldOutage } from '../../shared/measure/evidence.ts';
import { noEvidence } from '../../shared/measure/evidence.ts';
import { formatFraction, fraction, parseFraction, times } from '../../shared/money/fraction.ts';
import { epochMs } from '../../shared/time/span.ts';
import type { Vector } from './vector.ts';

type Outage = Vector['outages'][number];

const between = ({ start, end }: { readonly start: number; readonly end: number }) => ({
  start: epochMs(start),
  end: epochMs(end),
});

const affectedOf = ({ affected_ratio, users }: Outage, all: number | undefined): string | undefined => {
  if (affected_ratio !== undefined) return formatFraction(parseFraction(affected_ratio));
  return users === undefined || all === undefined ? undefined : formatFraction(fraction(users, all));
};

const toldOf = (outage: Outage, vector: Vector): ToldOutage => {
  const affected = affectedOf(outage, vector.users);
  return {
    ...between(outage),
    // What the notation does not date was confirmed at once.
    confirmedAt: epochMs(outage.confirmed_at ?? outage.start),
    ...(outage.ticket_at === undefined ? {} : { ticketAt: epochMs(outage.ticket_at) }),
    ...(affected === undefined ? {} : { affected }),
  };
};

/** One that names no target befalls the first endpoint that is not down already: nothing goes down twice at once. */
const outagesBy = (ids: readonly string[], vector: Vector): ReadonlyMap<string, Outage[]> => {
  const found = new Map<string, Outage[]>(ids.map((id) => [id, []]));
  for (const outage of vector.outages) {
    const named = ids.find((id) => id.split('/').at(-1) === outage.target);
    if (outage.target !== undefined && named === undefined) throw new Error(`no endpoint is ${outage.target}`);
    const free = ids.find((id) =>
      (found.get(id) ?? []).every(({ start, end }) => end <= outage.start || outage.end <= start),
    );
    found.get(named ?? free ?? ids[0] ?? '')?.push(outage);
  }
  return found;
};

/** Runs that the notation lists apart are apart: an interval of usual traffic lies between them. */
const seriesOf = ({ samples, counts, period }: Vector): RequestSeries | undefined => {
  if (counts) {
    const { total, failed } = counts;
    const first = { start: epochMs(period.start_utc), end: epochMs(period.start_utc + 1) };
    return { usual: { total: 0, failed: 0 }, runs: [{ ...first, total, failed }] };
  }
  if (!samples) return undefined;
  const ms = samples.interval_s * 1000;
  let next = period.start_utc;
  const runs = samples.exceptions.map(({ intervals, total, failed }) => {
    const run = { start: epochMs(next), end: epochMs(next + intervals * ms), total, failed };
    next = run.end + ms;
    return run;
  });
  return { usual: samples.default, runs };
};

const minorOf = (amount: string, { minorDigits }: ClientPlan): number => {
  const minor = times(parseFraction(amount), fraction(10n ** BigInt(minorDigits)));
  return Number(minor.n / minor.d);
};

export const evidenceOf = (vector: Vector, client: ClientPlan, service: ServicePlan): Evidence => {
  const outages = outagesBy(endpointIds(service.compose), vector);
  const deployed = vector.deployed?.map(between);
  const requests = seriesOf(vector);
  const { delay, claim } = vector;
  return {
    ...noEvidence,
    endpoints: Object.fromEntries(
      [...outages].map(([id, own]) => [
        id,
        { outages: own.map((outage) => toldOf(outage, vector)), ...(deployed ? { deployed } : {}) },
      ]),
    ),
    maintenance: vector.maintenance
      .filter(({ kind }) => kind !== 'customer')
      .map(({ start, end, declared_at, kind }, i) => ({
        id: `window-${i}`,
        ...between({ start, end }),
        declaredAt: epochMs(declared_at ?? start),
        kind: kind === 'emergency' ? 'emergency' : 'scheduled',
        by: 'provider',
        reason: 'maintenance',
      })),
    exclusions: vector.maintenance
      .filter(({ kind }) => kind === 'customer')
      .map(({ start, end }, i) => ({
        id: `planned-${i}`,
        ...between({ start, end }),
        kind: 'client',
        enteredAt: epochMs(start),
        by: 'customer',
        reason: 'planned by the customer',
      })),
    incidents: vector.tickets.map(({ severity, opened_at, responded_at, holds }, i) => ({
      id: `ticket-${i}`,
      service: service.id,
      severity: severity ?? service.severity,
      openedAt: epochMs(opened_at),
      // The notation has one instant, whatever was promised until then.
      alertedAt: epochMs(responded_at),
      respondedAt: epochMs(responded_at),
      resolvedAt: epochMs(responded_at),
      pauses: holds.map(between),
    })),
    requests: requests ? { [service.id]: requests } : {},
    deliveries: delay
      ? [
          {
            id: 'delivery',
            service: service.id,
            due: delay.due,
            done: delay.done,
            valueMinor: minorOf(delay.value, client),
          },
        ]
      : [],
    history: {
      [service.id]: {
        periods: vector.history.map(({ month, availability_pct, downtime_s }) => ({
          period: month,
          figures: {
            availability: {
              ...(availability_pct === undefined
                ? {}
                : { figure: formatFraction(times(parseFraction(availability_pct), fraction(1, 100))) }),
              ...(downtime_s === undefined ? {} : { downMs: `${downtime_s * 1000}` }),
            },
          },
        })),
        creditedThisYearMinor: 0,
        owedEverMinor: 0,
        maintenanceUsedMs: vector.maintenance_used_before_s * 1000,
      },
    },
    claims: claim ? { [service.id]: epochMs(claim.submitted_at) } : {},
  };
};
