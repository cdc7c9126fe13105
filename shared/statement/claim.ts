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

/** The last instant is the end of the local day on which the time is over; a claim counted in hours ends to the ms. */
const deadline = (anchor: EpochMs, within: Claim['within'], zone: string): EpochMs => {
  if ('ms' in within) return epochMs(anchor + within.ms);
  // A period ends at midnight: its last day is the one before.
  const date = dateOf(anchor, zone);
  const last =
    'days' in within
      ? addDays(date, within.days)
      : 'months' in within
        ? addMonths(date, within.months)
        : businessDaysAfter(date, within.businessDays);
  return instantOf(addDays(last, 1), '00:00', zone);
};

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
