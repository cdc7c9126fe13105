/** One run of a roster: every due check probed at once, each on its own. */
import { type EpochMs, epochMs } from '../time/span.ts';
import type { Check, Probe, Verdict } from './check.ts';
import { isDue, type Roster } from './roster.ts';
import { paceMs } from './run.ts';

/** A deadline that somebody else's clock keeps. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly cancel: () => void;
}

export interface ProbeRosterOptions {
  readonly roster: Roster;
  /** The minute that this run answers for. */
  readonly scheduledAt: EpochMs;
  readonly probe: Probe;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborts its signal after so many milliseconds unless it was cancelled. */
  readonly deadline: (ms: number) => Deadline;
}

export interface ProbedRun {
  readonly startedAt: EpochMs;
  /** In the roster's order; none where no probe was due. */
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** What a probe may take past its deadline to say what it was waiting for (`performance.md` P7). */
const graceMs = 250;

const unknown = (detail: string): Verdict => ({ state: 'unknown', detail });

/**
 * Probes every due slot. Starts are paced `paceMs` apart by slot, late ones catch up, and nothing limits how many run
 * at once: a hanging endpoint costs the others nothing. A probe that throws or outstays its deadline is `unknown`,
 * because that is Vigie's fault and never the endpoint's; no probe can end another's.
 */
export const probeRoster = async (options: ProbeRosterOptions): Promise<ProbedRun> => {
  const { roster, scheduledAt, now, sleep } = options;
  const startedAt = epochMs(Math.trunc(now()));
  const running: Promise<void>[] = [];
  const verdicts = new Array<Verdict | undefined>(roster.slots.length).fill(undefined);
  for (const [slot, check] of roster.slots.entries()) {
    if (!isDue(check, scheduledAt)) continue;
    const early = startedAt + slot * paceMs - now();
    if (early > 0) await sleep(early);
    running.push(
      attempt(check, options).then((verdict) => {
        verdicts[slot] = verdict;
      }),
    );
  }
  await Promise.all(running);
  return { startedAt, verdicts };
};

/** Never rejects. */
const attempt = async (check: Check, { probe, deadline, sleep }: ProbeRosterOptions): Promise<Verdict> => {
  const { signal, cancel } = deadline(check.timeoutMs);
  const overstayed = new Promise<Verdict>((resolve) => {
    signal.addEventListener(
      'abort',
      () =>
        sleep(graceMs).then(() => resolve(unknown(`the probe did not end by its deadline of ${check.timeoutMs} ms`))),
      { once: true },
    );
  });
  try {
    return await Promise.race([probe(check, signal), overstayed]);
  } catch (error) {
    return unknown(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    cancel();
  }
};
