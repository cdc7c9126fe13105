import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayFromRuns, daysFromRuns } from '../../shared/measure/compaction.ts';
import type { EvidenceSegment } from '../../shared/measure/evidence.ts';
import { sampleSet } from '../../shared/measure/sample-set.ts';
import { segmentsOf } from '../../shared/measure/segments.ts';
import type { Check, Sample } from '../../shared/probe/check.ts';
import { encodeLooks, type Look } from '../../shared/probe/looks.ts';
import type { Roster } from '../../shared/probe/roster.ts';
import { codeOf, type Outcome, sampleAt, stateOf } from '../../shared/probe/run.ts';
import type { StoredLooks, StoredRun } from '../../shared/probe/runs.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs, type Interval, interval } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

const minute = 60_000;
const midnight = Date.UTC(2026, 9, 25);

const check = (id: string, everyMs: number): Check => tcpCheck(id, { everyMs, confirm: 1 });
const checks = [check('a/b/often', 10_000), check('a/b/usual', minute), check('a/b/seldom', 5 * minute)];
/** The second plan has the same endpoints in other slots. */
const rosters: Readonly<Record<string, Roster>> = {
  before: { shard: 0, places: ['home'], slots: checks },
  after: { shard: 0, places: ['home'], slots: [check('a/b/new', minute), ...checks.toReversed()] },
};
const rosterOf = (version: string): Roster => {
  const roster = rosters[version];
  if (!roster) throw new Error(`no roster ${version}`);
  return roster;
};

const sourcesOf = (runs: readonly StoredRun[], looks: readonly StoredLooks[]) => {
  const inside = ({ start, end }: Interval, at: number) => start <= at && at < end;
  return {
    runs: {
      between: async (_place: string, shard: number, within: Interval) =>
        runs.filter((run) => run.shard === shard && inside(within, run.scheduledAt)),
      looksBetween: async (_place: string, shard: number, within: Interval) =>
        looks.filter((one) => one.shard === shard && inside(within, one.writtenAt)),
    },
    plans: { roster: async (version: string) => rosterOf(version) },
  };
};

const down: Outcome = { state: 'down', cause: 'refused' };
const up: Outcome = { state: 'up', latencyMs: 20 };
const runAt = (scheduledAt: number, late: number, outcomes: readonly Outcome[], planVersion = 'before'): StoredRun => ({
  ...{ place: 'home', shard: 0, planVersion, scheduledAt: epochMs(scheduledAt) },
  ...{ startedAt: epochMs(scheduledAt + late), codes: Uint8Array.from(outcomes, codeOf) },
});
const looksAt = (writtenAt: number, looks: readonly Look[], planVersion = 'before'): StoredLooks => ({
  ...{ place: 'home', shard: 0, planVersion, writtenAt: epochMs(writtenAt) },
  packed: encodeLooks(looks, epochMs(writtenAt)),
});
const lookAt = (at: number, slot: number, outcome: Look['outcome']): Look => ({ at: epochMs(at), slot, outcome });

/** Every sample of an endpoint, one by one. */
const samplesOf = (
  id: string,
  runs: readonly StoredRun[],
  looks: readonly (Look & { version: string })[],
): Sample[] => [
  ...runs.flatMap(({ planVersion, startedAt, codes }) => {
    const slot = rosterOf(planVersion).slots.findIndex((one) => one.id === id);
    const state = slot < 0 ? undefined : stateOf(codes[slot]);
    return state ? [{ at: sampleAt(startedAt, slot), state }] : [];
  }),
  ...looks
    .filter(({ slot, version }) => rosterOf(version).slots[slot]?.id === id)
    .map(({ at, outcome }) => ({ at, state: outcome.state })),
];

const outcome = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Outcome>(up) },
  fc.constantFrom<Outcome>(down, { state: 'unknown' }, { state: 'not-due' }),
);

/** Rounds of 10 s about two midnights, some late and some missing; looks that were written up to nine minutes later. */
const someDays = fc
  .record({
    rounds: fc.array(
      fc.record({
        day: fc.nat(1),
        tick: fc.integer({ min: -40, max: 40 }),
        late: fc.oneof(fc.nat(900), fc.nat(25_000)),
        outcomes: fc.tuple(outcome, outcome, outcome, outcome),
      }),
      { maxLength: 80 },
    ),
    looks: fc.array(
      fc.record({
        day: fc.nat(1),
        at: fc.integer({ min: -400_000, max: 400_000 }),
        after: fc.integer({ min: 0, max: 540_000 }),
        slot: fc.nat(3),
        outcome: fc.constantFrom<Look['outcome']>(
          { state: 'up', latencyMs: 9 },
          { state: 'down', cause: 'dns' },
          { state: 'unknown' },
        ),
      }),
      { maxLength: 20 },
    ),
    changedAt: fc.integer({ min: -400_000, max: dayMs + 400_000 }),
  })
  .map(({ rounds, looks, changedAt }) => {
    const versionAt = (at: number) => (at < midnight + changedAt ? 'before' : 'after');
    const runs = new Map<number, StoredRun>();
    for (const { day, tick, late, outcomes } of rounds) {
      const scheduledAt = midnight + day * dayMs + tick * 10_000;
      runs.set(scheduledAt, runAt(scheduledAt, late, outcomes, versionAt(scheduledAt)));
    }
    const all = looks.map(({ day, at, after, slot, outcome: said }) => {
      const seen = midnight + day * dayMs + at;
      return { ...lookAt(seen, slot, said), version: versionAt(seen), writtenAt: seen + after };
    });
    return {
      runs: [...runs.values()].sort((a, b) => a.scheduledAt - b.scheduledAt),
      looks: all,
      stored: all.map((one) => looksAt(one.writtenAt, [one], one.version)).sort((a, b) => a.writtenAt - b.writtenAt),
    };
  });

