/** Until when a credit may be asked for. */
import type { Claim } from '../contract/terms.ts';
import type { ClauseResult } from '../measure/clause.ts';
import { addDays, addMonths, dateOf, instantOf, weekdayOf } from '../time/calendar.ts';
import { type EpochMs, epochMs, type Interval } from '../time/span.ts';

export interface ClaimState {
  readonly until: EpochMs;
  readonly claimedAt?: EpochMs;
  readonly inTime?: boolean;
}

/** Monday to Friday: contracts that count business days for a claim seldom name a calendar. */
const businessDaysAfter = (date: string, days: number): string => {
  let day = date;
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    if (weekdayOf(day) <= 5) left--;
  }
  return day;
};

/** The day after the last one on which a claim is in time. Months run from the end of the anchor's day. */
const dayAfter = (date: string, within: Exclude<Claim['within'], { ms: number }>): string => {
  if ('days' in within) return addDays(date, within.days + 1);
  if ('businessDays' in within) return addDays(businessDaysAfter(date, within.businessDays), 1);
  const [fromDay, fromEnd] = [addDays(addMonths(date, within.months), 1), addMonths(addDays(date, 1), within.months)];
  return fromDay > fromEnd ? fromDay : fromEnd; // they differ at the end of a month, for the client's good
};

/** A claim counted in hours ends to the ms, any other with its last local day. */
const deadline = (anchor: EpochMs, within: Claim['within'], zone: string): EpochMs =>
  'ms' in within ? epochMs(anchor + within.ms) : instantOf(dayAfter(dateOf(anchor, zone), within), '00:00', zone);

export const claimOf = (
  { anchor, within }: Claim,
  results: readonly ClauseResult[],
  span: Interval,
  zone: string,
  claimedAt: EpochMs | undefined,
): ClaimState => {
  const ends = results.flatMap(({ time }) =>
    (time?.account.outages ?? []).filter(({ verdict }) => verdict === 'counted').map(({ end }) => end),
  );
  const lastOutage = ends.length > 0 ? epochMs(Math.max(...ends)) : span.end;
  const until = deadline(anchor === 'period-end' ? epochMs(span.end - 1) : lastOutage, within, zone);
  return claimedAt === undefined ? { until } : { until, claimedAt, inTime: claimedAt < until };
};
