/** Looks on their way to be stored: together where that is soon enough, at once where somebody waits for them. */
import { type EpochMs, epochMs } from '../time/span.ts';
import type { Verdict } from './check.ts';
import { encodeLooks } from './looks.ts';
import type { Runs } from './runs.ts';

/** How long a look may wait for others of its shard: seconds, of the minute that a human is told in. */
const gatherMs = 2_000;

/** Words for people: long enough to say what failed, short enough that a shard in ruins stays a small item. */
const mostDetail = 200;

export interface NewLook {
  readonly slot: number;
  readonly at: EpochMs;
  readonly verdict: Verdict;
  /** Whether its words are kept: of a failure that people know already, they only cost. */
  readonly told?: boolean;
}

export interface LookWriter {
  write(shard: number, look: NewLook): void;
  /** With whatever waits of the shard: the end of an outage is worth an item of its own. */
  writeNow(shard: number, look: NewLook): void;
  /** Once everything is stored. Throws what could not be. */
  done(): Promise<void>;
}

export interface LookWriterOptions {
  readonly place: string;
  readonly planVersion: string;
  readonly putLooks: Runs['putLooks'];
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What failed, in a line. */
const detailOf = (verdict: Verdict): string | undefined => {
  if (verdict.state === 'up') return undefined;
  const { detail, address } = verdict;
  return `${detail}${address && !detail.includes(address) ? ` (${address})` : ''}`.slice(0, mostDetail);
};

export const openLookWriter = ({ place, planVersion, putLooks, now, sleep }: LookWriterOptions): LookWriter => {
  const waiting = new Map<number, NewLook[]>();
  const writing = new Set<Promise<void>>();
  const failed: unknown[] = [];

  /** Two writers may meet in a millisecond: each look keeps its own instant, whenever it is written. */
  const put = async (shard: number, looks: readonly NewLook[]): Promise<void> => {
    const details = Object.fromEntries(
      looks.flatMap(({ slot, verdict, told }) => {
        const detail = told === false ? undefined : detailOf(verdict);
        return detail === undefined ? [] : [[String(slot), detail]];
      }),
    );
    const outcomes = looks.map(({ slot, at, verdict }) => ({ slot, at, outcome: verdict }));
    for (let writtenAt = epochMs(Math.trunc(now())); ; writtenAt = epochMs(writtenAt + 1)) {
      const packed = encodeLooks(outcomes, writtenAt);
      if (await putLooks({ place, shard, writtenAt, planVersion, packed, details })) return;
    }
  };
  const track = (work: Promise<void>): void => {
    const tracked: Promise<void> = work
      .catch((error) => void failed.push(error))
      .finally(() => void writing.delete(tracked));
    writing.add(tracked);
  };
  const flush = (shard: number): void => {
    const looks = waiting.get(shard);
    waiting.delete(shard);
    if (looks) track(put(shard, looks));
  };
  const add = (shard: number, look: NewLook): boolean => {
    const before = waiting.get(shard);
    if (before) before.push(look);
    else waiting.set(shard, [look]);
    return before === undefined;
  };
  return {
    write: (shard, look) => {
      if (add(shard, look)) sleep(gatherMs).then(() => flush(shard));
    },
    writeNow: (shard, look) => {
      add(shard, look);
      flush(shard);
    },
    done: async () => {
      for (const shard of [...waiting.keys()]) flush(shard);
      while (writing.size > 0) await Promise.all(writing);
      if (failed.length > 0) throw new AggregateError(failed, `${failed.length} items of looks were not stored`);
    },
  };
};
