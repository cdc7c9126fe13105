import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayFromRuns } from '../../shared/measure/compaction.ts';
import { gatherEvidence } from '../../shared/measure/gather.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import type { StoredLooks, StoredRun } from '../../shared/probe/runs.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs, type Interval, interval } from '../../shared/time/span.ts';
import { memoryPlans, place, planWith, runOfMinute, versionOfPlan } from '../functions/world.ts';

const plan = planWith({ acme: '' });
const [client] = plan.clients;
const first = Date.UTC(2026, 9, 1);
const ids = ['acme/mail/smtp', 'acme/mail/web'];

/** A run each hour of so many days, failing at those hours. */
const runsOf = (days: number, failing: readonly number[]): StoredRun[] =>
  Array.from({ length: days * 24 }, (_, hour) => {
    const scheduledAt = epochMs(first + hour * 3_600_000);
    const run = runOfMinute(plan, 0, failing.includes(hour) ? ids.slice(0, 1) : []);
    return { ...run, scheduledAt, startedAt: epochMs(scheduledAt + 500) };
  });

const sourcesOf = (
  all: readonly StoredRun[],
  closed: readonly number[],
  said: number[][] = [],
  looks: readonly StoredLooks[] = [],
) => {
  const reads: Interval[] = [];
  const runs = {
    between: async (_place: string, _shard: number, within: Interval) => {
      reads.push(within);
      return all.filter(({ scheduledAt }) => within.start <= scheduledAt && scheduledAt < within.end);
    },
    looksBetween: async (_place: string, _shard: number, within: Interval) =>
      looks.filter(({ writtenAt }) => within.start <= writtenAt && writtenAt < within.end),
  };
  const plans = memoryPlans(plan);
  const dayOf = async (endpoint: string, day: number) => {
    const segments = (await dayFromRuns({ runs, plans }, place, [0], epochMs(day))).get(endpoint)?.segments ?? [];
    return { endpoint, place, day: epochMs(day), everyMs: 300_000, segments };
  };
  return {
    reads,
    sources: {
      runs,
      plans,
      versions: [versionOfPlan(plan)],
      windows: { list: async () => [] },
      days: {
        closed: async () => new Set(closed.map((day) => epochMs(first + day * dayMs))),
        of: (id: string) => Promise.all(closed.map((day) => dayOf(id, first + day * dayMs))),
      },
      progress: (read: number, of: number) => void said.push([read, of]),
    },
  };
};
const gathered = (from: ReturnType<typeof sourcesOf>, days: number) => {
  if (!client) throw new Error('the plan has a client');
  return gatherEvidence(from.sources, client, interval(first, first + days * dayMs));
};

/** A look at each of these minutes, written half a minute later. */
const looksOf = (minutes: readonly number[]): StoredLooks[] =>
  minutes
    .toSorted((a, b) => a - b)
    .map((minute) => {
      const at = epochMs(first + minute * 60_000 + 45_000);
      const writtenAt = epochMs(at + 30_000);
      const look = { slot: minute % 2, at, outcome: { state: 'down', cause: 'dns' } } as const;
      return { place, shard: 0, writtenAt, planVersion: versionOfPlan(plan), packed: encodeLooks([look], writtenAt) };
    });

test('whichever days are compacted, and however the others are read, the evidence is the same', async () => {
  const days = 20;
  const hours = fc.uniqueArray(fc.nat(days * 24 - 1), { maxLength: 40 });
  const minutes = fc.uniqueArray(
    fc.oneof(
      fc.nat(days * 1440 - 1),
      fc.integer({ min: 1, max: days - 1 }).map((day) => day * 1440 - 1), // written on the next day
    ),
    { maxLength: 30 },
  );
  const some = fc.uniqueArray(fc.nat(days - 1));
  await fc.assert(
    fc.asyncProperty(hours, minutes, some, async (failing, looked, closed) => {
      const [runs, looks] = [runsOf(days, failing), looksOf(looked)];
      const sorted = closed.toSorted((a, b) => a - b);
      const open = await gathered(sourcesOf(runs, [], [], looks), days);
      expect(await gathered(sourcesOf(runs, sorted, [], looks), days)).toEqual(open);
    }),
    { numRuns: 20 },
  );
});

test('a look is evidence as the sample of a round is', async () => {
  const [evidence] = [await gathered(sourcesOf(runsOf(1, []), [], [], looksOf([90])), 1)];
  const seen = evidence.endpoints['acme/mail/smtp'];
  expect(seen && 'places' in seen ? seen.places[place]?.filter(({ state }) => state === 'down') : []).toMatchObject([
    { firstAt: first + 90 * 60_000 + 45_000, count: 1 },
  ]);
});

test('days that are not compacted are read a week at a time, and that is told', async () => {
  const said: number[][] = [];
  const from = sourcesOf(runsOf(20, []), [], said);
  await gathered(from, 20);
  expect(from.reads.map(({ start, end }) => Math.floor((end - start) / dayMs))).toEqual([7, 7, 6]);
  expect(said).toEqual([
    [0, 20],
    [7, 20],
    [14, 20],
  ]);
});

test('where all but today is compacted, one day of runs is read', async () => {
  const closed = Array.from({ length: 19 }, (_, day) => day);
  const from = sourcesOf(runsOf(20, [3]), closed);
  const before = from.reads.length;
  await gathered(from, 20);
  const own = from.reads.slice(before).filter(({ start }) => !closed.includes(Math.round((start - first) / dayMs)));
  expect(own.map(({ start, end }) => [start, end].map((at) => Math.round((at - first) / dayMs)))).toEqual([[19, 20]]);
});
