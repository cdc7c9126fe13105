import { describe, expect, test } from 'vitest';
import { makeNotify } from '../../functions/notify/handler.ts';
import { makeWatch } from '../../functions/watch/handler.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import type { Kept } from '../../shared/watch/kept.ts';
import { aMessage } from '../adapters/given.ts';
import { memoryStores } from '../adapters/memory.ts';
import { at, killer, mortal, newWorld, planWith, quiet, recordingPublisher, runOfMinute, streamOf } from './world.ts';

const messages = ['a', 'b', 'c'].map((id) => aMessage(id));
const event = streamOf(
  messages.map((message) => ({ pk: `OUT#${message.eventId}`, sk: 'OUT', message, createdAt: at(0), pending: '1' })),
);

const filledWorld = async () => {
  const world = newWorld();
  for (const message of messages) await world.stores.outbox.add(message, at(0));
  return world;
};

const notifyIn = ({ memory }: ReturnType<typeof newWorld>, publisher = recordingPublisher(), fate = killer()) =>
  makeNotify({
    outbox: mortal(memoryStores(memory).outbox, fate),
    publisher: mortal(publisher, fate),
    now: () => at(1),
    log: quiet,
  });

const pendingIn = ({ stores }: ReturnType<typeof newWorld>) => stores.outbox.pendingBefore(at(9));

describe('notify', () => {
  test('publishes each message once, however often the stream brings it', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher();
    const notify = notifyIn(world, publisher);
    expect(await notify(event)).toEqual({ batchItemFailures: [] });
    expect(await notify(event)).toEqual({ batchItemFailures: [] });
    expect(publisher.sent).toEqual(['client/acme a', 'client/acme b', 'client/acme c']);
    expect(await pendingIn(world)).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'killed %s any step, it loses nothing and repeats at most one, under its id',
    async (when) => {
      for (let n = 1; n <= 6; n++) {
        const world = await filledWorld();
        const publisher = recordingPublisher();
        await notifyIn(world, publisher, killer(n, when))(event);
        await notifyIn(world, publisher)(event);
        expect(new Set(publisher.sent).size).toBe(3);
        expect(publisher.sent.length).toBeLessThanOrEqual(4);
        expect(await pendingIn(world)).toEqual([]);
      }
    },
  );

  test('a topic that is gone is noted and does not hold up the others', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher((id) => (id === 'b' ? 'no-topic' : 'published'));
    expect(await notifyIn(world, publisher)(event)).toEqual({ batchItemFailures: [] });
    expect(await pendingIn(world)).toEqual([]);
    expect(world.memory.outbox.get('client/acme b')).toMatchObject({ done: { why: 'no-topic' } });
  });
});

