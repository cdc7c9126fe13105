/** Half-open intervals of epoch milliseconds and their set algebra. Everything Vigie measures is made of these. */

declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Integer milliseconds since 1970-01-01T00:00Z. Never seconds, never a `Date`. */
export type EpochMs = Brand<number, 'EpochMs'>;

/** Throws on anything but a safe integer: a fraction of a millisecond is a bug, not an instant. */
export const epochMs = (value: number): EpochMs => {
  if (!Number.isSafeInteger(value)) throw new Error(`not an instant in whole milliseconds: ${value}`);
  return value as EpochMs;
};

/** Half-open `[start, end)`; `start < end`. */
export interface Interval {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Throws when the interval is empty or backward. */
export const interval = (start: number, end: number): Interval => {
  if (!(start < end)) throw new Error(`not an interval: [${start}, ${end})`);
  return { start: epochMs(start), end: epochMs(end) };
};

/** Sorted, disjoint, non-touching. Only `spans()` and the operations here make one. */
export type Spans = Brand<readonly Interval[], 'Spans'>;

export const noSpans = [] as readonly Interval[] as Spans;

/** The union of any intervals, in any order; empty ones are dropped, backward ones throw. */
export const spans = (intervals: Iterable<Interval>): Spans => {
  const sorted = [...intervals].filter(({ start, end }) => start !== end).sort((a, b) => a.start - b.start);
  const merged: Interval[] = [];
  for (const next of sorted) {
    if (next.end < next.start) throw new Error(`not an interval: [${next.start}, ${next.end})`);
    const last = merged.at(-1);
    if (last && next.start <= last.end) {
      if (next.end > last.end) merged[merged.length - 1] = { start: last.start, end: next.end };
    } else merged.push({ start: next.start, end: next.end });
  }
  return merged as readonly Interval[] as Spans;
};

export const union = (...sets: readonly Spans[]): Spans => spans(sets.flat());

export const intersect = (a: Spans, b: Spans): Spans => {
  const both: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i] as Interval;
    const y = b[j] as Interval;
    const start = x.start > y.start ? x.start : y.start;
    const end = x.end < y.end ? x.end : y.end;
    if (start < end) both.push({ start, end });
    if (x.end < y.end) i++;
    else j++;
  }
  return both as readonly Interval[] as Spans;
};

export const subtract = (a: Spans, b: Spans): Spans => {
  const left: Interval[] = [];
  let j = 0;
  for (const { start, end } of a) {
    let from = start;
    while (j < b.length && (b[j] as Interval).end <= from) j++;
    for (let k = j; k < b.length && (b[k] as Interval).start < end; k++) {
      const cut = b[k] as Interval;
      if (cut.start > from) left.push({ start: from, end: cut.start });
      if (cut.end > from) from = cut.end;
    }
    if (from < end) left.push({ start: from, end });
  }
  return left as readonly Interval[] as Spans;
};

export const totalMs = (set: Spans): number => set.reduce((sum, { start, end }) => sum + (end - start), 0);

/** Whether an instant lies inside: at `start` yes, at `end` no. */
export const covers = (set: Spans, at: EpochMs): boolean => set.some(({ start, end }) => start <= at && at < end);
