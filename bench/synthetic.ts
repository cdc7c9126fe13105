/** Runs as a month would bring them: late starts, missed minutes, incidents, blips. The same on every machine. */
import type { PackedRun } from '../shared/measure/segments.ts';
import type { Roster } from '../shared/probe/roster.ts';
import { encodeRun, latencyCodes } from '../shared/probe/run.ts';
import { epochMs } from '../shared/time/span.ts';
import { tcpCheck } from '../test/checks.ts';

const minuteMs = 60_000;
export const monthStart = Date.UTC(2026, 8, 30, 22); // October 2026 in Paris, 745 hours for the end of summer time
export const monthEnd = Date.UTC(2026, 9, 31, 23);

/** Park and Miller's generator: enough for traffic, and the same everywhere. */
export const numbers = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

export const rosterOf = (endpoints: number, idOf = (i: number) => `client/service/e${i}`): Roster => ({
  shard: 0,
  places: ['home'],
  slots: Array.from({ length: endpoints }, (_, i) => tcpCheck(idOf(i))),
});

const [downCode = 0] = encodeRun([{ state: 'down', cause: 'response-timeout', detail: '' }]);

/** Steps of a code in so much of a latency's logarithm. */
const steps = (logarithm: number): number => logarithm / Math.log(1.041);

/**
 * Latencies as a day brings them, in codes: log-normal over endpoints (median 120 ms), each with noise of 6 to 14 % that
 * hangs together from minute to minute, a swing over the day, and a spike in 167 samples. Noise keeps nine tenths from one minute
 * to the next: then differences in the order of minutes pack to 0.36 B a sample under zstd 19, as in the measurement
 * that this stands for.
 */
const latenciesOf = (random: () => number): ((minute: number) => number) => {
  const normal = () => (random() + random() + random() + random() - 2) * Math.sqrt(3);
  const keeps = 0.9;
  const usual = steps(Math.log(120) + 0.6 * normal());
  const noise = steps(0.06 + 0.08 * random());
  const [swing, phase] = [steps(0.2 * random()), 2 * Math.PI * random()];
  let off = noise * normal();
  return (minute) => {
    off = keeps * off + noise * Math.sqrt(1 - keeps ** 2) * normal();
    const spike = random() < 0.006 ? 15 + 30 * random() : 0;
    const code = usual + swing * Math.sin(phase + (2 * Math.PI * minute) / 1_440) + off + spike;
    return Math.max(0, Math.min(latencyCodes - 1, Math.round(code)));
  };
};

/** A day's runs at a time: three endpoints in four have an incident in a month, one in fifty is flaky. */
export function* monthOfRuns({ slots }: Roster, seed: number): Generator<PackedRun[]> {
  const random = numbers(seed);
  const latencies = slots.map(() => latenciesOf(random));
  const flaky = slots.map(() => random() < 0.02);
  const minutes = (monthEnd - monthStart) / minuteMs;
  const incidents = slots.map(() =>
    random() < 0.75 ? [Math.floor(random() * minutes), Math.ceil(random() * 120)] : [minutes, 0],
  );
  for (let first = 0; first < minutes; first += 1_440) {
    const runs: PackedRun[] = [];
    for (let minute = first; minute < Math.min(minutes, first + 1_440); minute++) {
      if (random() < 0.0005) continue;
      const startedAt = epochMs(monthStart + minute * minuteMs + Math.floor(random() * 20_000));
      const codes = Uint8Array.from(slots, (_, slot) => {
        const [from = 0, length = 0] = incidents[slot] ?? [];
        const failed = (minute >= from && minute < from + length) || (flaky[slot] && random() < 0.02);
        return failed ? downCode : (latencies[slot]?.(minute) ?? 0);
      });
      runs.push({ startedAt, codes });
    }
    yield runs;
  }
}
