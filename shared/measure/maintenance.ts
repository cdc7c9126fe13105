/** Which part of the declared windows excuses anything: notice, hours, length, number and cap, in this order. */
import type { TimeMeasure, WindowRule } from '../contract/terms.ts';
import { addMonths, dateOf, instantOf } from '../time/calendar.ts';
import { hoursIn } from '../time/hours.ts';
import {
  type EpochMs,
  epochMs,
  type Interval,
  intersect,
  interval,
  noSpans,
  type Spans,
  spans,
  subtract,
  totalMs,
  union,
} from '../time/span.ts';
import type { MaintenanceWindow } from './evidence.ts';

export type Refusal = 'notice' | 'hours' | 'length' | 'cap' | 'count' | 'not-excused';

export interface Granted {
  /** What each window excuses; no instant belongs to two of them. */
  readonly windows: readonly { readonly window: MaintenanceWindow; readonly spans: Spans }[];
  readonly refused: readonly { readonly id: string; readonly why: Refusal; readonly ms: number }[];
}

export interface WindowScene {
  /** Where clocks are read for months, quarters and years. */
  readonly zone: string;
  /** What `per: period` means. */
  readonly period: Interval;
  readonly hours: TimeMeasure['hours'];
  /** Of the cap of scheduled windows, used before the evidence begins. */
  readonly usedMs: number;
}

type Per = 'period' | 'month' | 'quarter' | 'year';
const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/** The span in which a cap or a count is used up, and in which an instant lies. */
const bucketAt = (at: EpochMs, per: Per, { zone, period }: WindowScene): Interval => {
  if (per === 'period') {
    if (at < period.start) return interval(Number.MIN_SAFE_INTEGER, period.start);
    return at < period.end ? period : interval(period.end, Number.MAX_SAFE_INTEGER);
  }
  const months = monthsOf[per];
  const [year = '', month = '1'] = dateOf(at, zone).split('-');
  const first = `${year}-${String(Math.floor((Number(month) - 1) / months) * months + 1).padStart(2, '0')}-01`;
  return interval(instantOf(first, '00:00', zone), instantOf(addMonths(first, months), '00:00', zone));
};

/** The first so many ms of a set. */
const firstMs = (set: Spans, ms: number): Spans => {
  const kept: Interval[] = [];
  let left = ms;
  for (const { start, end } of set) {
    if (left <= 0) break;
    kept.push({ start, end: epochMs(Math.min(end, start + left)) });
    left -= end - start;
  }
  return spans(kept);
};

/** Takes the cap from the earliest time on, bucket by bucket. */
const capped = (set: Spans, cap: NonNullable<WindowRule['cap']>, scene: WindowScene): Spans => {
  const kept: Spans[] = [];
  let rest = set;
  while (rest.length > 0) {
    const bucket = bucketAt((rest[0] as Interval).start, cap.per, scene);
    const used = bucket.start <= scene.period.start && scene.period.start < bucket.end ? scene.usedMs : 0;
    kept.push(firstMs(intersect(rest, spans([bucket])), Math.max(cap.ms - used, 0)));
    rest = subtract(rest, spans([bucket]));
  }
  return union(...kept);
};

/** What a window may excuse at all, before any count or cap. */
const admissible = (window: MaintenanceWindow, rule: WindowRule): { readonly spans: Spans; readonly why?: Refusal } => {
  const whole = spans([{ start: window.start, end: window.end }]);
  if (rule.treat === 'down' || rule.treat === 'lost') return { spans: noSpans, why: 'not-excused' };
  const inTimeFrom = epochMs(window.declaredAt + rule.noticeMs);
  const late = rule.noticeMs > 0 && window.start < inTimeFrom;
  if (late && (rule.late === 'nothing' || inTimeFrom >= window.end)) return { spans: noSpans, why: 'notice' };
  const announced = late ? spans([{ start: inTimeFrom, end: window.end }]) : whole;
  const inHours = rule.within ? intersect(announced, hoursIn(rule.within, window)) : announced;
  const short = rule.longestMs === undefined ? inHours : firstMs(inHours, rule.longestMs);
  const why = late ? 'notice' : totalMs(inHours) < totalMs(announced) ? 'hours' : 'length';
  return totalMs(short) < totalMs(whole) ? { spans: short, why } : { spans: short };
};

/**
 * Windows of one kind, the earliest first. Time that is out of service hours, or that `taken` already excuses, uses up
 * no cap.
 */
export const grant = (
  declared: readonly MaintenanceWindow[],
  rule: WindowRule,
  taken: Spans,
  scene: WindowScene,
): Granted => {
  const refused: Granted['refused'][number][] = [];
  const inOrder = [...declared].sort((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));
  const counts = new Map<EpochMs, number>();
  const allowed: { window: MaintenanceWindow; spans: Spans }[] = [];
  for (const window of inOrder) {
    const { spans: admitted, why } = admissible(window, rule);
    if (why) refused.push({ id: window.id, why, ms: window.end - window.start - totalMs(admitted) });
    const open = subtract(scene.hours ? intersect(admitted, hoursIn(scene.hours, window)) : admitted, taken);
    if (open.length === 0) continue;
    if (rule.most) {
      const bucket = bucketAt(window.start, rule.most.per, scene).start;
      const count = (counts.get(bucket) ?? 0) + 1;
      counts.set(bucket, count);
      if (count > rule.most.count) {
        refused.push({ id: window.id, why: 'count', ms: totalMs(open) });
        continue;
      }
    }
    allowed.push({ window, spans: open });
  }
  const all = union(...allowed.map((window) => window.spans));
  let rest = rule.cap ? capped(all, rule.cap, scene) : all;
  const over = subtract(all, rest);
  const windows = allowed.map(({ window, spans: open }) => {
    const cut = totalMs(intersect(open, over));
    if (cut > 0) refused.push({ id: window.id, why: 'cap', ms: cut });
    const granted = intersect(open, rest);
    rest = subtract(rest, granted);
    return { window, spans: granted };
  });
  return { windows: windows.filter((window) => window.spans.length > 0), refused };
};
