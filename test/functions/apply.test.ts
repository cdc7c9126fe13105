import { describe, expect, test } from 'vitest';
import { type ApplyDeps, makeApply } from '../../functions/apply/handler.ts';
import type { Outcome } from '../../shared/adapters/cloudformation/answer.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import type { Topics } from '../../shared/outage/topics.ts';
import { memoryStores } from '../adapters/memory.ts';
import { at, killer, memoryPlans, mortal, newWorld, planWith, quiet, versionOfPlan, type World } from './world.ts';

const before = planWith({ acme: '', bolt: '' });
const after = planWith({ acme: '', cosy: '' });
const sources: Readonly<Record<string, Plan>> = { before, after };

/** SNS as far as applying sees it: topics and their addresses. */
const memoryTopics = (): Topics & { readonly there: Map<string, string[]> } => {
  const there = new Map<string, string[]>([['ops', ['pager']]]);
  return {
    there,
    problems: () => [],
    keep: async ({ topic, subscriptions, unwanted }) => {
      const present = there.get(topic) ?? [];
      const wanted = subscriptions.map(({ endpoint }) => endpoint);
      const gone = present.filter(
        (one) =>
          !wanted.includes(one) &&
          (unwanted === 'everything-else' || unwanted.some(({ endpoint }) => endpoint === one)),
      );
      there.set(topic, [...present.filter((one) => !wanted.includes(one) && !gone.includes(one)), ...wanted]);
      return {
        subscribed: wanted.filter((one) => !present.includes(one)).length,
        unsubscribed: gone.length,
        pending: 0,
      };
    },
    remove: async (client) => void there.delete(`client/${client}`),
  };
};

const newScene = () => ({ world: newWorld(), topics: memoryTopics(), answers: [] as Outcome[], plans: memoryPlans() });
type Scene = ReturnType<typeof newScene>;

const applyIn = ({ world, topics, answers, plans }: Scene, fate = killer(), over: Partial<ApplyDeps> = {}) => {
  const stores = memoryStores((world as World).memory);
  return makeApply({
    read: async ({ key }) => (sources[key] ? JSON.stringify(sources[key]) : undefined),
    plans: mortal(plans, fate),
    pointers: mortal(stores.pointers, fate),
    topics: mortal(topics, fate),
    register: mortal(stores.register, fate),
    makeBeatKey: async () => {},
    answer: async (_question, _id, outcome) => void answers.push(outcome),
    sha256,
    now: () => at(0),
    log: quiet,
    ...over,
  });
};

const source = (key: string) => ({ bucket: 'assets', key });
const question = (RequestType: string, key = 'before') => ({
  ...{
    RequestType,
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
    ResponseURL: 'https://answers.example/signed',
  },
  ResourceProperties: { ServiceToken: 'arn', ...source(key) },
});

