/** Evidence of one place is a set of samples: the order, repetition and overlap of its segments change nothing. */
import { type EpochMs, epochMs } from '../time/span.ts';
import type { EvidenceSegment } from './evidence.ts';

const isSame = (a: EvidenceSegment, b: EvidenceSegment): boolean =>
  a.firstAt === b.firstAt && a.lastAt === b.lastAt && a.state === b.state && a.count === b.count;

/** The instants of a segment's samples: evenly spread between its first and its last. */
const instantsOf = ({ firstAt, lastAt, count }: EvidenceSegment): EpochMs[] => {
  const step = count === 1 ? 0 : (lastAt - firstAt) / (count - 1);
  return Array.from({ length: count }, (_, n) => epochMs(Math.round(firstAt + n * step)));
};

/** Every sample by itself where they lie further apart than one reaches. */
export const withinReach = (segment: EvidenceSegment, reachMs: number): EvidenceSegment[] => {
  const { firstAt, lastAt, count, state } = segment;
  if (reachMs === 0 || count === 1 || lastAt - firstAt <= reachMs * (count - 1)) return [segment];
  return instantsOf(segment).map((at) => ({ firstAt: at, lastAt: at, state, count: 1 }));
};

/** One sample for an instant. Verdicts that contradict each other are a fault of ours, so nobody's downtime. */
const merged = (overlapping: readonly EvidenceSegment[]): EvidenceSegment[] => {
  const verdicts = new Map<EpochMs, Set<EvidenceSegment['state']>>();
  for (const segment of overlapping)
    for (const at of instantsOf(segment)) verdicts.set(at, (verdicts.get(at) ?? new Set()).add(segment.state));
  return [...verdicts]
    .sort(([a], [b]) => a - b)
    .map(([at, said]) => {
      const known = [...said].filter((state) => state !== 'unknown');
      const state = known.length === 1 ? (known[0] ?? 'unknown') : 'unknown';
      return { firstAt: at, lastAt: at, state, count: 1 };
    });
};

/** Sorted and apart; only segments that overlap are taken apart. */
export const sampleSet = (segments: readonly EvidenceSegment[]): readonly EvidenceSegment[] => {
  const isApart = segments.every(({ firstAt }, i) => i === 0 || (segments[i - 1] as EvidenceSegment).lastAt < firstAt);
  if (isApart) return segments;
  const groups: EvidenceSegment[][] = [];
  let reached = Number.NEGATIVE_INFINITY;
  for (const segment of [...segments].sort((a, b) => a.firstAt - b.firstAt)) {
    const group = groups.at(-1);
    if (!group || segment.firstAt > reached) groups.push([segment]);
    else if (!group.some((other) => isSame(other, segment))) group.push(segment);
    reached = Math.max(reached, segment.lastAt);
  }
  return groups.flatMap((group) => (group.length === 1 ? group : merged(group)));
};
