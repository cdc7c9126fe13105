/**
 * What may be wrong with Vigie itself, told from what is stored: the watch function looks every five minutes.
 *
 * What it cannot see (its own end, a stream that nobody reads, a settlement that fails) are CloudWatch's alarms.
 * `docs/runbook.md` has the table of what guards what, and `test/infra` holds it.
 */
import { type Message, smsOf, subjectOf } from '../outage/message.ts';
import { dayMs } from '../time/calendar.ts';
import { type EpochMs, epochMs } from '../time/span.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Five rounds: a throttled minute or two wake nobody. */
const runPatienceMs = 5 * minuteMs;
/** Three sweeps have tried to send it. */
const messagePatienceMs = 15 * minuteMs;
/** What a settlement may take, and what a compaction with all its retries does. */
const settlementPatienceMs = 6 * hourMs;
const compactionPatienceMs = 6 * hourMs;

/** The schedule of settlement: 14:00 UTC on the 1st. */
const settlementStartsMs = 14 * hourMs;

export interface Observed {
  readonly now: EpochMs;
  /** Of each place and shard of the plan in force: its newest run, or since when there should be one. */
  readonly runs: readonly { readonly place: string; readonly shard: number; readonly newestAt: EpochMs }[];
  /** Messages that wait after this sweep, oldest first. */
  readonly waiting: readonly { readonly eventId: string; readonly createdAt: EpochMs }[];
  /** Keys of messages that no sweep will ever read. */
  readonly unreadable: readonly string[];
  /** The month that ended last, where it should have been settled and is not. */
  readonly unsettled?: { readonly period: string; readonly end: EpochMs };
  /** Yesterday, where it should have been compacted and is not. */
  readonly uncompacted: readonly { readonly place: string; readonly day: EpochMs }[];
}

export interface Finding {
  /** Stable as long as it is the same trouble: people are told once of each. */
  readonly id: string;
  readonly what: string;
  /** What the provider or its clients lose. */
  readonly impact: string;
  /** A heading of docs/runbook.md, as GitHub makes anchors. */
  readonly runbook: 'probing-stopped' | 'notices-late' | 'settlement-failed' | 'compaction-stopped' | 'failures-kept';
}

const utc = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const lateRuns = ({ runs, now }: Observed): Finding[] => {
  const late = runs.filter(({ newestAt }) => now - newestAt >= runPatienceMs);
  return [...Map.groupBy(late, ({ place }) => place)].map(([place, of]) => {
    const since = of.reduce((oldest, { newestAt }) => (newestAt < oldest ? newestAt : oldest), now);
    const all = runs.filter((run) => run.place === place).length;
    return {
      id: `runs-late/${place}/${since}`,
      what: `${of.length} of ${all} shards at ${place} have written no run since ${utc(since)}`,
      impact: 'Their endpoints are not probed from there: outages go unseen, and the minutes count as unknown.',
      runbook: 'probing-stopped',
    };
  });
};

const waitingMessages = ({ waiting, unreadable, now }: Observed): Finding[] => {
  const [oldest, ...others] = waiting.filter(({ createdAt }) => now - createdAt >= messagePatienceMs);
  const late: Finding[] = oldest
    ? [
        {
          id: `messages-wait/${oldest.eventId}`,
          what: `${others.length + 1} notices have not left, the oldest since ${utc(oldest.createdAt)}`,
          impact: 'Outage, credit and statement notices wait in the outbox.',
          runbook: 'notices-late',
        },
      ]
    : [];
  const lost = unreadable.map(
    (key): Finding => ({
      id: `message-unreadable/${key.replace(/[^A-Za-z0-9._:/-]/g, '-')}`,
      what: `a notice cannot be read and will not leave: ${key}`,
      impact: 'Somebody was not told something.',
      runbook: 'notices-late',
    }),
  );
  return [...late, ...lost];
};

const unsettledMonth = ({ unsettled, now }: Observed): Finding[] =>
  unsettled && now - unsettled.end >= settlementStartsMs + settlementPatienceMs
    ? [
        {
          id: `settlement-overdue/${unsettled.period}`,
          what: `${unsettled.period} is not settled, and was due on ${utc(epochMs(unsettled.end + settlementStartsMs))}`,
          impact: 'No statement and no credit notice of that month has left, or not all of them.',
          runbook: 'settlement-failed',
        },
      ]
    : [];

const uncompactedDays = ({ uncompacted, now }: Observed): Finding[] =>
  uncompacted
    .filter(({ day }) => now - day >= dayMs + compactionPatienceMs)
    .map(({ place, day }) => ({
      id: `compaction-late/${place}/${day}`,
      what: `${new Date(day).toISOString().slice(0, 10)} at ${place} is not compacted`,
      impact: 'Settlement still reads its runs, slower, until they expire.',
      runbook: 'compaction-stopped',
    }));

export const findingsOf = (observed: Observed): Finding[] =>
  [lateRuns, waitingMessages, unsettledMonth, uncompactedDays].flatMap((look) => look(observed));

/** To the provider's own people, in the language of the alarms and of the runbook. */
export const findingNotice = ({ id, what, impact, runbook }: Finding): Message => {
  const eventId = `finding/${id}`.slice(0, 256);
  return {
    eventId,
    topic: 'ops',
    subject: subjectOf(`Vigie: ${what}`),
    email: `${what}.\n\n${impact}\n\nWhat to do: docs/runbook.md#${runbook}\n\n${eventId}\n`,
    sms: smsOf(`Vigie: ${what}`),
    json: { schema: 'vigie.finding/1', kind: 'finding', event_id: eventId, what, impact, runbook },
    attributes: { kind: 'finding' },
  };
};
