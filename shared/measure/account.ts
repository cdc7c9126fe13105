/**
 * The account of one service's time: what counts, what does not and why, and what was lost of it.
 *
 * Units   ms; what is lost is an exact fraction, since an outage may weigh a share.
 * Rule    settlement takes excluded time in a fixed order, each from what the ones before left: no second twice.
 */
import type { Granularity, TimeMeasure } from '../contract/terms.ts';
import { add, type Fraction, fraction, minus, most, one, parseFraction, times, zero } from '../money/fraction.ts';
import { datesIn, instantOf } from '../time/calendar.ts';
import { hoursIn } from '../time/hours.ts';
import {
  type EpochMs,
  epochMs,
  type Interval,
  intersect,
  noSpans,
  type Spans,
  spans,
  subtract,
  totalMs,
  union,
} from '../time/span.ts';
import type { Exclusion, MaintenanceWindow } from './evidence.ts';
import { type Granted, grant } from './maintenance.ts';
import { type Loss, lossSpans, outagesOf, type Timeline, unknownAsDown, within } from './timeline.ts';

/** The stage on which an account is drawn up; the same for all three views of a timeline. */
export interface Scene {
  /** The part of the period under one version of the terms. */
  readonly span: Interval;
  /** The whole period: what caps and a whole-period denominator speak of. */
  readonly period: Interval;
  /** When the service existed. */
  readonly life: Spans;
  readonly zone: string;
  readonly windows: readonly MaintenanceWindow[];
  readonly exclusions: readonly Exclusion[];
  readonly maintenanceUsedMs: number;
}

export interface Excuse {
  readonly reason: 'hours' | 'scheduled' | 'emergency' | 'exclusion' | 'unknown';
  readonly treat: 'exclude' | 'up';
  readonly spans: Spans;
  readonly id?: string;
  readonly because?: string;
  readonly by?: string;
}

export interface CountedOutage extends Interval {
  readonly verdict: 'counted' | 'short' | 'excluded';
  readonly pieces: readonly Loss[];
  readonly countedMs: Fraction;
}

export interface TimeAccount {
  readonly whole: Spans;
  /** What is judged: nothing excuses it. */
  readonly open: Spans;
  readonly serviceMs: number;
  readonly denominatorMs: number;
  readonly downMs: Fraction;
  /** What is left before unknown time leaves it, and how much of that somebody saw. */
  readonly judgedMs: number;
  readonly knownMs: number;
  readonly excuses: readonly Excuse[];
  readonly refused: Granted['refused'];
  readonly outages: readonly CountedOutage[];
}

const excusesOf = (granted: Granted, reason: 'scheduled' | 'emergency', treat: 'exclude' | 'up'): Excuse[] =>
  granted.windows.map(({ window, spans: set }) => ({
    reason,
    treat,
    spans: set,
    id: window.id,
    because: window.reason,
    by: window.by,
  }));

