/** What was lost, and what nobody knows: a step function of time, and how several make one. */
import type { Compose } from '../contract/compose.ts';
import { compare, type Fraction, fraction, one, zero } from '../money/fraction.ts';
import { type EpochMs, type Interval, noSpans, type Spans, spans, subtract, union } from '../time/span.ts';

/** A time in which this share, above 0 and at most 1, of the whole was down. */
export interface Loss extends Interval {
  readonly share: Fraction;
}

/** Losses are sorted and disjoint, and touch only where the share changes. No loss is unknown. */
export interface Timeline {
  readonly losses: readonly Loss[];
  readonly unknown: Spans;
}

export const wholly = (down: Spans): readonly Loss[] => down.map(({ start, end }) => ({ start, end, share: one }));

export const lossSpans = (losses: readonly Loss[]): Spans => spans(losses);

/** Losses cut to a set. */
export const within = (losses: readonly Loss[], set: Spans): Loss[] => {
  const kept: Loss[] = [];
  let j = 0;
  for (const { start, end, share } of losses) {
    while (j < set.length && (set[j] as Interval).end <= start) j++;
    for (let k = j; k < set.length && (set[k] as Interval).start < end; k++) {
      const cut = set[k] as Interval;
      kept.push({
        start: cut.start > start ? cut.start : start,
        end: cut.end < end ? cut.end : end,
        share,
      });
    }
  }
  return kept;
};

/** Maximal stretches with some loss: one outage each, however its depth changes. */
export const outagesOf = (
  losses: readonly Loss[],
): { readonly start: EpochMs; readonly end: EpochMs; readonly losses: readonly Loss[] }[] => {
  const outages: { start: EpochMs; end: EpochMs; losses: Loss[] }[] = [];
  for (const loss of losses) {
    const last = outages.at(-1);
    if (last && last.end === loss.start) {
      last.end = loss.end;
      last.losses.push(loss);
    } else outages.push({ start: loss.start, end: loss.end, losses: [loss] });
  }
  return outages;
};

/** Between two changes of any part: what each of them lost there, at least and at most. */
interface Doubt {
  readonly least: Fraction;
  readonly most: Fraction;
}
const nothing: Doubt = { least: zero, most: zero };
const anything: Doubt = { least: zero, most: one };

/** Walks along one timeline; instants must be asked in order. */
const reader = ({ losses, unknown }: Timeline): ((at: EpochMs) => Doubt) => {
  const doubts = losses.map(({ share }) => ({ least: share, most: share }));
  let [i, j] = [0, 0];
  return (at) => {
    while (i < losses.length && (losses[i] as Loss).end <= at) i++;
    while (j < unknown.length && (unknown[j] as Interval).end <= at) j++;
    const [loss, gap] = [losses[i], unknown[j]];
    if (loss && loss.start <= at) return doubts[i] ?? nothing;
    return gap && gap.start <= at ? anything : nothing;
  };
};

/** What the parts lose together, from what each loses: decided once for every stretch without a change. */
const combine = (parts: readonly Timeline[], decide: (doubts: readonly Doubt[]) => Doubt): Timeline => {
  const changing = new Map<EpochMs, Set<number>>(); // which parts, at each instant
  for (const [i, { losses, unknown }] of parts.entries()) {
    const note = (at: EpochMs) => changing.get(at)?.add(i) ?? changing.set(at, new Set([i]));
    for (const { start, end } of [...losses, ...unknown]) {
      note(start);
      note(end);
    }
  }
  const instants = [...changing.keys()].sort((a, b) => a - b);
  const readers = parts.map(reader);
  const doubts: Doubt[] = parts.map(() => nothing);
  const losses: Loss[] = [];
  const gaps: Interval[] = [];
  for (let i = 0; i + 1 < instants.length; i++) {
    const [start, end] = [instants[i] as EpochMs, instants[i + 1] as EpochMs];
    for (const part of changing.get(start) ?? []) doubts[part] = readers[part]?.(start) ?? nothing;
    const { least, most } = decide(doubts);
    if (compare(least, most) !== 0) gaps.push({ start, end });
    else if (least.n > 0n) {
      const last = losses.at(-1);
      if (last && last.end === start && compare(last.share, least) === 0) {
        losses[losses.length - 1] = { ...last, end };
      } else losses.push({ start, end, share: least });
    }
  }
  return { losses, unknown: spans(gaps) };
};

