/** Which clients a month is settled for, and from which plan. */
import type { ClientPlan, Plan } from '../contract/plan.ts';
import { type PlanPointer, plansWithin } from '../contract/plan-pointer.ts';
import { evidenceInterval, settledInterval } from '../measure/gather.ts';
import { addMonths, dateOf, dayMs, instantOf, monthSpan } from '../time/calendar.ts';
import { settledSpan } from '../time/periods.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';

/** The last month that is over in every zone: the 1st begins at UTC-12 when it is noon in UTC. */
export const periodEnded = (now: EpochMs): string =>
  addMonths(`${dateOf(epochMs(now - dayMs / 2), 'UTC').slice(0, 7)}-01`, -1).slice(0, 7);

/** Plans that were in force at some instant of the month, in some zone; and always the present one. Newest first. */
export const plansOf = (period: string, history: readonly PlanPointer[]): PlanPointer[] =>
  plansWithin(history, aDayWider(monthSpan(period, 'UTC'))).toReversed();

const aDayWider = ({ start, end }: Interval): Interval => interval(start - dayMs, end + dayMs);

/** Versions of the plans whose probes may have seen what a client's month is settled from; of the newest first. */
export const versionsFor = (client: ClientPlan, period: string, history: readonly PlanPointer[]): string[] => {
  const within = aDayWider(evidenceInterval(settledInterval(client, period)));
  return [...new Set(plansWithin(history, within).map(({ version }) => version))].reverse();
};

export interface DueClient {
  readonly client: string;
  readonly version: string;
  readonly plan: ClientPlan;
}

/** Live in the month, or in a longer period that the month closes: a quarter is settled after an end in its middle. */
const isDue = ({ since, until, zone, services }: ClientPlan, period: string): boolean => {
  const began = instantOf(since, '00:00', zone);
  const ended = until === undefined ? Number.POSITIVE_INFINITY : instantOf(until, '00:00', zone);
  const closing = services
    .flatMap(({ versions }) => versions.map(({ terms }) => terms.period))
    .filter(({ kind }) => !kind.kind.startsWith('rolling')) // these look back, and close nothing
    .map((rule) => settledSpan(rule, period))
    .filter(({ closes }) => closes);
  return [monthSpan(period, zone), ...closing].some(({ start, end }) => began < end && ended > start);
};

/**
 * Every client whose contract was live, each from the newest plan that holds it: a plan says by date what was agreed
 * when, so the newest knows the past best, and a client who is gone from it is settled from the last that had them.
 */
export const clientsDue = (
  period: string,
  plans: readonly { readonly version: string; readonly plan: Plan }[],
): DueClient[] => {
  const due = new Map<string, DueClient>();
  for (const { version, plan } of plans)
    for (const client of plan.clients)
      if (isDue(client, period) && !due.has(client.id))
        due.set(client.id, { client: client.id, version, plan: client });
  return [...due.values()].sort((a, b) => (a.client < b.client ? -1 : 1));
};