/** What is declared: it excuses time wherever it lies, within the period or beyond its edges. */
const declaredExcuses = (measure: TimeMeasure, scene: Scene) => {
  const { scheduled, emergency } = measure.maintenance;
  const windowScene = { zone: scene.zone, period: scene.period, hours: measure.hours, usedMs: scene.maintenanceUsedMs };
  const ofKind = (kind: MaintenanceWindow['kind']) => scene.windows.filter((window) => window.kind === kind);
  const planned = grant(ofKind('scheduled'), scheduled, noSpans, windowScene);
  const taken = union(...planned.windows.map((window) => window.spans));
  const urgent = grant(ofKind('emergency'), emergency, taken, { ...windowScene, usedMs: 0 });
  const excuses: Excuse[] = [];
  if (scheduled.treat !== 'down') excuses.push(...excusesOf(planned, 'scheduled', scheduled.treat));
  if (emergency.treat !== 'down') excuses.push(...excusesOf(urgent, 'emergency', emergency.treat));
  const { treat } = measure.exclusions;
  if (treat !== 'down') {
    const inOrder = [...scene.exclusions].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
    excuses.push(
      ...inOrder.map(({ start, end, id, reason, by }) => ({
        reason: 'exclusion' as const,
        treat,
        spans: spans([{ start, end }]),
        id,
        because: reason,
        by,
      })),
    );
  }
  return { excuses, refused: [...planned.refused, ...urgent.refused] };
};

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
const weighedMs = (losses: readonly Loss[], rounded: (ms: number) => number): Fraction => {
  let whole = 0;
  let shares = zero;
  for (const { start, end, share } of losses) {
    const ms = rounded(end - start);
    if (share === one || share.n === share.d) whole += ms;
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

/** Every outage of the timeline, in or out of the period, with what of it counts. */
const countOutages = (
  timeline: Timeline,
  measure: TimeMeasure,
  open: Spans,
  excused: Spans,
  scene: Scene,
): CountedOutage[] => {
  const { minimumOutage, allowance, granularity } = measure;
  const rounded = roundedPiece(granularity);
  const touchesSpan = ({ start, end }: Interval) => start < scene.span.end && end > scene.span.start;
  const counted = outagesOf(timeline.losses)
    .filter(touchesSpan)
    .map((outage): CountedOutage => {
      const left =
        excused.length === 0 ? outage.losses : within(outage.losses, subtract(lossSpans(outage.losses), excused));
      const tested = minimumOutage.on === 'event' ? outage.losses : left;
      const ms = lengthMs(tested);
      const passes = minimumOutage.than === 'at-least' ? ms >= minimumOutage.ms : ms > minimumOutage.ms;
      const { start, end } = outage;
      if (!passes) return { start, end, verdict: 'short', pieces: [], countedMs: zero };
      const excess = minimumOutage.counts === 'whole' ? tested : after(tested, minimumOutage.ms);
      const pieces = after(within(excess, open), allowance.perOutageMs);
      return {
        start,
        end,
        verdict: pieces.length > 0 ? 'counted' : 'excluded',
        pieces,
        countedMs: weighedMs(pieces, rounded),
      };
    });
  if (granularity.kind !== 'buckets') return counted;
  const origins =
    granularity.align === 'period'
      ? [scene.span.start]
      : datesIn(scene.span, scene.zone).map((date) => instantOf(date, '00:00', scene.zone));
  const lost = lostBuckets(spans(counted.flatMap(({ pieces }) => pieces)), granularity, origins, open);
  // A bucket that two outages share is lost once, to the earlier of them.
  let rest = lost;
  return counted.map((outage) => {
    const reach = lostBuckets(spans(outage.pieces), { ...granularity, bad: 'any' }, origins, open);
    const own = intersect(rest, reach);
    rest = subtract(rest, own);
    return { ...outage, countedMs: fraction(totalMs(own)) };
  });
};

export const accountFor = (seen: Timeline, measure: TimeMeasure, scene: Scene): TimeAccount => {
  const span = spans([scene.span]);
  const whole = measure.life === 'activation' ? intersect(span, scene.life) : span;
  const declared = declaredExcuses(measure, scene);
  const hours = measure.hours ? hoursIn(measure.hours, scene.span) : whole;

  const excuses: Excuse[] = [];
  let open = whole;
  let upMs = 0;
  const take = (excuse: Excuse) => {
    const taken = intersect(open, excuse.spans);
    if (taken.length === 0) return;
    excuses.push({ ...excuse, spans: taken });
    if (excuse.treat === 'up') upMs += totalMs(taken);
    open = subtract(open, taken);
  };
  take({ reason: 'hours', treat: 'exclude', spans: subtract(whole, hours) });
  for (const excuse of declared.excuses) take(excuse);
  const judgedMs = totalMs(open);
  const knownMs = judgedMs - totalMs(intersect(open, seen.unknown));
  if (measure.unknown !== 'down') take({ reason: 'unknown', treat: measure.unknown, spans: seen.unknown });
  const timeline = measure.unknown === 'down' ? unknownAsDown(seen, whole) : seen;

  const excused = union(...declared.excuses.map((excuse) => excuse.spans));
  const outages = countOutages(timeline, measure, open, excused, scene);
  const lostMs = outages.reduce((sum, { countedMs }) => add(sum, countedMs), zero);
  const serviceMs = totalMs(open) + upMs;
  const { denominator } = measure;
  return {
    whole,
    open,
    serviceMs,
    denominatorMs:
      denominator === 'service-time'
        ? serviceMs
        : denominator === 'whole-period'
          ? scene.span.end - scene.span.start
          : denominator.fixedMs,
    downMs: most(minus(lostMs, fraction(measure.allowance.perPeriodMs)), zero),
    judgedMs,
    knownMs,
    excuses,
    refused: declared.refused,
    outages,
  };
};

/** The same time with nothing excluded: no hours, no windows, no minimum; what nobody saw was not down. */
export const bareAccount = (
  seen: Timeline,
  scene: Scene,
): { readonly serviceMs: number; readonly downMs: Fraction } => {
  const whole = intersect(spans([scene.span]), scene.life);
  return { serviceMs: totalMs(whole), downMs: weighedMs(within(seen.losses, whole), (ms) => ms) };
};
