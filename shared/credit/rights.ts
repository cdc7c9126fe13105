/** What the client may do besides being paid: rights that a month, a row of months or any so many days give. */
import type { Right } from '../contract/terms.ts';
import type { ClauseResult } from '../measure/clause.ts';
import type { PastPeriod } from '../measure/evidence.ts';
import type { LastingOutage } from '../measure/outages.ts';
import type { TicketResult } from '../measure/tickets.ts';
import { compare, type Fraction, fraction, parseFraction } from '../money/fraction.ts';
import { dayMs } from '../time/calendar.ts';
import type { Interval } from '../time/span.ts';

/** What a right rests on: the periods, outages or tickets that gave it. Absent: not given. */
export type Because = readonly string[] | undefined;

interface Judged {
  readonly label: string;
  readonly figure: Fraction | undefined;
  readonly downMs: Fraction | undefined;
}

const judged = ({ period, figures }: PastPeriod, clause: string): Judged => {
  const { figure, downMs } = figures[clause] ?? {};
  return {
    label: period,
    figure: figure === undefined ? undefined : parseFraction(figure),
    downMs: downMs === undefined ? undefined : parseFraction(downMs),
  };
};

const isBad = (bad: Extract<Right, { kind: 'breaches' }>['bad'], { figure, downMs }: Judged): boolean =>
  'below' in bad
    ? figure !== undefined && compare(figure, parseFraction(bad.below)) < 0
    : downMs !== undefined && compare(downMs, fraction(bad.downOverMs)) > 0;

/** This period must be one of the bad ones: a right is given once, by the period that completes it. */
const breaches = (
  right: Extract<Right, { kind: 'breaches' }>,
  current: Judged,
  history: readonly PastPeriod[],
): Because => {
  const past = right.of > 1 ? history.slice(-(right.of - 1)).map((period) => judged(period, right.clause)) : [];
  const bad = [...past, current].filter((period) => isBad(right.bad, period));
  return isBad(right.bad, current) && bad.length >= right.count ? bad.map(({ label }) => label) : undefined;
};

/** Windows that begin with an outage or end with one are enough: between them nothing changes for the worse. */
const rolling = (
  right: Extract<Right, { kind: 'rolling' }>,
  events: readonly LastingOutage[],
  span: Interval,
): Because => {
  const lengthOf = ({ pieces }: LastingOutage) => pieces.reduce((ms, { start, end }) => ms + end - start, 0);
  const long = events.filter((event) => lengthOf(event) >= right.shortestMs && event.start < span.end);
  const lengthMs = right.days * dayMs;
  const edges = long.flatMap(({ start, pieces }) => [start, (pieces.at(-1)?.end ?? start) - lengthMs]);
  for (const from of edges) {
    const to = from + lengthMs;
    if (to <= span.start) continue; // an earlier period's statement gave that one
    const begun = long.filter(({ start }) => from <= start && start < to);
    const insideMs = ({ pieces }: LastingOutage) =>
      pieces.reduce((ms, { start, end }) => ms + Math.max(Math.min(end, to) - Math.max(start, from), 0), 0);
    const inside = long.filter((event) => insideMs(event) > 0);
    const totalMs = inside.reduce((ms, event) => ms + insideMs(event), 0);
    const tooMany = right.countOver !== undefined && begun.length > right.countOver;
    const tooLong = right.totalOverMs !== undefined && totalMs > right.totalOverMs;
    if (tooMany || tooLong) return (tooMany ? begun : inside).map(({ start }) => new Date(start).toISOString());
  }
  return undefined;
};

const ticketEvent = ({ openedAt, doneAt }: TicketResult): LastingOutage[] =>
  doneAt !== undefined && doneAt > openedAt ? [{ start: openedAt, pieces: [{ start: openedAt, end: doneAt }] }] : [];

/** `results` are those of the right's clause, part by part; `current` is what the whole period says of every clause. */
export const rightGiven = (
  right: Right,
  results: readonly ClauseResult[],
  current: PastPeriod,
  history: readonly PastPeriod[],
  span: Interval,
): Because => {
  const tickets = results.flatMap((result) => result.tickets ?? []);
  switch (right.kind) {
    case 'breaches':
      return breaches(right, judged(current, right.clause), history);
    case 'rolling': {
      // The last part's events are all that there were: they are not cut to it.
      const events = [...(results.at(-1)?.time?.account.events ?? []), ...tickets.flatMap(ticketEvent)];
      return rolling(
        right,
        events.sort((a, b) => a.start - b.start),
        span,
      );
    }
    case 'late': {
      const late = tickets.filter(({ lateMs }) => lateMs > 0);
      return late.length >= right.count ? late.map(({ id }) => id) : undefined;
    }
  }
};
