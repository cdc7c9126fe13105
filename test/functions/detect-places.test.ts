/** Detection of what several places send, in rounds and between them. */
import { describe, expect, test } from 'vitest';
import { makeDetect } from '../../functions/detect/handler.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import type { StoredLooks, StoredRun } from '../../shared/probe/runs.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { memoryStores } from '../adapters/memory.ts';
import * as world from './world.ts';

const { at } = world;
const smtp = 'acme/mail/smtp';

/** The same plan with its checks changed. */
const planOf = (
  places: readonly string[],
  over: { readonly everyMs?: number; readonly confirm?: number } = {},
): Plan => {
  const plan = world.planWith({ acme: '' });
  const changed = { everyMs: 60_000, confirm: 1, quorum: 'majority' as const, ...over, places: [...places] };
  return world.withChecks(plan, () => changed);
};

const scene = (...plans: readonly [Plan, ...Plan[]]) => {
  const { memory, stores } = world.newWorld();
  const apply = (plan: Plan, minute: number): void => {
    const seq = memory.pointers.length + 1;
    memory.pointers.push({ seq, version: world.versionOfPlan(plan), rosters: [], appliedAt: at(minute) });
  };
  apply(plans[0], -60);
  const detections = { ...stores.detections };
  const detect = makeDetect({
    ...stores,
    detections,
    plans: world.memoryPlans(...plans),
    now: () => at(60),
    log: world.quiet,
  });
  /** The letter is of SMTP; the other endpoint is up. */
  const run = (place: string, minute: number, letter: string, plan: Plan = plans[0]): StoredRun => {
    const slots = rostersOf(plan)[0]?.slots ?? [];
    const codes = encodeRun(slots.map(({ id }) => world.outcomeOf(id === smtp ? letter : 'u')));
    const [scheduledAt, startedAt] = [at(minute), epochMs(at(minute) + 500)];
    return { place, shard: 0, scheduledAt, startedAt, planVersion: world.versionOfPlan(plan), codes };
  };
  const look = (place: string, minute: number, letter: string, afterMs = 6_000, detail = ''): StoredLooks => {
    const slot = rostersOf(plans[0])[0]?.slots.findIndex(({ id }) => id === smtp) ?? 0;
    const writtenAt = epochMs(at(minute) + afterMs);
    const packed = encodeLooks([{ slot, at: at(minute), outcome: world.outcomeOf(letter) }], writtenAt);
    const details = detail ? { [slot]: detail } : undefined;
    return { place, shard: 0, writtenAt, planVersion: world.versionOfPlan(plans[0]), packed, details };
  };
  const store = async (item: StoredRun | StoredLooks) => {
    if ('codes' in item) await stores.runs.putOnce(item);
    else await stores.runs.putLooks(item);
    return 'codes' in item ? world.imageOfRun(item) : world.imageOfLooks(item);
  };
  /** Stores what was sent, then brings it as one batch. */
  const send = async (...items: readonly (StoredRun | StoredLooks)[]) => {
    const images = [];
    for (const item of items) images.push(await store(item));
    return detect(world.streamOf(images));
  };
  const told = () => [...memory.outbox.keys()].filter((key) => key.startsWith('ops ')).map((key) => key.split('/')[0]);
  return { memory, stores, detections, detect, apply, run, look, store, send, told };
};
const opened = 'ops outage-opened';
const closed = 'ops outage-closed';
const allWell = { batchItemFailures: [] };

test('what is replayed wakes nobody, though the filter let it through', async () => {
  const { detect, run, look, told, memory } = scene(planOf(['home']));
  const images = [world.imageOfRun(run('home', 0, 'd')), world.imageOfLooks(look('home', 1, 'd'))];
  const event = JSON.stringify(world.streamOf(images));
  const replayed = event.replaceAll('"NewImage":{', '"NewImage":{"replayed":{"BOOL":true},');
  expect(await detect(JSON.parse(replayed))).toEqual(allWell);
  expect(memory.states.size).toBe(0);
  await detect(JSON.parse(event));
  expect(told()).toEqual([opened]);
});

test('an item that is neither a run nor looks is refused', async () => {
  const { detect } = scene(planOf(['home']));
  expect((await detect(world.streamOf([{ pk: 'DAY#x', sk: 1 }]))).batchItemFailures).toHaveLength(1);
});

