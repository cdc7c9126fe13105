import { beforeEach, describe, expect, test } from 'vitest';
import { type CompactDeps, makeCompact } from '../../functions/compact/handler.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import { offsetsOf, rostersOf } from '../../shared/probe/roster.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import { memoryColdDays, memoryStores } from '../adapters/memory.ts';
import { firstOfOctober as first, hour, october } from './october.ts';
import { killer, memoryPlans, mortal, newWorld, place, planWith, quiet, versionOfPlan, type World } from './world.ts';

const plan = planWith({ acme: '', bolt: '' });
const version = versionOfPlan(plan);
const runs = october(plan);
const after = epochMs(Date.UTC(2026, 10, 1, 14));
const tenth = epochMs(Date.UTC(2026, 9, 10));
const night = epochMs(tenth + dayMs + 20 * 60_000);
const smtp = 'acme/mail/smtp';

const octoberWorld = async (from: readonly string[] = [place]): Promise<World> => {
  const world = newWorld();
  const rosters = rostersOf(plan).map((roster) => ({ places: from, offsetsMs: offsetsOf(roster) }));
  await world.stores.pointers.advance({ seq: 1, version, rosters, appliedAt: epochMs(first) });
  await world.stores.runs.importAll(runs);
  return world;
};

const compactIn = ({ memory }: World, now = after, over: Partial<CompactDeps> = {}, fate = killer()) => {
  const { pointers, runs, days } = memoryStores(memory);
  return makeCompact({
    pointers,
    plans: memoryPlans(plan),
    runs: mortal(runs, fate),
    days: mortal(days, fate),
    coldDays: mortal(memoryColdDays(memory), fate),
    now: () => now,
    log: quiet,
    ...over,
  });
};

const dayOf = async ({ stores }: World, day = tenth, from = place, endpoint = smtp) =>
  (await stores.days.of(endpoint, from, { start: day, end: epochMs(day + 1) }))[0];

let world: World;
beforeEach(async () => {
  world = await octoberWorld();
});

describe('compaction', () => {
  test('does the day before, and a second time changes nothing', async () => {
    const compact = compactIn(world, night);
    expect(await compact({})).toEqual({ day: '2026-10-10', endpoints: 4, again: 0 });
    const before = structuredClone(world.memory);
    expect(await compact(undefined)).toEqual({ day: '2026-10-10', endpoints: 4, again: 0 });
    expect(world.memory).toEqual(before);
    expect((await dayOf(world))?.segments.map(({ state }) => state)).toContain('down');
    expect(await world.stores.days.closed(place, { start: tenth, end: after })).toEqual(new Set([tenth]));
  });

  test.each(['before', 'after'] as const)(
    'killed %s any of its writes, it closes nothing by half and the next one ends it',
    async (when) => {
      await compactIn(world, night)({});
      for (let n = 1; n <= 5; n++) {
        const broken = await octoberWorld();
        await expect(compactIn(broken, night, {}, killer(n, when))({})).rejects.toThrow('killed');
        if (broken.memory.closed.size > 0) expect(broken.memory.days).toEqual(world.memory.days);
        await compactIn(broken, night)({});
        expect(broken.memory).toEqual(world.memory);
      }
    },
  );

  test('refuses a day that is not over', async () => {
    const compact = compactIn(world, epochMs(Date.UTC(2026, 9, 11, 23)));
    await expect(compact({ day: '2026-10-11' })).rejects.toThrow('not over');
  });

  test('closes no day that does not read back as it was written', async () => {
    const { days } = memoryStores(world.memory);
    const compact = compactIn(world, after, { days: { ...days, of: async () => [] } });
    await expect(compact({ day: '2026-10-10' })).rejects.toThrow('does not read back');
    expect(world.memory.closed.size).toBe(0);
  });

  test('keeps the day that has more samples', async () => {
    await compactIn(world)({ day: '2026-10-10' });
    const whole = structuredClone(world.memory.days);
    for (const [key, { scheduledAt }] of world.memory.runs)
      if (scheduledAt % 1_200_000 === 0) world.memory.runs.delete(key);
    await compactIn(world)({ day: '2026-10-10' });
    expect(world.memory.days).toEqual(whole);
  });

  test('takes looks with rounds', async () => {
    const at = epochMs(tenth + 12 * hour + 90_000);
    const look = { slot: 0, at, outcome: { state: 'down', cause: 'dns' } } as const;
    const writtenAt = epochMs(at + 9_000);
    await world.stores.runs.putLooks({
      ...{ place, shard: 0, writtenAt, planVersion: version },
      packed: encodeLooks([look], writtenAt),
    });
    await compactIn(world, night)({});
    expect((await dayOf(world))?.segments).toContainEqual({ firstAt: at, lastAt: at, state: 'down', count: 1 });
  });
});

