import { openTurns } from '../../shared/probe/turns.ts';

/**
 * A clock that moves only when everybody waits: sleepers wake in order, at once. Whoever works keeps the others waiting, as
 * in a process that does one thing at a time.
 */
export const pretendedTime = (start: number) => {
  let at = start;
  let busyMs = 0;
  let order = 0;
  /** Until when what was due is ready: sleepers wake before those who yielded go on. */
  let readyUntil = start;
  const sleepers: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];
  const yielding: (() => void)[] = [];
  const later = (ms: number, wake: () => void) => {
    const sleeper = { at: at + Math.max(0, ms), order: order++, wake };
    sleepers.push(sleeper);
    return sleeper;
  };
  const drop = (sleeper: (typeof sleepers)[number]): void => {
    const index = sleepers.indexOf(sleeper);
    if (index >= 0) sleepers.splice(index, 1);
  };
  const wakeOne = (): void => {
    const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
      (first, one) => (!first || one.at < first.at || (one.at === first.at && one.order < first.order) ? one : first),
      undefined,
    );
    const go = next && next.at <= readyUntil ? undefined : yielding.shift();
    if (go) {
      go();
      readyUntil = at;
      return;
    }
    if (!next) throw new Error('everybody waits and nobody will wake');
    drop(next);
    at = Math.max(at, next.at);
    readyUntil = Math.max(readyUntil, next.at);
    next.wake();
  };
  return {
    now: () => at,
    sleep: (ms: number) => new Promise<void>((resolve) => void later(ms, resolve)),
    deadline: (ms: number) => {
      const controller = new AbortController();
      const sleeper = later(ms, () => controller.abort());
      return { signal: controller.signal, cancel: () => drop(sleeper) };
    },
    turn: openTurns({
      now: () => at,
      busyMs: () => busyMs,
      yielded: (go) => void yielding.push(go),
      later,
    }),
    work: (ms: number): void => {
      at += ms;
      busyMs += ms;
    },
    async untilDone<T>(work: Promise<T>): Promise<T> {
      let done = false;
      const end = () => {
        done = true;
      };
      work.then(end, end);
      for (;;) {
        await new Promise(setImmediate); // everything that can go on without the clock has gone on
        if (done) return work;
        wakeOne();
      }
    },
  };
};
export type PretendedTime = ReturnType<typeof pretendedTime>;
