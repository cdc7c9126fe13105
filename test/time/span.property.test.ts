import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  covers,
  epochMs,
  type Interval,
  intersect,
  interval,
  type Spans,
  spans,
  subtract,
  totalMs,
  union,
} from '../../shared/time/span.ts';

const someInterval: fc.Arbitrary<Interval> = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]) => interval(start, start + length));
const someSpans: fc.Arbitrary<Spans> = fc.array(someInterval, { maxLength: 8 }).map(spans);
const law = (name: string, holds: (a: Spans, b: Spans, c: Spans) => void) =>
  test(name, () => fc.assert(fc.property(someSpans, someSpans, someSpans, holds), { numRuns: 500, seed: 20261123 }));

law('what is kept and what is removed add up to the whole', (a, b) => {
  expect(totalMs(intersect(a, b)) + totalMs(subtract(a, b))).toBe(totalMs(a));
});
law('a union counts what two sets share once', (a, b) => {
  expect(totalMs(union(a, b))).toBe(totalMs(a) + totalMs(b) - totalMs(intersect(a, b)));
});
law('splitting a period adds up', (a, b, c) => {
  expect(totalMs(intersect(a, intersect(b, c))) + totalMs(intersect(a, subtract(b, c)))).toBe(totalMs(intersect(a, b)));
});
law('every instant is where the sets say', (a, b) => {
  for (let at = -50; at < 75; at += 3) {
    const here = (set: Spans) => covers(set, epochMs(at));
    const [inA, inB] = [here(a), here(b)];
    expect([here(union(a, b)), here(intersect(a, b)), here(subtract(a, b))]).toEqual([
      inA || inB,
      inA && inB,
      inA && !inB,
    ]);
  }
});
law('results are sorted, disjoint and do not touch', (a, b) => {
  for (const set of [union(a, b), intersect(a, b), subtract(a, b)]) expect(spans([...set].reverse())).toEqual(set);
});
test('a backward interval is a bug, not a set', () => {
  expect(() => spans([{ start: epochMs(2), end: epochMs(1) }])).toThrow('not an interval: [2, 1)');
});