test('looks open and close an outage, and their words reach the provider alone', async () => {
  const { send, look, told, memory } = scene(planOf(['home'], { confirm: 2 }));
  await send(look('home', 0, 'd', 6_000, '503 from 10.0.3.7'), look('home', 1, 'd'));
  await send(look('home', 1.4, 'u'));
  expect(told()).toEqual([opened, closed]);
  expect([...memory.outages.values()]).toMatchObject([
    { openedAt: at(0), confirmedAt: at(1), closedAt: at(1.4), places: ['home'], detail: '503 from 10.0.3.7' },
  ]);
  const texts = [...memory.outbox].map(([key, { message }]) => [key.split(' ')[0], JSON.stringify(message)] as const);
  expect(texts.map(([topic, text]) => [topic, text.includes('10.0.3.7')])).toEqual([
    ['ops', true],
    ['client/acme', false],
    ['ops', true],
    ['client/acme', false],
  ]);
});

describe('of two places', () => {
  const two = planOf(['frankfurt', 'home']);
  test.each([
    { name: 'one that fails alone tells nothing', other: 'u', want: [] },
    { name: 'one that fails alone tells nothing while the other one’s slow lane has it', other: '-', want: [] },
    { name: 'both that fail tell it', other: 'd', want: [opened] },
    { name: 'one decides where the other cannot tell', other: '?', want: [opened] },
  ])('$name', async ({ other, want }) => {
    const { send, run, told } = scene(two);
    for (const minute of [0, 1, 2]) await send(run('home', minute, 'd'), run('frankfurt', minute, other));
    expect(told()).toEqual(want);
  });

  test('one decides where the slow lane of the other cannot tell', async () => {
    const { send, run, look, told } = scene(two);
    await send(run('frankfurt', 0, '-'), look('frankfurt', 0.1, '?'), run('home', 1, 'd'));
    expect(told()).toEqual([opened]);
  });

  test('one decides once the other has been silent for three minutes', async () => {
    const { send, run, told } = scene(two);
    await send(run('frankfurt', 0, 'u'), run('home', 0, 'u'));
    for (const minute of [1, 2, 3]) await send(run('home', minute, 'd'));
    expect(told()).toEqual([]);
    await send(run('home', 4, 'd'));
    expect(told()).toEqual([opened]);
  });

  test('one that fails alone tells nothing where its end came with it', async () => {
    const { send, run, look, told, stores } = scene(two);
    await send(run('frankfurt', 0, 'u'), run('home', 0, 'u'));
    const [failed, writtenAt] = [look('home', 1, 'd'), epochMs(at(1) + 20_000)];
    const slot = new DataView(failed.packed.buffer).getUint16(0);
    const packed = encodeLooks(
      [
        { slot, at: at(1), outcome: world.outcomeOf('d') },
        { slot, at: epochMs(at(1) + 18_000), outcome: world.outcomeOf('u') },
      ],
      writtenAt,
    );
    await stores.runs.putOnce(run('frankfurt', 1, 'u'));
    await send({ ...failed, writtenAt, packed });
    expect(told()).toEqual([]);
  });

  test('one decides where the other one’s rounds have gone without it for three minutes', async () => {
    const { send, run, told } = scene(two);
    await send(run('frankfurt', 0, 'u'), run('home', 0, 'u'));
    for (const minute of [1, 2, 3]) await send(run('frankfurt', minute, '-'), run('home', minute, 'd'));
    expect(told()).toEqual([]); // its slow lane may still tell
    await send(run('frankfurt', 4, '-'), run('home', 4, 'd'));
    expect(told()).toEqual([opened]);
    await send(run('home', 5, 'u'));
    expect(told()).toEqual([opened, closed]);
  });

  test('runs at the same instant, in one batch or in two at once, are one outage', async () => {
    const batch = scene(two);
    await batch.send(batch.run('home', 0, 'd'), batch.run('frankfurt', 0, 'd'));
    const { detect, run, store, memory, told } = scene(two);
    const images = await Promise.all(['home', 'frankfurt'].map((place) => store(run(place, 0, 'd'))));
    const answers = await Promise.all(images.map((image) => detect(world.streamOf([image]))));
    expect(answers).toEqual([allWell, allWell]);
    expect(told()).toEqual([opened]);
    expect(memory.states.get(0)?.state.endpoints).toEqual(batch.memory.states.get(0)?.state.endpoints);
    expect([...memory.outages.values()]).toMatchObject([{ openedAt: at(0) + 500 }]);
  });
});

