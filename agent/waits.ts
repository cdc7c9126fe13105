/** Waits that something else can end: a bell that is rung, or the end of the process. They leave nothing behind them. */
export interface Waits {
  /** At once where the bell was rung since the last pause. */
  pause(ms: number): Promise<void>;
  ring(): void;
  /** Ends all pauses, those to come too. */
  end(): void;
}

export const openWaits = (sleep: (ms: number) => Promise<void>): Waits => {
  const waiting = new Set<() => void>();
  let [rung, ended] = [false, false];
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  return {
    pause: (ms) => {
      const atOnce = rung || ended;
      rung = false;
      if (atOnce) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        void sleep(ms).then(wake);
      });
    },
    ring: () => {
      rung = waiting.size === 0;
      wakeAll();
    },
    end: () => {
      ended = true;
      wakeAll();
    },
  };
};