describe('watch', () => {
  const plan = planWith({ acme: '' });
  const oneShard = { places: ['home'], offsetsMs: [0] };
  const watchIn = (
    { stores }: ReturnType<typeof newWorld>,
    publisher: ReturnType<typeof recordingPublisher>,
    minute: number,
    kept: readonly (() => Promise<Kept & { place: string }>)[] = [],
  ) =>
    makeWatch({
      outbox: stores.outbox,
      plans: stores.pointers,
      runs: stores.runs,
      days: stores.days,
      settlementRuns: stores.settlementRuns,
      publisher,
      kept,
      now: () => at(minute),
      log: quiet,
    });

  test('sends again what was left for more than a minute, and nothing else', async () => {
    const world = await filledWorld();
    await world.stores.outbox.markSent(aMessage('a'), at(0));
    await world.stores.outbox.add(aMessage('young'), at(5));
    const publisher = recordingPublisher();
    expect(await watchIn(world, publisher, 5)()).toEqual({ sentAgain: 2 });
    expect(publisher.sent).toEqual(['client/acme b', 'client/acme c']);
    expect(await watchIn(world, publisher, 5)()).toEqual({ sentAgain: 0 });
  });

  test('one message that cannot be sent holds up no other, and is found once it is old', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher((id) => {
      if (id === 'b') throw new Error('throttled');
      return 'published';
    });
    expect(await watchIn(world, publisher, 5)()).toEqual({ sentAgain: 2 });
    await expect(watchIn(world, publisher, 15)()).rejects.toThrow('1 notices have not left');
  });

  test('one message that cannot be read is found at once, and the others are sent', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher();
    const { outbox } = world.stores;
    const withOneMore: typeof outbox = {
      ...outbox,
      pendingBefore: (before, unreadable) => {
        unreadable?.('OUT#old#ops');
        return outbox.pendingBefore(before);
      },
    };
    const watch = watchIn({ ...world, stores: { ...world.stores, outbox: withOneMore } }, publisher, 5);
    await expect(watch()).rejects.toThrow('OUT#old#ops');
    expect(publisher.sent).toHaveLength(3);
  });

  test('stops sending in time to tell what it found, and the next one goes on', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher();
    let clock = at(5);
    const watch = makeWatch({
      outbox: world.stores.outbox,
      plans: world.stores.pointers,
      runs: world.stores.runs,
      days: world.stores.days,
      settlementRuns: world.stores.settlementRuns,
      publisher: {
        publish: (message) => {
          clock = epochMs(clock + 40_000);
          return publisher.publish(message);
        },
      },
      kept: [],
      now: () => clock,
      log: quiet,
    });
    expect(await watch()).toEqual({ sentAgain: 2 });
    expect(await watch()).toEqual({ sentAgain: 1 });
  });

  test('finds a settlement overdue, of a month in which a plan was in force', async () => {
    const world = newWorld();
    const publisher = recordingPublisher();
    const found = (iso: string) =>
      watchIn(world, publisher, (Date.parse(iso) - at(0)) / 60_000)().then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await found('2026-11-01T20:30Z')).toBe(''); // there is no plan
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [], appliedAt: at(0) });
    expect(await found('2026-10-31T23:59Z')).toBe(''); // nobody was a client in September
    expect(await found('2026-11-01T13:59Z')).toBe('');
    expect(await found('2026-11-01T20:30Z')).toContain('2026-10 is not settled');
    await world.stores.settlementRuns.close('2026-10', at(0));
    expect(await found('2026-11-01T20:30Z')).toBe('');
  });

  test('finds a shard that writes nothing, from the plan on where it never did', async () => {
    const world = newWorld();
    const publisher = recordingPublisher();
    const watch = (minute: number) => watchIn(world, publisher, minute)();
    expect(await watch(0)).toEqual({ sentAgain: 0 });
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [oneShard], appliedAt: at(0) });
    expect(await watch(4)).toEqual({ sentAgain: 0 });
    await expect(watch(5)).rejects.toThrow('1 of 1 shards at home');
    await world.stores.runs.putOnce({ ...runOfMinute(plan, 3), place: 'home' });
    expect(await watch(7)).toEqual({ sentAgain: 1 }); // what the first one found and nobody had sent
    await world.stores.pointers.advance({ seq: 2, version: 'w', rosters: [oneShard, oneShard], appliedAt: at(3) });
    await world.stores.runs.putOnce({ ...runOfMinute(plan, 9), place: 'home' });
    await expect(watch(9)).rejects.toThrow('1 of 2 shards at home');
  });

  test('finds yesterday uncompacted where there was something to compact, and is content once it is', async () => {
    const world = newWorld();
    const publisher = recordingPublisher();
    const day = epochMs(Math.floor(at(0) / dayMs) * dayMs);
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [oneShard], appliedAt: epochMs(day + 1) });
    const watch = async (hour: number) => {
      const minute = (day + hour * 3_600_000 - at(0)) / 60_000;
      await world.stores.runs.putOnce({ ...runOfMinute(plan, minute), place: 'home' });
      return watchIn(world, publisher, minute)();
    };
    expect(await watch(7)).toEqual({ sentAgain: 0 }); // of the day before there was no plan
    await expect(watch(24 + 6)).rejects.toThrow('at home is not compacted');
    await world.stores.days.close('home', day);
    expect(await watch(24 + 7)).toEqual({ sentAgain: 1 }); // what it found an hour ago
  });

  test('tells each trouble once, however long it lasts', async () => {
    const world = newWorld();
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [oneShard], appliedAt: at(0) });
    const publisher = recordingPublisher();
    for (const minute of [5, 10, 15, 20]) await expect(watchIn(world, publisher, minute)()).rejects.toThrow();
    expect(publisher.sent).toEqual([`ops finding/runs-late/home/${at(0)}`]);
  });

  test('tells once a day what every retry failed on, and rings for what has stopped alone', async () => {
    const world = newWorld();
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [], appliedAt: at(0) });
    const publisher = recordingPublisher();
    const frankfurt = { place: 'frankfurt', count: 3, of: ['recheck', 'tick'] };
    for (const minute of [5, 10, 15, 1_440 + 15]) await watchIn(world, publisher, minute, [async () => frankfurt])();
    await watchIn(world, publisher, 1_440 + 20)();
    const day = (days: number) => new Date(at(days * 1_440)).toISOString().slice(0, 10);
    expect(publisher.sent).toEqual(
      [0, 1].map((days) => `ops finding/failures-kept/frankfurt/recheck.tick/${day(days)}`),
    );
  });

  test('a queue that cannot be read keeps nothing else from being told', async () => {
    const world = newWorld();
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [oneShard], appliedAt: at(0) });
    const publisher = recordingPublisher();
    const kept = [
      () => Promise.reject(new Error('the region is away')),
      async () => ({ place: 'frankfurt', count: 1, of: ['tick'] }),
    ];
    for (const minute of [5, 10]) await expect(watchIn(world, publisher, minute, kept)()).rejects.toThrow('home');
    const day = new Date(at(0)).toISOString().slice(0, 10);
    expect([...publisher.sent].sort()).toEqual([
      `ops finding/failures-kept/frankfurt/tick/${day}`,
      `ops finding/runs-late/home/${at(0)}`,
    ]);
  });
});