const days = [-1, 0, 1].map((n) => epochMs(midnight + n * dayMs));
const ids = [...checks.map(({ id }) => id), 'a/b/new'];

/** The state that held at an instant. */
const stateAt = (segments: readonly EvidenceSegment[], at: number, reach: number) => {
  const last = segments.findLast(({ firstAt }) => firstAt <= at);
  return last && at - Math.min(last.lastAt, at) < reach ? last.state : 'nothing';
};

describe('days of rounds and looks', () => {
  test('are together what going through every sample gives', async () => {
    await fc.assert(
      fc.asyncProperty(someDays, async ({ runs, looks, stored }) => {
        const seen = await Promise.all(days.map((day) => dayFromRuns(sourcesOf(runs, stored), 'home', [0], day)));
        for (const [n, id] of ids.entries()) {
          const everyMs = checks[n]?.everyMs ?? minute;
          const samples = samplesOf(id, runs, looks);
          const parts = seen.flatMap((day) => day.get(id)?.segments ?? []).sort((a, b) => a.firstAt - b.firstAt);
          for (const [i, part] of parts.entries())
            expect(part.firstAt).toBeGreaterThanOrEqual(parts[i - 1]?.lastAt ?? 0);
          const [whole, together] = [segmentsOf(samples, everyMs), sampleSet(parts)];
          for (const { at } of samples)
            for (const when of [at - 1, at, at + 1, at + 2 * everyMs - 1, at + 2 * everyMs])
              expect(stateAt(together, when, 2 * everyMs)).toBe(stateAt(whole, when, 2 * everyMs));
          const instants = new Set(samples.map(({ at }) => at));
          expect(together.reduce((sum, { count }) => sum + count, 0)).toBe(instants.size);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('are the same, whichever days they are read with', async () => {
    await fc.assert(
      fc.asyncProperty(someDays, async ({ runs, stored }) => {
        const sources = sourcesOf(runs, stored);
        const together = await daysFromRuns(sources, 'home', [0], interval(midnight - dayMs, midnight + 2 * dayMs));
        for (const day of days)
          expect(together.get(day) ?? new Map()).toEqual(await dayFromRuns(sources, 'home', [0], day));
      }),
      { numRuns: 50 },
    );
  });

  test('a look written after midnight belongs to the new day, and the old one breaks where it lies', async () => {
    const usual = [{ state: 'not-due' }, up, { state: 'not-due' }] as const;
    const runs = [-2, -1, 0, 1].map((n) => runAt(midnight + n * minute, 58_000, usual));
    const look = looksAt(midnight + 5_000, [lookAt(midnight - 30_000, 1, { state: 'down', cause: 'dns' })]);
    const sources = sourcesOf(runs, [look]);
    const seen = async (day: number) => (await dayFromRuns(sources, 'home', [0], epochMs(day))).get('a/b/usual');
    const at = (n: number) => midnight + n * minute + 58_001;
    expect((await seen(midnight - dayMs))?.segments).toEqual([
      { firstAt: at(-2), lastAt: at(-2), state: 'up', count: 1 },
      { firstAt: at(-1), lastAt: at(-1), state: 'up', count: 1 },
    ]);
    expect((await seen(midnight))?.segments).toEqual([
      { firstAt: midnight - 30_000, lastAt: midnight - 30_000, state: 'down', count: 1 },
      { firstAt: at(0), lastAt: at(1), state: 'up', count: 2 },
    ]);
  });

  test('an endpoint without looks keeps one segment, though others have them', async () => {
    const runs = Array.from({ length: 30 }, (_, n) => runAt(midnight + n * minute, 1_000, [up, up, up]));
    const looks = [looksAt(midnight + 90_000, [lookAt(midnight + 89_000, 0, { state: 'down', cause: 'dns' })])];
    const seen = await dayFromRuns(sourcesOf(runs, looks), 'home', [0], epochMs(midnight));
    expect(seen.get('a/b/usual')?.segments).toHaveLength(1);
    expect(seen.get('a/b/often')?.segments.some(({ state }) => state === 'down')).toBe(true);
  });
});
