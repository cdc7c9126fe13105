import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostStaggerMs, nextInstant, staggerOf, steadyFrom } from '../../agent/minutes.ts';
import { epochMs } from '../../shared/time/span.ts';
import { minute, noon } from './given.ts';

const at = (ms: number) => epochMs(noon + ms);
const schedule = { offsetsMs: [0], staggerMs: 3_000, notBefore: at(-minute) };

test.each([
  { name: 'the minute that begins', now: 0, last: -minute, next: 0 },
  { name: 'the minute whose staggered start is to come', now: 2_000, last: -minute, next: 0 },
  { name: 'a start that is a moment late', now: 4_500, last: -minute, next: 0 },
  { name: 'none that should have begun long ago', now: 6_000, last: -minute, next: minute },
  { name: 'never the same again', now: 3_000, last: 0, next: minute },
  { name: 'after a jump ahead, the present', now: 3_600_000 + 10_000, last: 0, next: 3_600_000 + minute },
  { name: 'after a small jump back, what comes after the last', now: -120_000, last: 0, next: minute },
  { name: 'after a large jump back, the present', now: -3_600_000, last: 0, next: -3_600_000 },
])('next is $name', ({ now, last, next }) => {
  expect(nextInstant(at(now), { ...schedule, last: at(last) }) - noon).toBe(next);
});

test('a process that starts within a minute leaves it to the one before', () => {
  expect(nextInstant(at(3_500), { ...schedule, notBefore: at(3_500), last: undefined })).toBe(at(minute));
  expect(nextInstant(at(2_500), { ...schedule, notBefore: at(2_500), last: undefined })).toBe(at(0));
});

test('rounds between minutes come in their turn', () => {
  const seen: number[] = [];
  let last = at(-1);
  for (let n = 0; n < 5; n++) {
    last = nextInstant(epochMs(last + 3_000), { ...schedule, offsetsMs: [0, 10_000, 30_000], last });
    seen.push(last - noon);
  }
  expect(seen).toEqual([0, 10_000, 30_000, minute, minute + 10_000]);
});

test('whatever the clock does, no instant comes twice within what a clock may be set back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -60_000, max: 200_000 }), { maxLength: 50 }), (steps) => {
      let [now, last]: [number, ReturnType<typeof at> | undefined] = [0, undefined];
      const seen = new Set<number>();
      for (const step of steps) {
        now += step;
        const next = nextInstant(at(now), { ...schedule, last });
        if (next + schedule.staggerMs > at(now)) continue; // not yet
        if (last !== undefined && last - at(now) > 200_000) return;
        expect(seen.has(next)).toBe(false);
        seen.add(next);
        last = next;
      }
    }),
  );
});

test('places begin at moments of their own, always the same', () => {
  const places = ['agence-lyon', 'siege', 'entrepot', 'agence-nice', 'agence-lille'];
  const moments = places.map(staggerOf);
  expect(new Set(moments).size).toBe(places.length);
  expect(Math.max(...moments)).toBeLessThan(mostStaggerMs);
  expect(staggerOf('agence-lyon')).toBe(moments[0]);
});

test('within a round, a clock that is set moves nothing', () => {
  let [wall, monotonic] = [noon, 50];
  const now = steadyFrom(
    () => wall,
    () => monotonic,
  );
  [wall, monotonic] = [noon - 3_600_000, 60];
  expect(now()).toBe(noon + 10);
});
