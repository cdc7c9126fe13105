/**
 * The account of one service's time: what counts, what does not and why, and what was lost of it.
 *
 * Units   ms; what is lost is an exact fraction, since an outage may weigh a share.
 * Rule    settlement takes excluded time in a fixed order, each from what the ones before left: no second twice.
 */
import type { TimeMeasure, WindowRule } from '../contract/terms.ts';
import { type Fraction, fraction, minus, most, sum, times, zero } from '../money/fraction.ts';
import { hoursIn } from '../time/hours.ts';
import {
  covers,
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
import { type CountedOutage, countOutages, type LastingOutage, weighedMs } from './outages.ts';
import { alsoLost, outagesOf, type Timeline, within } from './timeline.ts';

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

export interface TimeAccount {
  readonly whole: Spans;
  /** What is judged: nothing excuses it. */
  readonly open: Spans;
  readonly serviceMs: number;
  readonly denominatorMs: Fraction;
  readonly downMs: Fraction;
  /** What is left before unknown time leaves it, and how much of that somebody saw. */
  readonly judgedMs: number;
  readonly knownMs: number;
  readonly excuses: readonly Excuse[];
  readonly refused: Granted['refused'];
  readonly outages: readonly CountedOutage[];
  readonly events: readonly LastingOutage[];
}

const excusesOf = (granted: Granted, reason: 'scheduled' | 'emergency', { treat }: WindowRule): Excuse[] =>
  treat === 'down' || treat === 'lost'
    ? []
    : granted.windows.map(({ window, spans: set }) => ({
        reason,
        treat,
        spans: set,
        id: window.id,
        because: window.reason,
        by: window.by,
      }));

const exclusionExcuses = ({ exclusions: { treat } }: TimeMeasure, { exclusions }: Scene): Excuse[] =>
  treat === 'down'
    ? []
    : [...exclusions]
        .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
        .map(({ start, end, id, reason, by }) => ({
          reason: 'exclusion' as const,
          treat,
          spans: spans([{ start, end }]),
          id,
          because: reason,
          by,
        }));

/** An outage that begins in a window which excuses overruns is excused to its own end. */
const withOverruns = (granted: Granted, rule: WindowRule, seen: Timeline): Granted => {
  if (rule.overrun !== 'excused') return granted;
  const outages = outagesOf(seen.losses);
  const windows = granted.windows.map(({ window, spans: set }) => {
    const begun = outages.filter(({ start }) => covers(set, start)).map(({ start, end }) => ({ start, end }));
    return { window, spans: spans([...set, ...begun]) };
  });
  return { ...granted, windows };
};

/** When there was no service to be up or down: time that is promised nothing, or that is simply not down. */
const unlived = ({ period, life }: Scene): Spans => subtract(spans([period]), life);

/** What is declared: it excuses time wherever it lies, within the period or beyond its edges. */
const declaredExcuses = (seen: Timeline, measure: TimeMeasure, scene: Scene) => {
  const { scheduled, emergency } = measure.maintenance;
  const windowScene = { zone: scene.zone, period: scene.period, hours: measure.hours, usedMs: scene.maintenanceUsedMs };
  const ofKind = (kind: MaintenanceWindow['kind']) => scene.windows.filter((window) => window.kind === kind);
  const outside = measure.life === 'activation' ? unlived(scene) : noSpans;
  const planned = withOverruns(grant(ofKind('scheduled'), scheduled, outside, windowScene), scheduled, seen);
  const taken = union(outside, ...planned.windows.map((window) => window.spans));
  const urgentScene = { ...windowScene, usedMs: 0 };
  const urgent = withOverruns(grant(ofKind('emergency'), emergency, taken, urgentScene), emergency, seen);
  // Older windows are there for what they used up of a yearly cap; what became of them stood on an older statement.
  const near = new Set(
    scene.windows.filter(({ start, end }) => start < scene.span.end && end > scene.span.start).map(({ id }) => id),
  );
  return {
    excuses: [
      ...excusesOf(planned, 'scheduled', scheduled),
      ...excusesOf(urgent, 'emergency', emergency),
      ...exclusionExcuses(measure, scene),
    ],
    refused: [...planned.refused, ...urgent.refused].filter(({ id }) => near.has(id)),
    lost: spans([
      ...(scheduled.treat === 'lost' ? ofKind('scheduled') : []),
      ...(emergency.treat === 'lost' ? ofKind('emergency') : []),
    ]),
  };
};

/** What a period has once, its parts share by their length. */
const partOf = (ms: number, span: Interval, period: Interval): Fraction =>
  times(fraction(ms), fraction(span.end - span.start, period.end - period.start));

const denominatorOf = (
  { denominator }: TimeMeasure,
  serviceMs: number,
  downMs: Fraction,
  { span, period }: Scene,
): Fraction => {
  if (typeof denominator === 'object') return partOf(denominator.fixedMs, span, period);
  switch (denominator) {
    case 'service-time':
      return fraction(serviceMs);
    case 'whole-period':
      return fraction(span.end - span.start);
    case 'up-time':
      return minus(fraction(serviceMs), downMs);
  }
};

export const accountFor = (whatWasSeen: Timeline, measure: TimeMeasure, scene: Scene): TimeAccount => {
  const seen = { ...whatWasSeen, unknown: subtract(whatWasSeen.unknown, unlived(scene)) };
  const span = spans([scene.span]);
  const whole = measure.life === 'activation' ? intersect(span, scene.life) : span;
  const declared = declaredExcuses(seen, measure, scene);
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
  const agreed = alsoLost(seen, declared.lost);
  if (measure.unknown !== 'down') take({ reason: 'unknown', treat: measure.unknown, spans: agreed.unknown });
  const timeline = measure.unknown === 'down' ? alsoLost(agreed, intersect(agreed.unknown, whole)) : agreed;

  const excused = union(...declared.excuses.map((excuse) => excuse.spans));
  const { outages, events } = countOutages(timeline, measure, { span: scene.span, zone: scene.zone, open, excused });
  const lostMs = sum(outages.map(({ countedMs }) => countedMs));
  const serviceMs = totalMs(open) + upMs;
  const free = partOf(measure.allowance.perPeriodMs, scene.span, scene.period);
  const downMs = most(minus(lostMs, free), zero);
  return {
    whole,
    open,
    serviceMs,
    denominatorMs: denominatorOf(measure, serviceMs, downMs, scene),
    downMs,
    judgedMs,
    knownMs,
    excuses,
    refused: declared.refused,
    outages,
    events,
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