/** At least k up: the service loses what its k-th best part loses, and doubt is carried through on both sides. */
const kthBest =
  (k: number) =>
  (doubts: readonly Doubt[]): Doubt => {
    // Of a hundred parts few lose anything at any instant; the others come first and need no sorting.
    const harmed = doubts.filter((doubt) => doubt !== nothing);
    const first = k - 1 - (doubts.length - harmed.length);
    const rank = (side: keyof Doubt): Fraction =>
      first < 0 ? zero : (harmed.map((doubt) => doubt[side]).sort(compare)[first] ?? one);
    return { least: rank('least'), most: rank('most') };
  };

const mean =
  (weights: readonly number[]) =>
  (doubts: readonly Doubt[]): Doubt => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const side = (name: keyof Doubt): Fraction =>
      doubts.reduce((sum, doubt, i) => {
        const { n, d } = doubt[name];
        return n === 0n ? sum : fraction(sum.n * d + BigInt(weights[i] ?? 0) * n * sum.d, sum.d * d);
      }, zero);
    const [least, most] = [side('least'), side('most')];
    return { least: fraction(least.n, least.d * BigInt(total)), most: fraction(most.n, most.d * BigInt(total)) };
  };

/** Of outages that overlap, directly or through others, only the longest is kept; of equals the earliest. */
const longest = (parts: readonly Timeline[]): Timeline => {
  const all = parts.flatMap(({ losses }) => outagesOf(losses)).sort((a, b) => a.start - b.start);
  const kept: (typeof all)[number][] = [];
  let reach = Number.NEGATIVE_INFINITY;
  for (const outage of all) {
    const best = kept.at(-1);
    if (!best || outage.start >= reach) kept.push(outage);
    else if (outage.end - outage.start > best.end - best.start) kept[kept.length - 1] = outage;
    reach = Math.max(reach, outage.end);
  }
  const losses = kept.flatMap((outage) => outage.losses);
  return { losses, unknown: subtract(union(...parts.map(({ unknown }) => unknown)), lossSpans(losses)) };
};

/** The timeline of a service from those of its endpoints. */
export const compose = (rule: Compose, leaf: (id: string) => Timeline): Timeline => {
  if (rule.kind === 'endpoint') return leaf(rule.id);
  if (rule.kind === 'weighted') {
    const parts = rule.of.map(({ part }) => compose(part, leaf));
    return combine(parts, mean(rule.of.map(({ weight }) => weight)));
  }
  const parts = rule.of.map((part) => compose(part, leaf));
  const only = parts[0];
  if (parts.length === 1 && only && (rule.kind !== 'at-least' || rule.count === 1)) return only;
  switch (rule.kind) {
    case 'all':
      return combine(parts, kthBest(parts.length));
    case 'any':
      return combine(parts, kthBest(1));
    case 'at-least':
      return combine(parts, kthBest(rule.count));
    case 'longest':
      return longest(parts);
    case 'pooled':
      throw new Error('pooled parts are measured one by one');
  }
};

/** Time that is lost by agreement, whatever was seen in it: it becomes part of the outages beside it. */
export const alsoLost = ({ losses, unknown }: Timeline, lost: Spans): Timeline => {
  if (lost.length === 0) return { losses, unknown };
  const known = [losses, wholly(lost)].map((part) => ({ losses: part, unknown: noSpans }));
  return { losses: combine(known, kthBest(2)).losses, unknown: subtract(unknown, lost) };
};
