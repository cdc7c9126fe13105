import { expect, test } from 'vitest';
import type { Check, Probe, Verdict } from '../../shared/probe/check.ts';
import { probeRoster } from '../../shared/probe/run-checks.ts';
import { epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';
import { pretendedTime } from './pretended-time.ts';

const check = (id: string, everyMs = 60_000): Check => tcpCheck(id, { everyMs, timeoutMs: 1_000 });
const up: Verdict = { state: 'up', latencyMs: 5 };

const run = (slots: Check[], probe: Probe, time = pretendedTime(60_000)) => {
  return time.untilDone(
    probeRoster({ roster: { shard: 0, places: ['home'], slots }, scheduledAt: epochMs(60_000), probe, ...time }),
  );
};

test('probes start one millisecond apart and none waits for another', async () => {
  const time = pretendedTime(60_000);
  const starts: number[] = [];
  const probe: Probe = async () => {
    starts.push(time.now());
    await time.sleep(800);
    return up;
  };
  const slots = ['a', 'b', 'c', 'd'].map((id) => check(id));
  const { startedAt, verdicts } = await time.untilDone(
    probeRoster({ roster: { shard: 0, places: ['home'], slots }, scheduledAt: epochMs(60_000), probe, ...time }),
  );
  expect(startedAt).toBe(60_000);
  expect(starts).toEqual([60_000, 60_001, 60_002, 60_003]);
  expect(verdicts).toEqual([up, up, up, up]);
});

test('a probe that throws is unknown and its neighbours are up', async () => {
  const { verdicts } = await run([check('a'), check('boom'), check('c')], async ({ id }) => {
    if (id === 'boom') throw new TypeError('undefined is not a function');
    return up;
  });
  expect(verdicts).toEqual([up, { state: 'unknown', detail: 'TypeError: undefined is not a function' }, up]);
});

test('a probe that throws before its first await is no different', async () => {
  const { verdicts } = await run([check('boom'), check('b')], ({ id }) => {
    if (id === 'boom') throw new Error('at once');
    return Promise.resolve(up);
  });
  expect(verdicts).toEqual([{ state: 'unknown', detail: 'Error: at once' }, up]);
});

test('a probe is told of its deadline and its answer counts', async () => {
  const timedOut: Verdict = { state: 'down', cause: 'response-timeout', detail: 'no answer in 1000 ms' };
  const { verdicts } = await run(
    [check('a')],
    (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(timedOut))),
  );
  expect(verdicts).toEqual([timedOut]);
});

test('a probe that does not heed its deadline is unknown, and the run ends a quarter of a second later', async () => {
  const time = pretendedTime(60_000);
  const { verdicts } = await run(
    [check('stuck'), check('b')],
    ({ id }) => (id === 'stuck' ? new Promise(() => {}) : Promise.resolve(up)),
    time,
  );
  expect(time.now()).toBe(60_000 + 1_000 + 250);
  expect(verdicts).toEqual([{ state: 'unknown', detail: 'the probe did not end by its deadline of 1000 ms' }, up]);
});

test('a check that is not due in this minute has no verdict', async () => {
  const { verdicts } = await run([check('a', 24 * 3_600_000), check('b')], async () => up);
  expect(verdicts).toEqual([undefined, up]);
});