describe('what is kept for the years', () => {
  test('is every sample of the day, by itself, before the day is closed', async () => {
    const { coldDays, ...stores } = { ...memoryStores(world.memory), coldDays: memoryColdDays(world.memory) };
    const close: CompactDeps['days']['close'] = async (of, day) => {
      expect(await coldDays.get({ place: of, shard: 0, day })).toBeDefined();
      await stores.days.close(of, day);
    };
    await compactIn(world, night, { days: { ...stores.days, close } })({});
    const cold = await coldDays.get({ place, shard: 0, day: tenth });
    expect(cold?.tracks).toMatchObject([{ planVersion: version, endpoints: [{ id: smtp }, {}, {}, {}] }]);
    expect(cold?.tracks[0]?.rounds).toEqual(
      runs
        .filter(({ scheduledAt }) => scheduledAt >= tenth && scheduledAt < tenth + dayMs)
        .map(({ scheduledAt, startedAt, codes }) => ({ scheduledAt, startedAt, codes })),
    );
  });

  test('keeps the looks, and leaves a day open where it cannot be kept', async () => {
    const at = epochMs(tenth + hour);
    const look = { slot: 1, at, outcome: { state: 'down', cause: 'dns' } } as const;
    const writtenAt = epochMs(at + 9_000);
    await world.stores.runs.putLooks({
      ...{ place, shard: 0, writtenAt, planVersion: version },
      packed: encodeLooks([look], writtenAt),
    });
    const refused = { keep: async () => Promise.reject(new Error('does not read back')) };
    await expect(compactIn(world, night, { coldDays: refused })({})).rejects.toThrow('does not read back');
    expect(world.memory.closed.size).toBe(0);
    await compactIn(world, night)({});
    expect([...world.memory.cold.values()][0]?.day.tracks[0]?.looks).toEqual([look]);
  });

  test('is kept as long as the longest contract in its shard, and items of each client as theirs says', async () => {
    const long = planWith({ acme: 'retention: 61 months\n', bolt: 'retention: 13 months\n' });
    const rosters = rostersOf(long).map((roster) => ({ places: [place], offsetsMs: offsetsOf(roster) }));
    const pointer = { seq: 2, version: versionOfPlan(long), rosters, appliedAt: epochMs(night) };
    await world.stores.pointers.advance(pointer);
    await compactIn(world, night, { plans: memoryPlans(plan, long) })({});
    expect([...world.memory.cold.values()].map(({ months }) => months)).toEqual([61]);
    const until = async (endpoint: string) => new Date((await dayOf(world, tenth, place, endpoint))?.keptUntil ?? 0);
    expect(await until(smtp)).toEqual(new Date('2031-11-11'));
    expect(await until('bolt/mail/smtp')).toEqual(new Date('2027-11-11'));
  });
});

