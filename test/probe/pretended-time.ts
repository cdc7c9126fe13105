/** A clock that moves only when everybody waits: sleepers wake in order, at once. */
export const pretendedTime = (start: number) => {
  let at = start;
  let order = 0;
  const sleepers: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];
  const later = (ms: number, wake: () => void) => {
    const sleeper = { at: at + Math.max(0, ms), order: order++, wake };
    sleepers.push(sleeper);
    return sleeper;
  };
  const drop = (sleeper: (typeof sleepers)[number]): void => {
    const index = sleepers.indexOf(sleeper);
    if (index >= 0) sleepers.splice(index, 1);
  };
  return {
    now: () => at,
    sleep: (ms: number) => new Promise<void>((resolve) => void later(ms, resolve)),
    deadline: (ms: number) => {
      const controller = new AbortController();
      const sleeper = later(ms, () => controller.abort());
      return { signal: controller.signal, cancel: () => drop(sleeper) };
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
        const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
          (first, one) =>
            !first || one.at < first.at || (one.at === first.at && one.order < first.order) ? one : first,
          undefined,
        );
        if (!next) throw new Error('everybody waits and nobody will wake');
        drop(next);
        at = Math.max(at, next.at);
        next.wake();
      }
    },
  };
};
export type PretendedTime = ReturnType<typeof pretendedTime>;
