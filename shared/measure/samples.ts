/** Ratios of samples, for contracts that count answers instead of weighing time. */
import type { TimeMeasure } from '../contract/terms.ts';
import { type Fraction, fraction, sum } from '../money/fraction.ts';
import { type EpochMs, epochMs, type Interval, intersect, type Spans, spans } from '../time/span.ts';
import type { EvidenceSegment } from './evidence.ts';

/** Samples of a segment with `from <= instant < to`; they are evenly spread between its first and its last. */
const countIn = ({ firstAt, lastAt, count }: EvidenceSegment, { start, end }: Interval): number => {
  if (end <= firstAt || start > lastAt) return 0;
  if (start <= firstAt && end > lastAt) return count;
  if (count === 1) return start <= firstAt && firstAt < end ? 1 : 0;
  const length = lastAt - firstAt;
  /** Samples before an instant. */
  const before = (at: EpochMs) => Math.min(count, Math.max(0, Math.ceil(((at - firstAt) * (count - 1)) / length)));
  return before(end) - before(start);
};

interface Tally {
  readonly good: number;
  readonly all: number;
}

const tally = (segments: readonly EvidenceSegment[], measure: TimeMeasure, set: Spans): Tally => {
  let [good, all] = [0, 0];
  for (const segment of segments) {
    const down = segment.state === 'down' || (segment.state === 'degraded' && measure.degraded === 'down');
    const unknown = segment.state === 'unknown';
    if (unknown && measure.unknown === 'exclude') continue;
    const count = set.reduce((sum, cut) => sum + countIn(segment, cut), 0);
    all += count;
    if (unknown ? measure.unknown === 'up' : !down) good += count;
  }
  return { good, all };
};

/** The share of good samples; absent where there is none. `judged` is what nothing excuses, samples in `up` are good. */
export const sampleFigure = (
  segments: readonly EvidenceSegment[],
  measure: TimeMeasure,
  span: Interval,
  judged: Spans,
  up: Spans,
): Fraction | undefined => {
  const ratio = (own: Spans, free: Spans): Fraction | undefined => {
    const [mine, excused] = [tally(segments, measure, own), tally(segments, measure, free).all];
    return mine.all + excused === 0 ? undefined : fraction(mine.good + excused, mine.all + excused);
  };
  const { granularity } = measure;
  if (granularity.kind !== 'mean-of-buckets') return ratio(judged, up);
  const figures: Fraction[] = [];
  for (let start = span.start; start < span.end; start = epochMs(start + granularity.ms)) {
    const bucket = spans([{ start, end: epochMs(Math.min(start + granularity.ms, span.end)) }]);
    const figure = ratio(intersect(judged, bucket), intersect(up, bucket));
    if (figure) figures.push(figure);
  }
  const total = sum(figures);
  return figures.length === 0 ? undefined : fraction(total.n, total.d * BigInt(figures.length));
};
