/** From the spool into the table of samples: each file once, in order, whatever is cut off in the middle. */
import type { Arrival, Runs } from '../shared/probe/runs.ts';
import { type EpochMs, epochMs } from '../shared/time/span.ts';
import type { AgentLog } from './log.ts';
import type { Spool } from './spool.ts';
import { daysOf, instantOf, placeOf, type Spooled } from './spooled.ts';

/** Nobody is woken for what is older: by then a notice would speak of what is no longer so. */
const lateAfterMs = 10 * 60_000;

/** A clock that was ahead wrote of a future that cannot have been seen; a minute of it is a clock like any other. */
const futureMs = 60_000;

export interface UploadDeps {
  readonly spool: Spool;
  readonly runs: Pick<Runs, 'putOnce' | 'putLooks' | 'noteLate'>;
  readonly now: () => EpochMs;
  readonly log: AgentLog;
  /** Asks AWS what time it is, and rejects where it does not answer, or where this clock is wrong. */
  readonly confirmClock: () => Promise<void>;
  /** Whether a table refused an item for what it is, so that trying again is of no use. */
  readonly isRefusal: (error: unknown) => boolean;
}

export interface Uploader {
  /** Until nothing waits, or `stopped` says so. Rejects with the first failure; what was not sent is still in the spool. */
  drain(stopped: () => boolean): Promise<void>;
  /** Since the process began. */
  sent(): number;
}

export const makeUploader = ({ spool, runs, now, log, confirmClock, isRefusal }: UploadDeps): Uploader => {
  let sent = 0;

  const put = (spooled: Spooled, arrival: Arrival): Promise<boolean> =>
    spooled.kind === 'run' ? runs.putOnce(spooled.run, arrival) : runs.putLooks(spooled.looks, arrival);

  /**
   * The item, then the note that its day has more in it, then the file: killed in between, all of it is done again, and
   * the second time changes nothing. Compaction that reads the note finds the item.
   */
  const send = async (spooled: Spooled): Promise<void> => {
    const late = now() - instantOf(spooled) > lateAfterMs;
    await put(spooled, late ? 'late' : 'live');
    if (late) for (const day of daysOf(spooled)) await runs.noteLate(placeOf(spooled), day);
  };

  const sendNamed = async (name: string): Promise<void> => {
    const spooled = await spool.read(name);
    if (!spooled) return;
    if (instantOf(spooled) > now() + futureMs) {
      await confirmClock(); // it may be now that it is wrong
      return spool.setAside(name, 'it is of the future: the clock was wrong');
    }
    try {
      await send(spooled);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return spool.setAside(name, `AWS refuses it: ${error instanceof Error ? error.message : String(error)}`);
    }
    await spool.forget(name);
    sent++;
  };

  return {
    drain: async (stopped) => {
      const before = spool.size().waiting;
      let since = sent;
      for (let name = next(); name !== undefined && !stopped(); name = next()) {
        await sendNamed(name);
        if (sent - since >= 1_000) {
          since = sent;
          log.info('catching up', { waiting: spool.size().waiting });
        }
      }
      if (before > 100) log.info('caught up', { waiting: spool.size().waiting });
    },
    sent: () => sent,
  };

  /** What may still wake somebody first, in order; then the rest, in order. */
  function next(): string | undefined {
    return spool.next(epochMs(now() - lateAfterMs));
  }
};
