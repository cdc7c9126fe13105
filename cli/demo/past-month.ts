import type { Plan } from '../../shared/contract/plan.ts';
import { isDue, type Roster } from '../../shared/probe/roster.ts';
import { encodeRun, type Outcome } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { dayMs, instantOf, monthSpan, utcDaysIn } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs, type Interval } from '../../shared/time/span.ts';

const minuteMs = 60_000;

/** An outage that the demonstration invents for the month that it replays. */
export interface Invented {
  readonly endpoint: string;
  readonly interval: Interval;
}

/** Long enough, taken in turn, to break a promise badly, to break it a little, and to keep it. */
const scripts = [
  { day: '14', time: '09:20', minutes: 252 },
  { day: '08', time: '15:05', minutes: 95 },
  { day: '21', time: '11:40', minutes: 12 },
] as const;

/** One outage for each client, in working hours of their own zone, at the first endpoint of their first service. */
export const inventOutages = ({ clients }: Plan, period: string): Invented[] =>
  clients.flatMap(({ zone, services }, at) => {
    const script = scripts[at % scripts.length];
    const endpoint = services[0]?.endpoints[0];
    if (script === undefined || endpoint === undefined) return [];
    const start = instantOf(`${period}-${script.day}`, script.time, zone);
    return [{ endpoint: endpoint.id, interval: { start, end: epochMs(start + script.minutes * minuteMs) } }];
  });

/** The UTC days that hold some of the month in any of the clients' zones. */
export const daysOf = ({ clients }: Plan, period: string): EpochMs[] => {
  const months = clients.map(({ zone }) => monthSpan(period, zone));
  const start = epochMs(Math.min(...months.map((month) => month.start)));
  return utcDaysIn({ start, end: epochMs(Math.max(...months.map((month) => month.end))) });
};

/** Whether an outage lies in that UTC day, wholly or in part. */
export const hasOutage = (outages: readonly Invented[], day: EpochMs): boolean =>
  outages.some(({ interval }) => interval.start < day + dayMs && day < interval.end);

export interface HistoryOf {
  readonly roster: Roster;
  readonly place: string;
  readonly planVersion: string;
  readonly outages: readonly Invented[];
}

/** What a day's probes would have stored, minute by minute: all up, but for the invented outages. */
export function* runsOfDay(day: EpochMs, { roster, place, planVersion, outages }: HistoryOf): Generator<StoredRun> {
  const down: Outcome = { state: 'down', cause: 'status' };
  const bySlot = roster.slots.map(({ id }) => outages.filter(({ endpoint }) => endpoint === id));
  for (let minute = 0; minute < dayMs / minuteMs; minute++) {
    const scheduledAt = epochMs(day + minute * minuteMs);
    const startedAt = epochMs(scheduledAt + 1_500 + ((minute * 7_919) % 4_000)); // a schedule is precise to the minute
    const outcomes = roster.slots.map((check, slot): Outcome | undefined => {
      if (!isDue(check, scheduledAt)) return undefined;
      const isDown = bySlot[slot]?.some(({ interval }) => interval.start <= startedAt && startedAt < interval.end);
      return isDown ? down : { state: 'up', latencyMs: 20 + ((minute * 31 + slot * 17) % 60) };
    });
    yield { place, shard: roster.shard, scheduledAt, startedAt, planVersion, codes: encodeRun(outcomes) };
  }
}
