import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { Outbox } from '../../shared/outage/outbox.ts';
import { type Sending, send } from '../../shared/outage/send.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { periodEnded } from '../../shared/statement/due.ts';
import type { SettlementRuns } from '../../shared/statement/statements.ts';
import { monthSpan } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import { type Log, told } from '../log.ts';

/** The stream had its minute: what still waits then was missed. */
const patienceMs = 60_000;

/** Of the function's two minutes: what it measures must be told however much waits, or a wrong alarm rings. */
const sweepMs = 60_000;

/** The schedule of settlement: 14:00 UTC on the 1st. */
const settledAfterMs = 14 * 3_600_000;

export interface WatchDeps extends Sending {
  readonly outbox: Sending['outbox'] & Pick<Outbox, 'pendingBefore'>;
  readonly plans: Pick<PlanPointers, 'current' | 'history'>;
  readonly settlementRuns: Pick<SettlementRuns, 'closed'>;
  readonly runs: Pick<Runs, 'newest'>;
  readonly places: readonly string[];
  readonly log: Log;
}

export interface Watched {
  readonly sentAgain: number;
  readonly pendingMessages: number;
  /** Of the shard whose newest run is oldest. */
  readonly newestRunAgeSeconds: number;
  /** Since the month that ended last should have been settled; 0 once it is, and where no plan was in force in it. */
  readonly settlementOverdueHours: number;
}

export const makeWatch = ({ plans, runs, settlementRuns, places, log, ...sending }: WatchDeps) => {
  const { outbox, now } = sending;

  const sweep = async () => {
    let [sentAgain, pendingMessages] = [0, 0];
    const startedAt = now();
    const waiting = await outbox.pendingBefore(epochMs(startedAt - patienceMs), (key) => {
      pendingMessages++; // until somebody looks: no sweep will ever read it
      log.error('message that cannot be read', { key });
    });
    for (const { message } of waiting) {
      if (now() - startedAt >= sweepMs) {
        pendingMessages++; // the next sweep goes on
        continue;
      }
      const ids = { eventId: message.eventId, topic: message.topic };
      try {
        const outcome = await send(sending, message);
        if (outcome === 'sent') sentAgain++;
        log.info('message that was left', { ...ids, outcome });
      } catch (error) {
        pendingMessages++; // the next sweep tries again, and the alarm counts it
        log.error('message still not sent', { ...ids, ...told(error) });
      }
    }
    return { sentAgain, pendingMessages };
  };

  const oldestNewest = async (): Promise<number> => {
    const plan = await plans.current();
    if (!plan) return 0; // nothing was applied yet, so nothing is late
    const shards = plan.rosters.map((_, shard) => shard);
    const ages = places.flatMap((place) =>
      shards.map(async (shard) => now() - ((await runs.newest(place, shard)) ?? plan.appliedAt)),
    );
    return Math.max(0, ...(await Promise.all(ages)));
  };

  const overdueMs = async (): Promise<number> => {
    const period = periodEnded(now());
    const { end } = monthSpan(period, 'UTC');
    const [first] = await plans.history();
    const due = first !== undefined && first.appliedAt < end && !(await settlementRuns.closed(period));
    return due ? Math.max(0, now() - end - settledAfterMs) : 0;
  };

  return async (): Promise<Watched> => {
    const swept = await sweep();
    return {
      ...swept,
      newestRunAgeSeconds: Math.round((await oldestNewest()) / 1_000),
      settlementOverdueHours: Math.floor((await overdueMs()) / 3_600_000),
    };
  };
};
