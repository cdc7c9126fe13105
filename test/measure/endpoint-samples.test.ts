import { beforeEach, describe, expect, test } from 'vitest';
import { makeCompact } from '../../functions/compact/handler.ts';
import { endpointSamples, probingOf, type SeenSample } from '../../shared/measure/endpoint-samples.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import { offsetsOf, rostersOf } from '../../shared/probe/roster.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs, type Interval, interval } from '../../shared/time/span.ts';
import { memoryColdDays, memoryStores } from '../adapters/memory.ts';
import { firstOfOctober as first, hour, october } from '../functions/october.ts';
import { memoryPlans, newWorld, place, planWith, quiet, versionOfPlan, type World } from '../functions/world.ts';

const plan = planWith({ acme: '', bolt: '' });
const moved = planWith({ aaa: '', acme: '', bolt: '' }); // acme's slots are others
const runs = october(plan);
const tenth = Date.UTC(2026, 9, 10);
const smtp = 'acme/mail/smtp';
const around = interval(tenth + 1.5 * hour, tenth + 6.5 * hour);

let world: World;
const applied = (seq: number, of: typeof plan, at: number) => ({
  ...{ seq, version: versionOfPlan(of), appliedAt: epochMs(at) },
  rosters: rostersOf(of).map((roster) => ({ places: [place], offsetsMs: offsetsOf(roster) })),
});
beforeEach(async () => {
  world = newWorld();
  await world.stores.pointers.advance(applied(1, plan, first));
  await world.stores.runs.importAll(runs);
  const at = epochMs(tenth + 2 * hour + 60_000);
  const writtenAt = epochMs(at + 30_000);
  await world.stores.runs.putLooks({
    ...{ place, shard: 0, writtenAt, planVersion: versionOfPlan(plan) },
    packed: encodeLooks([{ slot: 0, at, outcome: { state: 'down', cause: 'tls' } }], writtenAt),
  });
});

const samplesIn = async (within: Interval, said: number[][] = [], of = smtp): Promise<SeenSample[]> => {
  const plans = memoryPlans(plan, moved);
  const coldDays = memoryColdDays(world.memory);
  const probing = await probingOf(plans, await world.stores.pointers.history(), of, within);
  const progress = (read: number, all: number) => void said.push([read, all]);
  return endpointSamples({ ...memoryStores(world.memory), coldDays, plans, progress }, of, probing, within);
};
const compact = (day: string) =>
  makeCompact({
    ...{ ...world.stores, coldDays: memoryColdDays(world.memory), plans: memoryPlans(plan, moved) },
    ...{ now: () => epochMs(tenth + 20 * dayMs), log: quiet },
  })({ day });
const forgetWarm = (): void => {
  world.memory.runs.clear();
  world.memory.looks.clear();
};

describe('samples of an endpoint', () => {
  test('are those of rounds and looks, in the order of time', async () => {
    const seen = await samplesIn(around);
    expect(seen).toHaveLength(31);
    expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted());
    expect(seen[3]).toMatchObject({
      at: tenth + 2 * hour + 700,
      outcome: { state: 'down', cause: 'refused' },
      from: 'run',
    });
    expect(seen[4]).toMatchObject({ at: tenth + 2 * hour + 60_000, outcome: { cause: 'tls' }, from: 'look' });
    expect(seen[0]?.outcome).toMatchObject({ state: 'up' });
  });

  test('are the same once their day is compacted and what it was made of is gone', async () => {
    const warm = await samplesIn(around);
    await compact('2026-10-10');
    forgetWarm();
    const cold = await samplesIn(around);
    expect(cold.map(({ from }) => from)).toEqual(cold.map(() => 'cold day'));
    expect(cold.map(({ at, outcome, place: of }) => ({ at, outcome, of }))).toEqual(
      warm.map(({ at, outcome, place: of }) => ({ at, outcome, of })),
    );
  });

  test('of a span over several days are read where each is kept', async () => {
    await compact('2026-10-10');
    const said: number[][] = [];
    const seen = await samplesIn(interval(tenth - hour, tenth + dayMs + hour), said);
    expect(seen).toHaveLength(6 + 145 + 6);
    expect(seen.map(({ from }) => from)).toEqual([
      ...Array(6).fill('run'),
      ...Array(145).fill('cold day'),
      ...Array(6).fill('run'),
    ]);
    expect(said).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
  });

  test('begin and end where the span does, to the millisecond', async () => {
    const at = tenth + 3 * hour + 700;
    expect(await samplesIn(interval(at, at + 1))).toHaveLength(1);
    expect(await samplesIn(interval(at - 1, at))).toEqual([]);
  });

  test('follow an endpoint that a new plan gave another slot', async () => {
    const noon = tenth + 12 * hour;
    await world.stores.pointers.advance(applied(2, moved, noon));
    for (const [key, run] of world.memory.runs) if (run.scheduledAt >= noon) world.memory.runs.delete(key);
    await world.stores.runs.importAll(october(moved).filter(({ scheduledAt }) => scheduledAt >= noon));
    const whole = interval(tenth, tenth + dayMs);
    const warm = await samplesIn(whole);
    expect(warm).toHaveLength(145);
    expect(warm.at(-1)?.at).toBe(tenth + dayMs - 600_000 + 700 + 2); // its slot is the third now
    await compact('2026-10-10');
    forgetWarm();
    expect((await samplesIn(whole)).map(({ at, outcome }) => [at, outcome])).toEqual(
      warm.map(({ at, outcome }) => [at, outcome]),
    );
  });

  test('of an endpoint that no plan had are none', async () => {
    expect(await samplesIn(around, [], 'acme/mail/nothing')).toEqual([]);
  });
});
