/** Requests that failed, counted by somebody else, interval by interval. */
import type { RequestMeasure } from '../contract/terms.ts';
import { add, compare, type Fraction, fraction, one, parseFraction, times, zero } from '../money/fraction.ts';
import type { Interval } from '../time/span.ts';
import type { RequestSeries } from './evidence.ts';

export interface RequestAccount {
  readonly intervals: number;
  /** What was lost and of how much: requests, or intervals. */
  readonly lost: Fraction;
  readonly total: Fraction;
  readonly failed: number;
}

/** So many equal intervals in a row. */
interface Run {
  readonly intervals: number;
  readonly total: number;
  readonly failed: number;
}

/** The whole period as runs, the usual traffic between the named ones. */
const runsOf = ({ usual, runs }: RequestSeries, span: Interval, ms: number): Run[] => {
  const indexOf = (at: number) => Math.ceil((Math.min(Math.max(at, span.start), span.end) - span.start) / ms);
  const out: Run[] = [];
  let done = 0;
  for (const { start, end, total, failed } of runs) {
    const [from, to] = [Math.max(indexOf(start), done), indexOf(end)];
    if (from > done) out.push({ intervals: from - done, ...usual });
    if (to > from) out.push({ intervals: to - from, total, failed });
    done = Math.max(done, to);
  }
  const last = Math.floor((span.end - span.start) / ms);
  if (last > done) out.push({ intervals: last - done, ...usual });
  return out;
};

const intervalsOf = (runs: readonly Run[]): number => runs.reduce((sum, { intervals }) => sum + intervals, 0);
const sumOf = (runs: readonly Run[], of: 'total' | 'failed'): number =>
  runs.reduce((sum, run) => sum + run.intervals * run[of], 0);

/** Bad intervals, where enough of them follow each other. */
const badIntervals = (runs: readonly Run[], { share, than, consecutive }: RequestMeasure['threshold']): number => {
  const limit = parseFraction(share);
  let [bad, row] = [0, 0];
  const close = () => {
    if (row >= consecutive) bad += row;
    row = 0;
  };
  for (const { intervals, total, failed } of runs) {
    const order = total === 0 ? -1 : compare(fraction(failed, total), limit);
    if (order > 0 || (order === 0 && than === 'at-least')) row += intervals;
    else close();
  }
  close();
  return bad;
};

/** A ratio over nothing is whole: nobody was refused. */
export const requestAccount = (series: RequestSeries, measure: RequestMeasure, span: Interval): RequestAccount => {
  const all = runsOf(series, span, measure.intervalMs);
  const runs = measure.empty === 'good' ? all : all.filter(({ total }) => total > 0);
  const [intervals, failed] = [intervalsOf(runs), sumOf(runs, 'failed')];
  if (measure.mode === 'total') {
    return { intervals, lost: fraction(failed), total: fraction(sumOf(runs, 'total')), failed };
  }
  const lost =
    measure.mode === 'threshold'
      ? fraction(badIntervals(all, measure.threshold))
      : runs.reduce(
          (sum, run) =>
            run.total === 0 ? sum : add(sum, times(fraction(run.intervals), fraction(run.failed, run.total))),
          zero,
        );
  return { intervals, lost, total: fraction(intervals), failed };
};

export const requestFigure = ({ lost, total }: RequestAccount): Fraction =>
  total.n === 0n ? one : fraction(total.n * lost.d - lost.n * total.d, total.n * lost.d);
