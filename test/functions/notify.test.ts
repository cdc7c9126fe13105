import { describe, expect, test } from 'vitest';
import { makeNotify } from '../../functions/notify/handler.ts';
import { makeWatch } from '../../functions/watch/handler.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aMessage } from '../adapters/given.ts';
import { memoryStores } from '../adapters/memory.ts';
import {
  at,
  killer,
  mortal,
  newWorld,
  place,
  planWith,
  quiet,
  recordingPublisher,
  runOfMinute,
  streamOf,
} from './world.ts';

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
  const watchIn = (
    { stores }: ReturnType<typeof newWorld>,
    publisher: ReturnType<typeof recordingPublisher>,
    minute: number,
  ) =>
    makeWatch({
      outbox: stores.outbox,
      plans: stores.pointers,
      runs: stores.runs,
      settlementRuns: stores.settlementRuns,
      publisher,
      places: [place],
      now: () => at(minute),
      log: quiet,
    });

  test('sends again what was left for more than a minute, and nothing else', async () => {
    const world = await filledWorld();
    await world.stores.outbox.markSent(aMessage('a'), at(0));
    await world.stores.outbox.add(aMessage('young'), at(5));
    const publisher = recordingPublisher();
    expect(await watchIn(world, publisher, 5)()).toMatchObject({ sentAgain: 2, pendingMessages: 0 });
    expect(publisher.sent).toEqual(['client/acme b', 'client/acme c']);
    expect(await watchIn(world, publisher, 5)()).toMatchObject({ sentAgain: 0 });
  });

  test('one message that cannot be sent is counted, and the others are sent', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher((id) => {
      if (id === 'b') throw new Error('throttled');
      return 'published';
    });
    expect(await watchIn(world, publisher, 5)()).toMatchObject({ sentAgain: 2, pendingMessages: 1 });
  });

  test('one message that cannot be read is counted, and the others are sent', async () => {
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
    expect(await watch()).toMatchObject({ sentAgain: 3, pendingMessages: 1 });
  });

  test('stops sending in time to tell what it measured, and counts what is left', async () => {
    const world = await filledWorld();
    const publisher = recordingPublisher();
    let clock = at(5);
    const watch = makeWatch({
      outbox: world.stores.outbox,
      plans: world.stores.pointers,
      runs: world.stores.runs,
      settlementRuns: world.stores.settlementRuns,
      publisher: {
        publish: (message) => {
          clock = epochMs(clock + 40_000);
          return publisher.publish(message);
        },
      },
      places: [place],
      now: () => clock,
      log: quiet,
    });
    expect(await watch()).toMatchObject({ sentAgain: 2, pendingMessages: 1 });
  });

  test('counts the hours that a settlement is overdue, of a month in which a plan was in force', async () => {
    const world = newWorld();
    const publisher = recordingPublisher();
    const late = async (iso: string) =>
      (await watchIn(world, publisher, (Date.parse(iso) - at(0)) / 60_000)()).settlementOverdueHours;
    expect(await late('2026-11-01T20:30Z')).toBe(0); // there is no plan
    await world.stores.pointers.advance({ seq: 1, version: 'v', rosters: [], appliedAt: at(0) });
    expect(await late('2026-10-31T23:59Z')).toBe(0); // nobody was a client in September
    expect(await late('2026-11-01T13:59Z')).toBe(0);
    expect(await late('2026-11-01T20:30Z')).toBe(6);
    await world.stores.settlementRuns.close('2026-10', at(0));
    expect(await late('2026-11-01T20:30Z')).toBe(0);
    expect(await late('2026-12-01T15:00Z')).toBe(1);
  });

  test('measures the age of the newest run, from the plan on where there is none', async () => {
    const world = newWorld();
    const publisher = recordingPublisher();
    const age = async (minute: number) => (await watchIn(world, publisher, minute)()).newestRunAgeSeconds;
    expect(await age(0)).toBe(0);
    await world.stores.pointers.advance({
      seq: 1,
      version: 'v',
      rosters: [{ places: ['home'], offsetsMs: [0] }],
      appliedAt: at(0),
    });
    expect(await age(3)).toBe(180);
    await world.stores.runs.putOnce(runOfMinute(plan, 2));
    expect(await age(3)).toBe(60);
    await world.stores.pointers.advance({
      seq: 2,
      version: 'w',
      rosters: [
        { places: ['home'], offsetsMs: [0] },
        { places: ['home'], offsetsMs: [0] },
      ],
      appliedAt: epochMs(at(0)),
    });
    expect(await age(3)).toBe(180); // the second shard has no run yet
  });
});
