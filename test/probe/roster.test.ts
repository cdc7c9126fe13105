import { expect, test } from 'vitest';
import type { Check } from '../../shared/probe/check.ts';
import { checkSchema } from '../../shared/probe/check-schema.ts';
import { isDue, rosterSchema, rostersOf } from '../../shared/probe/roster.ts';
import { tcpCheck } from '../checks.ts';

const tcp = (id: string, everyMs = 60_000): Check => tcpCheck(id, { everyMs });
const planOf = (count: number) => ({
  clients: [{ services: [{ endpoints: Array.from({ length: count }, (_, i) => ({ check: tcp(`c/s/${i}`) })) }] }],
});

test.each([
  { name: 'no endpoint needs no shard', count: 0, sizes: [] },
  { name: 'a full shard holds 960', count: 960, sizes: [960] },
  { name: 'one more opens the next', count: 961, sizes: [960, 1] },
])('$name', ({ count, sizes }) => {
  const rosters = rostersOf(planOf(count));
  expect(rosters.map(({ slots }) => slots.length)).toEqual(sizes);
  expect(rosters.map(({ shard }) => shard)).toEqual(sizes.map((_, i) => i));
  expect(rosters.map((roster) => rosterSchema.parse(JSON.parse(JSON.stringify(roster))))).toEqual(rosters);
});

test('a check of five minutes is due once in any five, always in the same one', () => {
  const check = tcp('c/s/e', 300_000);
  const due = Array.from({ length: 20 }, (_, minute) => isDue(check, 1_700_000_040_000 + minute * 60_000));
  expect(due.filter(Boolean)).toHaveLength(4);
  expect(due.slice(0, 5)).toEqual(due.slice(5, 10));
});

test('checks of five minutes spread over all five', () => {
  const counts = [0, 1, 2, 3, 4].map(
    (minute) =>
      Array.from({ length: 500 }, (_, i) => tcp(`c/s/${i}`, 300_000)).filter((c) => isDue(c, minute * 60_000)).length,
  );
  expect(Math.min(...counts)).toBeGreaterThan(70);
});

test.each([
  { name: 'an interval that a minute is no multiple of', wrong: { everyMs: 25_000 } },
  { name: 'a deadline longer than the minute leaves', wrong: { timeoutMs: 31_000 } },
  { name: 'no failure to confirm with', wrong: { confirm: 0 } },
  { name: 'a port that no machine has', wrong: { port: 65_536 } },
  { name: 'a field that nobody knows', wrong: { retries: 3 } },
])('$name is no check', ({ wrong }) => {
  expect(checkSchema.safeParse({ ...tcp('c/s/e'), ...wrong }).success).toBe(false);
});
