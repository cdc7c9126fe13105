/** Runs as a month would bring them: late starts, missed minutes, incidents, blips. The same on every machine. */
import type { PackedRun } from '../shared/measure/segments.ts';
import type { Roster } from '../shared/probe/roster.ts';
import { encodeRun } from '../shared/probe/run.ts';
import { epochMs } from '../shared/time/span.ts';

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
  slots: Array.from({ length: endpoints }, (_, i) => ({
    kind: 'tcp',
    id: idOf(i),
    host: 'example.com',
    port: 443,
    everyMs: minuteMs,
    timeoutMs: 10_000,
    confirm: 2,
    retryMs: 0,
    places: ['home'],
    quorum: 'majority',
  })),
});

const [downCode] = encodeRun([{ state: 'down', cause: 'response-timeout', detail: '' }]);

/** A day's runs at a time: three endpoints in four have an incident in a month, one in fifty is flaky. */
export function* monthOfRuns({ slots }: Roster, seed: number): Generator<PackedRun[]> {
  const random = numbers(seed);
  const usual = slots.map(() => 80 + Math.floor(random() * 90));
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
        return failed ? (downCode ?? 0) : (usual[slot] ?? 0) + Math.floor(random() * 5);
      });
      runs.push({ startedAt, codes });
    }
    yield runs;
  }
}
