import { expect, test } from 'vitest';
import type { Probe, Verdict } from '../../shared/probe/check.ts';
import { openNetwork } from '../../shared/probe/connectivity.ts';
import { decodeLooks, type Look, looksVersion } from '../../shared/probe/looks.ts';
import { type Rechecking, retrySuspects, watchFailing } from '../../shared/probe/recheck.ts';
import type { StoredLooks } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aCheck } from '../functions/pretended-place.ts';
import { pretendedTime } from './pretended-time.ts';

const t0 = epochMs(Date.UTC(2026, 9, 5));

const laneOver = (probe: (at: number, signal: AbortSignal) => ReturnType<Probe>) => {
  const time = pretendedTime(t0);
  const stored: StoredLooks[] = [];
  const lane: Rechecking = {
    ...{ ...time, random: () => 1, place: 'siege', planVersion: 'v', network: openNetwork(undefined, time.now) },
    probe: (_, signal) => probe(time.now(), signal),
    runs: { putLooks: async (looks) => stored.push(looks) > 0 },
  };
  const looks = (): Look[] =>
    stored.flatMap(({ packed, writtenAt }) => decodeLooks(looksVersion, packed, writtenAt)).sort((a, b) => a.at - b.at);
  return { time, lane, stored, looks };
};

const refused = { state: 'down', cause: 'refused', detail: 'ECONNREFUSED' } as const;

test('the slowest sample ends while the function may still store it', async () => {
  const check = aCheck('slow', { everyMs: 30_000, timeoutMs: 30_000, retryMs: 5_000 });
  const { time, lane, looks } = laneOver(
    (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(refused))),
  );
  const roster = { shard: 0, checks: new Map([[0, check]]) };
  const failing = [{ id: check.id, failures: 1, confirmed: false, seenAt: t0 }];
  await time.untilDone(watchFailing({ ...lane, shards: [{ roster, failing }], scheduledAt: t0, startedAt: t0 }));
  expect(looks()).toMatchObject([0, 30_000].map((ms) => ({ at: t0 + ms, outcome: { state: 'down' } })));
  expect(time.now() - t0).toBeLessThanOrEqual(86_000); // of 88 s
});

test('what fails again after it was found well is counted, tried and told from the beginning', async () => {
  const check = aCheck('often', { everyMs: 20_000, timeoutMs: 5_000, retryMs: 0, confirm: 3 });
  const well = (at: number) => at > t0 + 5_000 && at < t0 + 15_000;
  const { time, lane, stored, looks } = laneOver(async (at) =>
    well(at) || at > t0 + 45_000 ? { state: 'up', latencyMs: 9 } : refused,
  );
  const roster = { shard: 0, checks: new Map([[0, check]]) };
  const failing = [{ id: check.id, failures: 3, confirmed: true, seenAt: t0 }];
  await time.untilDone(watchFailing({ ...lane, shards: [{ roster, failing }], scheduledAt: t0, startedAt: t0 }));
  expect(looks().map(({ at, outcome }) => [Math.floor((at - t0) / 1_000), outcome.state])).toEqual([
    [0, 'down'],
    [6, 'up'],
    [20, 'down'],
    [40, 'down'],
  ]);
  expect(stored.filter(({ details }) => details?.[0]).length).toBe(2);
});

test.each([
  { random: 0, afterMs: 4_000 },
  { random: 0.5, afterMs: 5_000 },
  { random: 1, afterMs: 6_000 },
])('the second attempt is a fifth early or late, as chance ($random) has it', async ({ random, afterMs }) => {
  const check = aCheck('once', { timeoutMs: 3_000, retryMs: 5_000, confirm: 2 });
  const seen = async (verdict: Verdict) => {
    const tries: number[] = [];
    const { time, lane, looks } = laneOver(async (at) => {
      tries.push(at - t0);
      return verdict;
    });
    const roster = { shard: 0, checks: new Map([[0, check]]) };
    const suspects = [{ slot: 0, at: t0, first: 'failed' as const }];
    await time.untilDone(retrySuspects({ ...lane, random: () => random, roster, suspects, startedAt: t0 }));
    return { tries, looks: looks().map(({ at, outcome }) => [at - t0, outcome.state]) };
  };
  // A success counts when it was seen, a failure from the first attempt on.
  expect(await seen({ state: 'up', latencyMs: 9 })).toEqual({ tries: [afterMs], looks: [[afterMs, 'up']] });
  expect(await seen(refused)).toEqual({ tries: [afterMs], looks: [[0, 'down']] });
});
