/** Heartbeats through both lanes: from the call of a job to what is stored of it. */
import { expect, test } from 'vitest';
import type { Check } from '../../shared/probe/check.ts';
import { epochMs } from '../../shared/time/span.ts';
import { usual } from '../checks.ts';
import { aCheck, midnight, pretendedPlace } from './pretended-place.ts';

const minuteMs = 60_000;
const jobs = 'acme/jobs/nightly';
const nightly: Check = {
  ...usual,
  ...{ kind: 'heartbeat', id: jobs, beatEveryMs: 3 * minuteMs, graceMs: minuteMs },
};

/** Calls in ms after midnight, each kept as the newest from then on. */
const live = async (minutes: number, calls: readonly { readonly at: number; readonly failed?: boolean }[]) => {
  const place = pretendedPlace({
    checks: [aCheck('smtp'), nightly],
    behave: () => ({ answersIn: 80 }),
    beat: (caller, now) => {
      const newest = calls.findLast(({ at }) => midnight + at <= now);
      return newest && { caller, at: epochMs(midnight + newest.at), failed: newest.failed ?? false };
    },
  });
  await place.live(minutes);
  expect(place.attempts.filter(({ id }) => id === jobs)).toEqual([]); // nothing is sent to anybody
  return place.known.filter(({ id }) => id === jobs);
};

test('a job is not known before its first call, up while it calls, and down once it is silent for too long', async () => {
  const known = await live(8, [{ at: 90_000 }]);
  expect(known.map(({ state }) => state)).toEqual([
    ...['unknown', 'unknown'], // at 0 and 1 min
    ...['up', 'up', 'up', 'up'], // from 2 min; the grace is over at 5 min 30 s
    ...['down', 'down'],
  ]);
});

test('a call ends its outage within ten seconds, though no round is due', async () => {
  const known = await live(9, [{ at: 30_000 }, { at: 8 * minuteMs + 20_000 }]);
  const [end] = known.filter(({ at, state }) => state === 'up' && at > midnight + 6 * minuteMs);
  expect((end?.at ?? 0) - midnight - 8 * minuteMs - 20_000).toBeLessThanOrEqual(10_000);
  expect(end?.from).toBe('look');
});

test('a job that reports a failure is down at the next round, and up again with its next good call', async () => {
  const known = await live(5, [{ at: 0 }, { at: 70_000, failed: true }, { at: 190_000 }]);
  const states = known.filter(({ from }) => from === 'run').map(({ state }) => state);
  expect(states.slice(0, 2)).toEqual(['up', 'up']);
  expect(known.find(({ state }) => state === 'down')?.at).toBeLessThan(midnight + 2 * minuteMs + 1_000);
  expect(known.at(-1)?.state).toBe('up');
});
