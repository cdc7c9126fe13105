/** The fast lane's deadlines, in figures of `performance.md` §3 and not of the code. */
import { expect, test } from 'vitest';
import { newPace } from '../../shared/probe/pace.ts';

const check = { id: 'acme/web/www', timeoutMs: 10_000 };
const minute = 60_000;

test.each([
  { name: 'two seconds where nothing is known', answersMs: [], allowed: 2_000 },
  { name: 'four times what it takes', answersMs: [250], allowed: 1_000 },
  { name: 'no less than 0.6 s', answersMs: [20], allowed: 600 },
  { name: 'no more than two seconds', answersMs: [1_500], allowed: 2_000 },
  { name: 'a newest answer is a fifth of the average', answersMs: [200, 700], allowed: 1_200 },
])('an endpoint is given $name', ({ answersMs, allowed }) => {
  const pace = newPace();
  for (const ms of answersMs) pace.answered(check.id, ms);
  expect(pace.allowedMs(check, 0)).toBe(allowed);
  expect(pace.allowedMs({ ...check, timeoutMs: 500 }, 0)).toBe(500);
});

test('two misses in a row leave it to the slow lane for ten minutes, and then one does', () => {
  const pace = newPace();
  pace.missed(check.id, 0);
  expect(pace.allowedMs(check, minute)).toBe(2_000);
  pace.missed(check.id, minute);
  expect(pace.allowedMs(check, 11 * minute - 1)).toBeUndefined();
  expect(pace.allowedMs(check, 11 * minute)).toBe(2_000);
  pace.missed(check.id, 11 * minute);
  expect(pace.allowedMs(check, 12 * minute)).toBeUndefined();
});

test('an answer between two misses, or an end of what it was like, begins anew', () => {
  const pace = newPace();
  pace.missed(check.id, 0);
  pace.answered(check.id, 100);
  pace.missed(check.id, minute);
  expect(pace.allowedMs(check, minute)).toBe(2_000);
  pace.missed(check.id, minute);
  pace.forget(check.id);
  expect(pace.allowedMs(check, 2 * minute)).toBe(2_000);
});