describe('places', () => {
  test('are those of the plans in force that day, each closed by itself', async () => {
    const two = await octoberWorld(['agence-lyon', place]);
    await two.stores.runs.importAll(runs.map((run): StoredRun => ({ ...run, place: 'agence-lyon' })));
    const rosters = [{ places: [place], offsetsMs: [0] }];
    await two.stores.pointers.advance({ seq: 2, version, rosters, appliedAt: epochMs(tenth + 12 * hour) });
    const closed = (from: string) => two.stores.days.closed(from, { start: tenth, end: after });
    expect(await compactIn(two, night)({})).toMatchObject({ endpoints: 8 });
    expect(await compactIn(two, epochMs(night + dayMs))({})).toMatchObject({ endpoints: 4 });
    expect(await closed('agence-lyon')).toEqual(new Set([tenth]));
    expect(await closed(place)).toEqual(new Set([tenth, tenth + dayMs]));
  });

  test('that saw nothing close their day all the same', async () => {
    const two = await octoberWorld(['agence-lyon', place]);
    expect(await compactIn(two, night)({})).toMatchObject({ endpoints: 4 });
    expect(await two.stores.days.closed('agence-lyon', { start: tenth, end: after })).toEqual(new Set([tenth]));
  });
});

describe('what comes late', () => {
  /** Runs of a day, of which those of an afternoon come when it is closed. */
  const afternoon = ({ scheduledAt }: StoredRun): boolean =>
    scheduledAt >= tenth + 12 * hour && scheduledAt < tenth + 18 * hour;
  let cut: World;
  beforeEach(async () => {
    cut = await octoberWorld();
    for (const [key, run] of cut.memory.runs) if (afternoon(run)) cut.memory.runs.delete(key);
    await compactIn(cut, night)({});
    expect((await dayOf(cut))?.segments.at(-1)?.count).toBe(36); // the evening, for the afternoon is missing
  });
  const upload = async (): Promise<void> => {
    await cut.stores.runs.importAll(runs.filter(afternoon));
    await cut.stores.runs.noteLate(place, tenth);
  };

  test('is taken into the day that it belongs to, once', async () => {
    await upload();
    const nextNight = epochMs(night + dayMs);
    expect(await compactIn(cut, nextNight)({})).toEqual({ day: '2026-10-11', endpoints: 4, again: 2 });
    await compactIn(world, night)({});
    expect(await dayOf(cut)).toEqual(await dayOf(world));
    expect(await compactIn(cut, nextNight)({})).toMatchObject({ again: 0 });
  });

  test('is forgotten by nobody who was killed', async () => {
    await upload();
    for (let n = 1; n <= 14; n++) {
      await expect(compactIn(cut, epochMs(night + dayMs), {}, killer(n))({})).rejects.toThrow('killed');
      expect(await cut.stores.runs.late(place)).toHaveLength(1);
    }
    expect(await compactIn(cut, epochMs(night + dayMs))({})).toMatchObject({ again: 2 });
    expect(await cut.stores.runs.late(place)).toEqual([]);
  });

  test('of a day that is not over waits for its end', async () => {
    await cut.stores.runs.noteLate(place, epochMs(tenth + dayMs));
    expect(await compactIn(cut, night)({})).toMatchObject({ again: 0 });
    expect(await cut.stores.runs.late(place)).toHaveLength(1);
  });

  test('of a place that is gone from the plan is taken too', async () => {
    const gone = await octoberWorld(['agence-lyon', place]);
    const rosters = [{ places: [place], offsetsMs: [0] }];
    await gone.stores.pointers.advance({ seq: 2, version, rosters, appliedAt: epochMs(tenth + dayMs) });
    await gone.stores.runs.importAll(runs.map((run): StoredRun => ({ ...run, place: 'agence-lyon' })));
    await gone.stores.runs.noteLate('agence-lyon', tenth);
    await compactIn(gone, epochMs(night + 5 * dayMs))({});
    expect((await dayOf(gone, tenth, 'agence-lyon'))?.segments.length).toBeGreaterThan(1);
  });
});
