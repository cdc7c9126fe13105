import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check, Probe } from '../../shared/probe/check.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { probeRoster } from '../../shared/probe/run-checks.ts';
import { epochMs } from '../../shared/time/span.ts';
import { pretendedTime } from './pretended-time.ts';

const check = (slot: number): Check => ({
  kind: 'tcp',
  id: `c/s/${slot}`,
  host: 'example.com',
  port: 443,
  everyMs: 60_000,
  timeoutMs: 10_000,
  confirm: 2,
  retryMs: 5_000,
  places: ['home'],
  quorum: 'majority',
});

interface Machine {
  readonly slots: number;
  /** What each step of a probe keeps the process busy for: to connect, to shake hands, to judge the answer. */
  readonly busyMs: readonly [number, number, number];
  /** What every endpoint takes to connect, and to answer. */
  readonly awayMs: readonly [number, number];
}

/** A round after one by which the process learned what a probe takes. */
const secondRound = async ({ slots, busyMs, awayMs }: Machine) => {
  const time = pretendedTime(60_000);
  let starts: number[] = [];
  let lateMs: number[] = [];
  const probe: Probe = async () => {
    starts.push(time.now());
    for (const [step, ms] of busyMs.entries()) {
      time.work(ms);
      const away = awayMs[step];
      if (away === undefined) break;
      const from = time.now();
      await time.sleep(away);
      lateMs.push(time.now() - from - away);
    }
    return { state: 'up', latencyMs: 1 };
  };
  const roster = { shard: 0, places: ['home'], slots: Array.from({ length: slots }, (_, slot) => check(slot)) };
  const pace = newPace();
  const round = () => time.untilDone(probeRoster({ ...time, roster, scheduledAt: epochMs(60_000), probe, pace }));
  const first = await round();
  [starts, lateMs] = [[], []];
  const second = await round();
  return {
    gaps: starts.slice(1).map((at, i) => at - (starts[i] ?? 0)),
    latestMs: Math.max(...lateMs),
    suspects: [...first.suspects, ...second.suspects],
    tookMs: time.now() - second.startedAt,
  };
};

const someMs = fc.double({ min: 0, max: 3, noNaN: true });
const someMachine = fc.record({
  slots: fc.integer({ min: 16, max: 200 }),
  busyMs: fc.tuple(someMs, someMs, someMs),
  awayMs: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 500 })),
});
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const lawful = (law: (machine: Machine) => Promise<void>) =>
  fc.assert(fc.asyncProperty(someMachine, law), { numRuns: 40 });

test('however slow the process, none is measured later than by the work of four probes and twenty milliseconds', () =>
  lawful(async (machine) => {
    const { latestMs } = await secondRound(machine);
    expect(latestMs).toBeLessThanOrEqual(4 * sum(machine.busyMs) + 20);
  }));

test('no endpoint that is well is left to the slow lane because the process is slow', () =>
  lawful(async (machine) => {
    expect((await secondRound(machine)).suspects).toEqual([]);
  }));

test('a round takes hardly longer for that than the work that there is', () =>
  lawful(async (machine) => {
    const { slots, busyMs, awayMs } = machine;
    const { tookMs } = await secondRound(machine);
    expect(tookMs).toBeLessThanOrEqual(1.5 * slots * Math.max(1, sum(busyMs)) + sum(awayMs) + 20);
  }));

test.each([
  { name: 'a process that keeps up begins a probe each millisecond', busyMs: [0.1, 0.3, 0.1], gapMs: 1 },
  { name: 'one that does not begins each once it has time for the last', busyMs: [1, 3, 1], gapMs: 5 },
] as const)('$name', async ({ busyMs, gapMs }) => {
  const { gaps } = await secondRound({ slots: 300, busyMs, awayMs: [30, 80] });
  expect(sum(gaps) / gaps.length).toBeCloseTo(gapMs, 0);
});
