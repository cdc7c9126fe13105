import type { PlanPointer, PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { Days } from '../../shared/measure/days.ts';
import type { Outbox, OutboxEntry } from '../../shared/outage/outbox.ts';
import { type Sending, send } from '../../shared/outage/send.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { periodEnded } from '../../shared/statement/due.ts';
import type { SettlementRuns } from '../../shared/statement/statements.ts';
import { dayMs, monthSpan, utcDayOf } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs, interval } from '../../shared/time/span.ts';
import { findingNotice, findingsOf, type Observed } from '../../shared/watch/finding.ts';
import { type Kept, keptFindings } from '../../shared/watch/kept.ts';
import { type Log, told } from '../log.ts';

/** The stream had its minute: what still waits then was missed. */
const patienceMs = 60_000;

/** Of the function's two minutes: what it finds must be told however much waits. */
const sweepMs = 60_000;

export interface WatchDeps extends Sending {
  readonly outbox: Sending['outbox'] & Pick<Outbox, 'pendingBefore' | 'add'>;
  readonly plans: Pick<PlanPointers, 'history'>;
  readonly settlementRuns: Pick<SettlementRuns, 'closed'>;
  readonly runs: Pick<Runs, 'newest'>;
  readonly days: Pick<Days, 'closed'>;
  /** Of each region in which functions run. */
  readonly kept: readonly (() => Promise<Kept & { readonly place: string }>)[];
  readonly log: Log;
}

/** Since when a place has had something to probe. */
const probingSince = (place: string, history: readonly PlanPointer[]): EpochMs | undefined =>
  history.find(({ rosters }) => rosters.some(({ places }) => places.includes(place)))?.appliedAt;

export const makeWatch = ({ plans, runs, days, settlementRuns, kept, log, ...sending }: WatchDeps) => {
  const { outbox, now } = sending;

  const sweep = async () => {
    let sentAgain = 0;
    const [left, unreadable]: [OutboxEntry[], string[]] = [[], []];
    const startedAt = now();
    const waiting = await outbox.pendingBefore(epochMs(startedAt - patienceMs), (key) => {
      unreadable.push(key);
      log.error('message that cannot be read', { key });
    });
    for (const entry of waiting) {
      if (now() - startedAt >= sweepMs) {
        left.push(entry); // the next sweep goes on
        continue;
      }
      const ids = { eventId: entry.message.eventId, topic: entry.message.topic };
      try {
        const outcome = await send(sending, entry.message);
        if (outcome === 'sent') sentAgain++;
        log.info('message that was left', { ...ids, outcome });
      } catch (error) {
        left.push(entry); // the next sweep tries again
        log.error('message still not sent', { ...ids, ...told(error) });
      }
    }
    const late = left.map(({ message, createdAt }) => ({ eventId: message.eventId, createdAt }));
    return { sentAgain, waiting: late, unreadable };
  };

  /** Of each place and shard of the plan in force. */
  const newestRuns = ({ rosters, appliedAt }: PlanPointer): Promise<Observed['runs']> =>
    Promise.all(
      rosters.flatMap(({ places }, shard) =>
        places.map(async (place) => {
          const newest = await runs.newest(place, shard);
          return { place, shard, newestAt: newest === undefined || newest < appliedAt ? appliedAt : newest };
        }),
      ),
    );

  const unsettledMonth = async (history: readonly PlanPointer[]): Promise<Observed['unsettled']> => {
    const period = periodEnded(now());
    const { end } = monthSpan(period, 'UTC');
    const [first] = history;
    const due = first !== undefined && first.appliedAt < end && !(await settlementRuns.closed(period));
    return due ? { period, end } : undefined;
  };

  /** Yesterday at each place of the plan in force that had something to probe by then. */
  const uncompactedDays = async (history: readonly PlanPointer[]): Promise<Observed['uncompacted']> => {
    const today = utcDayOf(now());
    const yesterday = interval(today - dayMs, today);
    const places = [...new Set(history.at(-1)?.rosters.flatMap((roster) => roster.places))].filter(
      (place) => (probingSince(place, history) ?? today) < today,
    );
    const closed = await Promise.all(places.map((place) => days.closed(place, yesterday)));
    return places
      .filter((_, at) => !closed[at]?.has(yesterday.start))
      .map((place) => ({ place, day: yesterday.start }));
  };

  /** A region that is away keeps nothing else from being told. */
  const keptAnywhere = async (): Promise<readonly (Kept & { readonly place: string })[]> => {
    const read = await Promise.allSettled(kept.map((queue) => queue()));
    return read.flatMap((one) => {
      if (one.status === 'fulfilled') return [one.value];
      log.error('failures that cannot be read', told(one.reason));
      return [];
    });
  };

  /** Throws where something has stopped: that is what the alarm on this function rings for, however telling it goes. */
  return async (): Promise<{ readonly sentAgain: number }> => {
    const { sentAgain, waiting, unreadable } = await sweep();
    const history = await plans.history();
    const current = history.at(-1);
    const found = findingsOf({
      now: now(),
      runs: current ? await newestRuns(current) : [], // before the first plan nothing is late
      waiting,
      unreadable,
      unsettled: await unsettledMonth(history),
      uncompacted: await uncompactedDays(history),
    });
    for (const finding of [...found, ...keptFindings(await keptAnywhere(), now())])
      await outbox.add(findingNotice(finding), now());
    if (found.length === 0) return { sentAgain };
    throw new Error(found.map(({ what, runbook }) => `${what} (docs/runbook.md#${runbook})`).join('; '));
  };
};
