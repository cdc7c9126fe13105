/** A round of the fast lane, stored: what is certain as a run, and what is not handed to the slow lane. */
import type { EpochMs } from '../time/span.ts';
import type { Verdict } from './check.ts';
import type { Network } from './connectivity.ts';
import { openLookWriter } from './look-writer.ts';
import { encodeRun } from './run.ts';
import { type ProbeRosterOptions, probeRoster, type Suspect } from './run-checks.ts';
import type { Runs } from './runs.ts';

/**
 * Endpoints in one invocation of the slow lane. It has a tenth of a processor: so many handshakes are two seconds of it,
 * spread over as many, and leave each endpoint its whole timeout.
 */
export const mostInARecheck = 256;

export interface RoundOptions extends ProbeRosterOptions {
  readonly place: string;
  readonly planVersion: string;
  readonly network: Network;
  readonly runs: Pick<Runs, 'putOnce' | 'putLooks'>;
  /** Gives so many suspects to the slow lane. Where it throws, what the fast lane saw is stored. */
  readonly handOver: (suspects: readonly Suspect[], part: number, startedAt: EpochMs) => Promise<void>;
}

export interface Round {
  readonly slots: number;
  /** False where this round had its run already: then nothing else was done either. */
  readonly written: boolean;
  readonly handedOver: number;
  /** Why suspects were not handed over. */
  readonly refused: readonly unknown[];
}

export const inParts = <T>(all: readonly T[], most: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most));

const untried: Verdict = { state: 'unknown', detail: 'left to the slow lane, which did not take it' };

/**
 * The run first: whoever finds the round taken hands nothing over, so that an event that comes twice leaves one sample
 * of each endpoint. A process that dies between the two leaves suspects without a sample, never with a wrong one.
 */
export const runRound = async ({
  place,
  planVersion,
  network,
  runs,
  handOver,
  ...round
}: RoundOptions): Promise<Round> => {
  const { roster, scheduledAt, now, sleep } = round;
  const { shard } = roster;
  const { startedAt, verdicts, suspects } = await probeRoster(round);
  const suspected = new Set(suspects.flatMap(({ slot, first }) => (first === 'judged' ? [] : [slot])));
  // First what vouches for the network that failures are doubted for.
  for (const [slot, check] of roster.slots.entries()) network.heard(check, verdicts[slot]);
  const judged = roster.slots.map(async (check, slot) => {
    const verdict = suspected.has(slot) ? undefined : verdicts[slot];
    return verdict && network.judge(check, verdict);
  });
  const codes = encodeRun(await Promise.all(judged));
  const written = await runs.putOnce({ place, shard, scheduledAt, startedAt, planVersion, codes });
  if (!written) return { slots: codes.length, written, handedOver: 0, refused: [] };

  const parts = inParts(suspects, mostInARecheck);
  const handed = await Promise.allSettled(parts.map((part, index) => handOver(part, index, startedAt)));
  const kept = parts.filter((_, index) => handed[index]?.status === 'rejected').flat();
  if (kept.length > 0) {
    const writer = openLookWriter({ place, planVersion, putLooks: runs.putLooks, now, sleep });
    for (const { slot, at, first } of kept) {
      const check = roster.slots[slot];
      const own = first === 'failed' ? verdicts[slot] : untried; // a fast deadline is nobody's downtime
      if (!check || !own || first === 'judged') continue;
      writer.write(shard, { slot, at, verdict: await network.judge(check, own) });
    }
    await writer.done();
  }
  const refused = handed.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  return { slots: codes.length, written, handedOver: suspects.length - kept.length, refused };
};