describe('a state that another arrival wrote first', () => {
  /** The first so many saves find somebody else's write, as if another place's run came between. */
  const contend = (detections: Detections, times: number) => {
    let left = times;
    const { save } = detections;
    return Object.assign(detections, {
      save: async (...args: Parameters<typeof save>) => {
        const [{ shard, rev, at: when }] = args;
        const { state } = await detections.load(shard);
        if (left-- > 0) await save({ shard, rev, at: when }, { state, events: [] }, []);
        return save(...args);
      },
    });
  };
  test('is begun from again, a few times', async () => {
    const { detections, send, run, told } = scene(planOf(['home']));
    contend(detections, 4);
    expect(await send(run('home', 0, 'd'))).toEqual(allWell);
    expect(told()).toEqual([opened]);
  });
  test('too often leaves the batch to be tried again', async () => {
    const { detections, send, run, told } = scene(planOf(['home']));
    contend(detections, 99);
    expect(await send(run('home', 0, 'd'))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(told()).toEqual([]);
  });
});

describe('a failed look that was written after the next round had begun', () => {
  const fast = planOf(['home'], { everyMs: 10_000, confirm: 1 });
  test('tells nothing where that round found the endpoint up', async () => {
    const { send, run, look, told } = scene(fast);
    await send(run('home', 1, 'u'), look('home', 5 / 6, 'd', 13_000));
    expect(told()).toEqual([]);
  });
  test('tells nothing either where the endpoint had failed and recovered before', async () => {
    const { send, run, look, told } = scene(fast);
    await send(run('home', 0, 'd'), run('home', 1, 'u'));
    await send(run('home', 3, 'u'), look('home', 2 + 5 / 6, 'd', 13_000));
    expect(told()).toEqual([opened, closed]);
  });
  test('is a failure where it did not', async () => {
    const { send, run, look, told } = scene(fast);
    await send(run('home', 1, '-'), look('home', 5 / 6, 'd', 13_000));
    expect(told()).toEqual([opened]);
  });
  test('reads nothing where no round could come between', async () => {
    const { stores, memory } = world.newWorld();
    const plan = planOf(['home']);
    const runs = {
      ...memoryStores(memory).runs,
      between: () => Promise.reject(new Error('was read')),
      looksBetween: () => Promise.reject(new Error('was read')),
    };
    const detect = makeDetect({ ...stores, runs, plans: world.memoryPlans(plan), now: () => at(60), log: world.quiet });
    expect(await detect(world.streamOf([world.imageOfLooks(scene(plan).look('home', 0, 'd', 50_000))]))).toEqual(
      allWell,
    );
    expect(memory.outages.size).toBe(1);
  });
});

describe('places that take a new plan up one after the other', () => {
  const before = planOf(['frankfurt', 'home']);
  const after = planOf(['frankfurt', 'home'], { confirm: 2 });
  test('change nothing back: what comes under the old plan is judged by the new one', async () => {
    const { apply, send, run, told, memory } = scene(before, after);
    apply(after, 0);
    await send(run('home', 0, 'u', after), run('frankfurt', 0, 'u', before));
    await send(run('home', 1, 'd', after), run('frankfurt', 1, 'd', before));
    expect(told()).toEqual([]); // `confirm` is 2 now
    await send(run('home', 2, 'd', after), run('frankfurt', 2, 'd', before));
    expect(told()).toEqual([opened]);
    expect(memory.states.get(0)?.state).toMatchObject({ plan: world.versionOfPlan(after), planAt: at(0) + 500 });
  });
  test('follow a plan that comes into force again', async () => {
    const { apply, send, run, memory } = scene(before, after);
    const planAt = (minute: number): EpochMs => epochMs(at(minute) + 500);
    apply(after, 0);
    await send(run('home', 0, 'u', after));
    apply(before, 1);
    await send(run('home', 1, 'u', before));
    expect(memory.states.get(0)?.state).toMatchObject({ plan: world.versionOfPlan(before), planAt: planAt(1) });
  });
});

test('a place that the plan takes away takes its view along', async () => {
  const [wide, narrow] = [planOf(['frankfurt', 'home', 'siege']), planOf(['frankfurt', 'siege'])];
  const { apply, send, run, told, memory } = scene(wide, narrow);
  for (const place of ['home', 'frankfurt', 'siege']) await send(run(place, 0, place === 'siege' ? 'u' : 'd', wide));
  expect(told()).toEqual([opened]);
  apply(narrow, 1);
  await send(run('siege', 1, 'u', narrow));
  expect(Object.keys(memory.states.get(0)?.state.endpoints[smtp]?.views ?? {})).toEqual(['frankfurt']);
  expect(told()).toEqual([opened, closed]);
});
