/** The fast lane: one pass over a roster, every due check probed at once, each on its own. */
import { type EpochMs, epochMs } from '../time/span.ts';
import { type Attempting, attempt } from './attempt.ts';
import type { Check, Verdict } from './check.ts';
import { isFollowed, type LeftOut } from './failing.ts';
import type { Pace } from './pace.ts';
import { isDue, type Roster } from './roster.ts';
import { paceMs, sampleAt } from './run.ts';

export interface ProbeRosterOptions extends Attempting {
  readonly roster: Roster;
  /** The instant that this run answers for. */
  readonly scheduledAt: EpochMs;
  /** What is known of each endpoint's speed. @default nothing is handed over late: each has its whole timeout */
  readonly pace?: Pace;
  /** Those that fail already: the slow lane has them, while it follows them. */
  readonly leaveOut?: readonly LeftOut[];
}

/** A slot that the fast lane leaves to the slow lane. */
export interface Suspect {
  readonly slot: number;
  readonly at: EpochMs;
  /**
   * What the first attempt came to: it failed, the fast deadline cut it, or an endpoint that is slow was not tried. `judged`:
   * it failed, and is a sample and an outage already, whose end is to be seen.
   */
  readonly first: 'failed' | 'late' | 'none' | 'judged';
}

export interface ProbedRun {
  readonly startedAt: EpochMs;
  /** In the roster's order, those of suspects included; none where nothing was probed. */
  readonly verdicts: readonly (Verdict | undefined)[];
  readonly suspects: readonly Suspect[];
}

/**
 * Probes every due slot. Starts are paced `paceMs` apart by slot, and further where the process does not keep up; late ones
 * catch up. Nothing limits how many run at once: a hanging endpoint costs the others nothing, and the run no more than the
 * fast deadline.
 */
export const probeRoster = async (options: ProbeRosterOptions): Promise<ProbedRun> => {
  const { roster, scheduledAt, pace, leaveOut, now, sleep } = options;
  const startedAt = epochMs(Math.trunc(now()));
  const running: Promise<void>[] = [];
  const verdicts = new Array<Verdict | undefined>(roster.slots.length).fill(undefined);
  const suspects: Suspect[] = [];
  const left = new Map(leaveOut?.map((one) => [one.id, one]));
  const probeSlot = async (slot: number, check: Check, allowedMs: number): Promise<void> => {
    const { verdict, late, tookMs } = await attempt(check, allowedMs, options);
    verdicts[slot] = verdict;
    const cut = late && allowedMs < check.timeoutMs;
    if (verdict.state === 'up') pace?.answered(check.id, tookMs);
    else if (cut) pace?.missed(check.id, now());
    const first = firstOf(check, verdict, cut);
    if (first) suspects.push({ slot, at: sampleAt(startedAt, slot), first });
  };
  for (const [slot, check] of roster.slots.entries()) {
    if (!isDue(check, scheduledAt)) continue;
    const known = left.get(check.id);
    if (known && isFollowed(check, known, scheduledAt)) {
      pace?.forget(check.id);
      continue;
    }
    const allowedMs = pace ? pace.allowedMs(check, now()) : check.timeoutMs;
    if (allowedMs === undefined) {
      suspects.push({ slot, at: sampleAt(startedAt, slot), first: 'none' });
      continue;
    }
    const early = startedAt + slot * paceMs - now();
    if (early > 0) await sleep(early);
    running.push(probeSlot(slot, check, allowedMs));
  }
  await Promise.all(running);
  return { startedAt, verdicts, suspects: suspects.sort((a, b) => a.slot - b.slot) };
};

const firstOf = (check: Check, { state }: Verdict, cut: boolean): Suspect['first'] | undefined => {
  if (state === 'up') return undefined;
  if (cut) return 'late';
  if (check.retryMs > 0) return 'failed';
  return state === 'down' && check.confirm === 1 ? 'judged' : undefined;
};