describe('a plan', () => {
  test('comes into force: documents, topics, then the pointer', async () => {
    const scene = newScene();
    const applied = await applyIn(scene)(source('before'));
    expect(applied).toMatchObject({ seq: 1, version: versionOfPlan(before), changed: true, clients: 2, endpoints: 4 });
    expect(scene.world.memory.pointers).toMatchObject([
      { seq: 1, version: versionOfPlan(before), rosters: [{ places: ['home'], offsetsMs: [0] }] },
    ]);
    expect([...scene.topics.there.keys()].sort()).toEqual(['client/acme', 'client/bolt', 'ops']);
  });

  test('is not in force before there is a key for the addresses of its heartbeats', async () => {
    const scene = newScene();
    const makeBeatKey = async () => {
      throw new Error('no key');
    };
    await expect(applyIn(scene, killer(), { makeBeatKey })(source('before'))).rejects.toThrow('no key');
    expect(scene.world.memory.pointers).toEqual([]);
  });

  test('applied again moves no pointer, and mends its topics', async () => {
    const scene = newScene();
    await applyIn(scene)(source('before'));
    scene.topics.there.delete('client/bolt');
    expect(await applyIn(scene)(source('before'))).toMatchObject({ seq: 1, changed: false, subscribed: 1 });
    expect(scene.world.memory.pointers).toHaveLength(1);
  });

  test('replaced by another leaves the topics of clients that left until their last statement is long out', async () => {
    const scene = newScene();
    const onDay = (day: number, key: string) => applyIn(scene, killer(), { now: () => at(day * 1440) })(source(key));
    await onDay(0, 'before');
    scene.topics.there.set('client/of-another-stack', []);
    expect(await onDay(1, 'after')).toMatchObject({ seq: 2, topicsRemoved: 0 });
    expect(await onDay(60, 'after')).toMatchObject({ topicsRemoved: 0 });
    expect([...scene.topics.there.keys()]).toContain('client/bolt');
    expect(await onDay(95, 'after')).toMatchObject({ topicsRemoved: 1 });
    expect([...scene.topics.there.keys()].sort()).toEqual([
      'client/acme',
      'client/cosy',
      'client/of-another-stack',
      'ops',
    ]);
  });

  test('a client that left and came back keeps the topic for good', async () => {
    const scene = newScene();
    const onDay = (day: number, key: string) => applyIn(scene, killer(), { now: () => at(day * 1440) })(source(key));
    await onDay(0, 'before');
    await onDay(1, 'after');
    await onDay(2, 'before');
    expect(await onDay(200, 'after')).toMatchObject({ topicsRemoved: 0 });
    expect([...scene.topics.there.keys()]).toContain('client/bolt');
  });

  test("leaves alone who else subscribed to the provider's topic", async () => {
    const scene = newScene();
    await applyIn(scene)(source('before'));
    await applyIn(scene)(source('after'));
    expect(scene.topics.there.get('ops')).toEqual(['pager', 'duty@msp.example']);
  });

  test.each(['before', 'after'] as const)(
    'killed %s any of its writes, leaves the old plan or the new, and the next attempt ends it',
    async (when) => {
      for (let n = 1; n <= 9; n++) {
        const scene = newScene();
        await applyIn(scene)(source('before'));
        const versions = [before, after].map(versionOfPlan);
        await applyIn(scene, killer(n, when))(source('after')).catch(() => {});
        expect(versions).toContain(scene.world.memory.pointers.at(-1)?.version);
        await applyIn(scene)(source('after'));
        expect(scene.world.memory.pointers.map(({ version }) => version)).toEqual(versions);
        expect([...scene.topics.there.keys()].sort()).toEqual(['client/acme', 'client/bolt', 'client/cosy', 'ops']);
      }
    },
  );

  test('that SNS would refuse changes nothing', async () => {
    const scene = newScene();
    const topics = {
      ...scene.topics,
      problems: ({ topic }: { topic: string }) => (topic === 'ops' ? ['too many'] : []),
    };
    const fate = killer();
    await expect(applyIn(scene, fate, { topics })(source('before'))).rejects.toThrow('nothing was changed: too many');
    expect(fate.writes).toBe(0);
  });

  test('with an address that SNS refuses is not put into force, and every such address is told', async () => {
    const scene = newScene();
    const topics = {
      ...scene.topics,
      keep: async ({ topic }: { topic: string }) => {
        if (topic === 'ops') return { subscribed: 0, unsubscribed: 0, pending: 0 };
        throw new Error('InvalidParameter');
      },
    };
    await expect(applyIn(scene, killer(), { topics })(source('before'))).rejects.toThrow(
      'the plan was not put into force: client/acme: InvalidParameter; client/bolt: InvalidParameter',
    );
    expect(scene.world.memory.pointers).toEqual([]);
  });

  test('that another overtook says so', async () => {
    const scene = newScene();
    const { pointers } = memoryStores(scene.world.memory);
    const overtaken = { ...pointers, current: async () => undefined };
    await pointers.advance({
      seq: 1,
      version: 'other',
      rosters: [{ places: ['home'], offsetsMs: [0] }],
      appliedAt: at(0),
    });
    await expect(applyIn(scene, killer(), { pointers: overtaken })(source('before'))).rejects.toThrow('another plan');
  });

  test('that is not there, or is no plan, changes nothing', async () => {
    const scene = newScene();
    const fate = killer();
    await expect(applyIn(scene, fate)(source('nowhere'))).rejects.toThrow('there is no plan at s3://assets/nowhere');
    await expect(applyIn(scene, fate, { read: async () => '{"schema":2}' })(source('x'))).rejects.toThrow();
    expect(fate.writes).toBe(0);
  });
});

describe('CloudFormation', () => {
  test.each(['Create', 'Update'])('hears that a plan is in force after %s', async (kind) => {
    const scene = newScene();
    await applyIn(scene)(question(kind));
    expect(scene.answers).toEqual([{ ok: true, data: { version: versionOfPlan(before), seq: '1' } }]);
  });

  test('hears why it is not', async () => {
    const scene = newScene();
    await applyIn(scene)(question('Create', 'nowhere'));
    expect(scene.answers).toEqual([{ ok: false, reason: 'there is no plan at s3://assets/nowhere' }]);
  });

  test('takes the topics with it when the stack goes', async () => {
    const scene = newScene();
    await applyIn(scene)(question('Create'));
    await applyIn(scene)(question('Delete'));
    await applyIn(scene)(question('Delete'));
    expect([...scene.topics.there.keys()]).toEqual(['ops']);
    expect(scene.answers).toHaveLength(3);
  });
});
