/** Which outages count, and how much of each. */
import type { Granularity, TimeMeasure } from '../contract/terms.ts';
import { add, type Fraction, fraction, parseFraction, times, zero } from '../money/fraction.ts';
import { datesIn, instantOf } from '../time/calendar.ts';
import { type EpochMs, epochMs, type Interval, intersect, type Spans, spans, subtract, totalMs } from '../time/span.ts';
import { type Loss, lossSpans, outagesOf, type Timeline, within } from './timeline.ts';

export interface CountedOutage extends Interval {
  readonly verdict: 'counted' | 'short' | 'excluded';
  readonly pieces: readonly Loss[];
  readonly countedMs: Fraction;
}

/** What maintenance and exclusions leave of an outage that is long enough, whichever period it lies in. */
export interface LastingOutage {
  readonly start: EpochMs;
  readonly pieces: readonly Interval[];
}

export interface Judgement {
  readonly span: Interval;
  readonly zone: string;
  /** What counts in the span, and what is excused wherever it lies. */
  readonly open: Spans;
  readonly excused: Spans;
}

/** Drops the first so many ms. */
const after = (losses: readonly Loss[], ms: number): Loss[] => {
  let left = ms;
  return losses.flatMap((loss) => {
    const start = epochMs(Math.min(loss.start + left, loss.end));
    left -= start - loss.start;
    return start < loss.end ? [{ ...loss, start }] : [];
  });
};

const lengthMs = (losses: readonly Interval[]): number => losses.reduce((sum, { start, end }) => sum + end - start, 0);

/** Whole bigint arithmetic only where an outage weighs less than all. */
export const weighedMs = (losses: readonly Loss[], rounded: (ms: number) => number): Fraction => {
  let whole = 0;
  let shares = zero;
  for (const { start, end, share } of losses) {
    const ms = rounded(end - start);
    if (share.n === share.d) whole += ms;
    else shares = add(shares, times(share, fraction(ms)));
  }
  return shares === zero ? fraction(whole) : add(fraction(whole), shares);
};

const roundedPiece = (granularity: Granularity): ((ms: number) => number) => {
  if (granularity.kind !== 'pieces') return (ms) => ms;
  const { unitMs, round } = granularity;
  const into = { down: Math.floor, up: Math.ceil, nearest: Math.round }[round];
  return (ms) => into(ms / unitMs) * unitMs;
};

/** The buckets that pieces touch, each once, with what of it was lost by the contract's rule. */
const lostBuckets = (
  pieces: Spans,
  rule: Extract<Granularity, { kind: 'buckets' }>,
  origins: readonly EpochMs[],
  open: Spans,
): Spans => {
  const lost: Interval[] = [];
  let done: number = Number.NEGATIVE_INFINITY;
  for (const { start, end } of pieces) {
    const origin = origins.findLast((at) => at <= start) ?? start;
    let from = origin + Math.floor((start - origin) / rule.ms) * rule.ms;
    for (; from < end; from += rule.ms) {
      if (from <= done) continue;
      done = from;
      const bucket = { start: epochMs(from), end: epochMs(from + rule.ms) };
      const downMs = totalMs(intersect(pieces, spans([bucket])));
      const bad =
        rule.bad === 'any'
          ? downMs > 0
          : rule.bad === 'throughout'
            ? downMs === rule.ms
            : (({ n, d }) => BigInt(downMs) * d >= n * BigInt(rule.ms))(parseFraction(rule.bad.share));
      if (bad) lost.push(bucket);
    }
  }
  return intersect(spans(lost), open);
};

/** What each bucket rule loses replaces what the outages measured; a bucket that two share is lost to the earlier. */
const inBuckets = (
  counted: readonly CountedOutage[],
  rule: Extract<Granularity, { kind: 'buckets' }>,
  { span, zone, open }: Judgement,
): CountedOutage[] => {
  const origins =
    rule.align === 'period' ? [span.start] : datesIn(span, zone).map((date) => instantOf(date, '00:00', zone));
  let rest = lostBuckets(spans(counted.flatMap(({ pieces }) => pieces)), rule, origins, open);
  return counted.map((outage) => {
    const own = intersect(rest, lostBuckets(spans(outage.pieces), { ...rule, bad: 'any' }, origins, open));
    rest = subtract(rest, own);
    return { ...outage, countedMs: fraction(totalMs(own)) };
  });
};

/** The test of the minimum comes before anything cuts an outage to the period. */
export const countOutages = (
  timeline: Timeline,
  { minimumOutage: minimum, allowance, granularity }: TimeMeasure,
  judgement: Judgement,
): { readonly outages: readonly CountedOutage[]; readonly events: readonly LastingOutage[] } => {
  const { span, open, excused } = judgement;
  const rounded = roundedPiece(granularity);
  const outages: CountedOutage[] = [];
  const events: LastingOutage[] = [];
  for (const { start, end, losses } of outagesOf(timeline.losses)) {
    const left = excused.length === 0 ? losses : within(losses, subtract(lossSpans(losses), excused));
    const tested = minimum.on === 'event' ? losses : left;
    const ms = lengthMs(tested);
    const passes = minimum.than === 'at-least' ? ms >= minimum.ms : ms > minimum.ms;
    const first = left[0];
    if (passes && first) events.push({ start: first.start, pieces: left });
    if (start >= span.end || end <= span.start) continue;
    const excess = minimum.counts === 'whole' ? tested : after(tested, minimum.ms);
    const pieces = passes ? after(within(excess, open), allowance.perOutageMs) : [];
    const verdict = pieces.length > 0 ? 'counted' : passes || !first ? 'excluded' : 'short';
    outages.push({ start, end, verdict, pieces, countedMs: weighedMs(pieces, rounded) });
  }
  return { outages: granularity.kind === 'buckets' ? inBuckets(outages, granularity, judgement) : outages, events };
};
