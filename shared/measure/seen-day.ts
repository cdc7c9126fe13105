/**
 * Every endpoint's day, from the rounds and the looks of one place. Days are apart where nothing but rounds was made; a
 * look that was written after midnight may lie among the samples of the day before, and then both days' segments break
 * there, so that together they are what one row of samples would have given.
 */
import type { Sample } from '../probe/check.ts';
import { type Look, sampleOfLook } from '../probe/looks.ts';
import type { Roster } from '../probe/roster.ts';
import { sampleAt, stateOf } from '../probe/run.ts';
import { type PackedRun, type Segment, segmentsOf, segmentsOfRuns } from './segments.ts';

export interface SeenEndpoint {
  /** Of the newest plan that probed it that day. */
  readonly everyMs: number;
  readonly segments: readonly Segment[];
}

export type SeenDay = ReadonlyMap<string, SeenEndpoint>;

/** What one roster of one plan was seen to do. */
export interface Track {
  readonly roster: Roster;
  readonly runs: readonly PackedRun[];
  readonly looks: readonly Look[];
}

interface Part {
  readonly track: Track;
  readonly slot: number;
}

const samplesOf = ({ track, slot }: Part): Sample[] => [
  ...track.runs.flatMap(({ startedAt, codes }) => {
    const state = stateOf(codes[slot]);
    return state ? [{ at: sampleAt(startedAt, slot), state }] : [];
  }),
  ...track.looks.filter((look) => look.slot === slot).map(sampleOfLook),
];

const partsOf = (tracks: readonly Track[]): Map<string, Part[]> => {
  const parts = new Map<string, Part[]>();
  for (const track of tracks)
    for (const [slot, { id }] of track.roster.slots.entries()) {
      const known = parts.get(id);
      if (known) known.push({ track, slot });
      else parts.set(id, [{ track, slot }]);
    }
  return parts;
};

const idsOfLooks = (tracks: readonly Track[]): string[] =>
  tracks.flatMap(({ roster, looks }) => looks.flatMap(({ slot }) => roster.slots[slot]?.id ?? []));

/** Whether some round beside a day, late or early, began among the day's own. */
const roundsCross = (own: readonly Track[], beside: readonly Track[]): boolean => {
  const starts = own.flatMap(({ runs }) => runs.map(({ startedAt }) => startedAt));
  const [first, last] = starts.reduce(
    ([least, most], at) => [Math.min(least, at), Math.max(most, at)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return beside.some(({ runs }) => runs.some(({ startedAt }) => first <= startedAt && startedAt <= last));
};

/** Segments of several rosters are put together where each ends before the next begins. */
const inOrder = (segments: readonly (readonly Segment[])[]): Segment[] | undefined => {
  const all = segments.flat().sort((a, b) => a.firstAt - b.firstAt);
  return all.every(({ firstAt }, i) => i === 0 || (all[i - 1] as Segment).lastAt < firstAt) ? all : undefined;
};

const intervalOf = ({ track, slot }: Part): number => track.roster.slots[slot]?.everyMs ?? 0;

const newestOf = (parts: readonly Part[]): Part => {
  const lastOf = (part: Part) => Math.max(...samplesOf(part).map(({ at }) => at));
  return parts.length === 1 ? (parts[0] as Part) : parts.reduce((a, b) => (lastOf(b) > lastOf(a) ? b : a));
};

/**
 * @param own     what belongs to the day
 * @param beside  what belongs to the days before and after it, as far as it may lie among the day's own
 */
export const seenDay = (own: readonly Track[], beside: readonly Track[]): SeenDay => {
  const fast = new Map(own.map((track) => [track, segmentsOfRuns(track.runs, track.roster)]));
  const looked = new Set(idsOfLooks([...own, ...beside]));
  const crossed = roundsCross(own, beside);
  const partsBeside = partsOf(beside);

  /** The obvious road: all samples, one by one. */
  const slowly = (id: string, parts: readonly Part[]): Segment[] => {
    const others = (partsBeside.get(id) ?? []).flatMap(samplesOf).map(({ at }) => at);
    const everyMs = Math.min(...parts.map(intervalOf)); // a segment too many loses nothing
    return segmentsOf(
      parts.flatMap(samplesOf),
      everyMs,
      others.sort((a, b) => a - b),
    );
  };

  const seen = new Map<string, SeenEndpoint>();
  for (const [id, parts] of partsOf(own)) {
    const quickly =
      crossed || looked.has(id) ? undefined : inOrder(parts.map(({ track, slot }) => fast.get(track)?.[slot] ?? []));
    const segments = quickly ?? slowly(id, parts);
    if (segments.length > 0) seen.set(id, { everyMs: intervalOf(newestOf(parts)), segments });
  }
  return seen;
};
