/** One attempt, and the clock that ends it. */
import { type EpochMs, epochMs } from '../time/span.ts';
import type { Check, Probe, Verdict } from './check.ts';
import type { Leave } from './turns.ts';

/** A deadline that somebody else's clock keeps. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly cancel: () => void;
}

/** What an attempt needs of the world. */
export interface Attempting {
  readonly probe: Probe;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Waits until the process can begin one more and still keep up. */
  readonly turn: () => Promise<Leave>;
  /** Aborts its signal after so many milliseconds unless it was cancelled. */
  readonly deadline: (ms: number) => Deadline;
}

export interface Attempt {
  readonly at: EpochMs;
  readonly tookMs: number;
  /** Whether the deadline ended it. */
  readonly late: boolean;
  readonly verdict: Verdict;
}

/** What a probe may take past its deadline to say what it was waiting for (`performance.md` P7). */
const graceMs = 250;

const unknown = (detail: string): Verdict => ({ state: 'unknown', detail });

/**
 * Never rejects. A probe that throws or outstays its deadline is `unknown`, because that is Vigie's fault and never the
 * endpoint's; no probe can end another's.
 */
export const attempt = async (
  check: Check,
  allowedMs: number,
  { probe, now, sleep, turn, deadline }: Attempting,
): Promise<Attempt> => {
  const leave = await turn();
  const startedAt = now();
  const { signal, cancel } = deadline(allowedMs);
  const overstayed = new Promise<Verdict>((resolve) => {
    signal.addEventListener(
      'abort',
      () => sleep(graceMs).then(() => resolve(unknown(`the probe did not end by its deadline of ${allowedMs} ms`))),
      { once: true },
    );
  });
  const ended = (verdict: Verdict): Attempt => ({
    at: epochMs(Math.trunc(startedAt)),
    tookMs: now() - startedAt,
    late: signal.aborted,
    verdict,
  });
  try {
    const allowed = allowedMs === check.timeoutMs ? check : { ...check, timeoutMs: allowedMs };
    return ended(await Promise.race([probe(allowed, signal), overstayed]));
  } catch (error) {
    return ended(unknown(error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
  } finally {
    cancel();
    leave();
  }
};
