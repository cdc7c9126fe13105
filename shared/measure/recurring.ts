/** Windows that the contract itself declares, over and over. */
import { type ClientPlan, inForce } from '../contract/plan.ts';
import type { RecurringWindow, TimeMeasure } from '../contract/terms.ts';
import { dateOf, instantOf } from '../time/calendar.ts';
import { occurrencesIn } from '../time/recurrence.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../time/span.ts';
import type { MaintenanceWindow } from './evidence.ts';

/** One occurrence: known since the contract began. */
const windowOf = (window: RecurringWindow, { start, end }: Interval, declaredAt: EpochMs): MaintenanceWindow => ({
  id: `${window.id}@${dateOf(start, window.zone)}`,
  start,
  end,
  declaredAt,
  kind: window.kind,
  by: 'contract',
  reason: window.id,
});

/** Those of one measure that touch a span, none from before the contract began. */
export const recurringWindows = (
  { maintenance }: TimeMeasure,
  span: Interval,
  { since, zone }: Pick<ClientPlan, 'since' | 'zone'>,
): MaintenanceWindow[] => {
  const began = instantOf(since, '00:00', zone);
  return maintenance.recurring.flatMap((window) =>
    occurrencesIn(window, span)
      .filter(({ end }) => end > began)
      .map((occurrence) => windowOf(window, occurrence, began)),
  );
};

const yearMs = 366 * 86_400_000;

/** A cap or a number per year looks back at what the windows before the period used up; an overrun at the last one. */
export const recurringFrom = ({ maintenance }: TimeMeasure, { start, end }: Interval): Interval => {
  const rules = [maintenance.scheduled, maintenance.emergency];
  const looksBack = rules.some(
    ({ cap, most, overrun }) => overrun ?? [cap, most].some((one) => one && one.per !== 'period'),
  );
  return looksBack ? interval(start - yearMs, end) : interval(start, end);
};

/** Of every service of a client under the terms in force at an instant, those that are under way in the minute after it. */
export const recurringAt = (client: ClientPlan, at: EpochMs): MaintenanceWindow[] => {
  const minute = interval(at, epochMs(at + 60_000));
  return client.services.flatMap(({ id, versions }) => {
    const clauses = inForce(versions, dateOf(at, client.zone))?.terms.clauses ?? [];
    const windows = clauses.flatMap(({ measure }) =>
      measure.kind === 'time' ? recurringWindows(measure, minute, client) : [],
    );
    const once = new Map(windows.map((window) => [window.id, { ...window, services: [id] }]));
    return [...once.values()];
  });
};
