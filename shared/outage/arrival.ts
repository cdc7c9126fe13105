/** What reaches detection: a run or looks, of any place and in any order, as samples that each have their own instant. */
import type { Check } from '../probe/check.ts';
import { decodeLooks, looksVersion } from '../probe/looks.ts';
import { decodeRun, type Outcome, runVersion, sampleAt } from '../probe/run.ts';
import type { StoredLooks, StoredRun } from '../probe/runs.ts';
import type { EpochMs } from '../time/span.ts';

/** One sample. */
export interface Seen {
  /** Of the roster under the arrival's plan. */
  readonly slot: number;
  readonly at: EpochMs;
  readonly outcome: Exclude<Outcome, { state: 'not-due' }>;
  /** Why it failed, in words. */
  readonly detail?: string | undefined;
}

export interface Arrival {
  readonly kind: 'run' | 'looks';
  readonly place: string;
  readonly shard: number;
  readonly planVersion: string;
  /** When the run began, or the looks were written. */
  readonly at: EpochMs;
  /** In order of time for each slot. */
  readonly seen: readonly Seen[];
}

export const arrivalOfRun = ({ place, shard, planVersion, startedAt, codes }: StoredRun): Arrival => ({
  ...{ kind: 'run', place, shard, planVersion, at: startedAt },
  seen: decodeRun(runVersion, codes).flatMap((outcome, slot) =>
    outcome.state === 'not-due' ? [] : [{ slot, at: sampleAt(startedAt, slot), outcome }],
  ),
});

/** Longer than what a probe writes; not longer than what a notice and a state have room for. */
const mostDetail = 200;
const inALine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, mostDetail);

export const arrivalOfLooks = ({ place, shard, planVersion, writtenAt, packed, details }: StoredLooks): Arrival => ({
  ...{ kind: 'looks', place, shard, planVersion, at: writtenAt },
  seen: decodeLooks(looksVersion, packed, writtenAt)
    .map(({ slot, at, outcome }) => ({ slot, at, outcome, detail: details?.[slot] && inALine(details[slot]) }))
    .sort((a, b) => a.at - b.at),
});

/** The same in the slots of another roster, without what is not in it. */
export const inSlotsOf = (slots: readonly Check[], arrival: Arrival, own: readonly Check[]): Arrival => {
  if (own === slots) return arrival;
  const slotOf = new Map(slots.map(({ id }, slot) => [id, slot]));
  return {
    ...arrival,
    seen: arrival.seen.flatMap((sample) => {
      const slot = slotOf.get(own[sample.slot]?.id ?? '');
      return slot === undefined ? [] : [{ ...sample, slot }];
    }),
  };
};

/**
 * Without the failures that were found over before an instant, by others in the same slots: looks that took longer than the
 * next round, and rounds of an old plan that come after those of the new one. Detection remembers no endpoint that is up, so
 * it cannot know by itself that such a failure comes too late.
 */
export const withoutOvertaken = (late: Arrival, others: readonly Arrival[], before: EpochMs = late.at): Arrival => {
  const later = others
    .filter(({ at }) => at <= Math.max(late.at, before))
    .flatMap(({ seen }) => seen.filter(({ outcome }) => outcome.state === 'up'));
  const upAt = new Map<number, EpochMs>();
  for (const { slot, at } of later) if (at > (upAt.get(slot) ?? 0)) upAt.set(slot, at);
  return {
    ...late,
    seen: late.seen.filter(({ slot, at, outcome }) => outcome.state !== 'down' || at >= (upAt.get(slot) ?? 0)),
  };
};
