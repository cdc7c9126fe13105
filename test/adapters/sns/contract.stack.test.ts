import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type Message as QueueMessage,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TopicAddresses } from '../../../shared/adapters/sns/addresses.ts';
import { openPublisher } from '../../../shared/adapters/sns/publisher.ts';
import { openTopics } from '../../../shared/adapters/sns/topics.ts';
import type { Subscription } from '../../../shared/contract/plan.ts';
import type { Message } from '../../../shared/outage/message.ts';
import type { TopicPlan } from '../../../shared/outage/topics.ts';
import { clientConfig, type Engine, startMiniStack } from '../engines.ts';
import { aMessage } from '../given.ts';

let engine: Engine;
let sns: SNSClient;
let sqs: SQSClient;
let addresses: TopicAddresses;
let scenes = 0;

beforeAll(async () => {
  engine = await startMiniStack();
  sns = new SNSClient(clientConfig(engine.endpoint));
  sqs = new SQSClient(clientConfig(engine.endpoint));
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await engine.stop();
});
beforeEach(async () => {
  const stack = `vigie-${process.pid}-${++scenes}`;
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `${stack}-ops` }));
  addresses = { opsTopicArn: TopicArn, clientTopicArnPrefix: TopicArn.replace(/-ops$/, '_') };
});

const queue = async (name: string) => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `q-${process.pid}-${scenes}-${name}` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const received = async (): Promise<QueueMessage[]> => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages ?? [];
  };
  return { arn: Attributes?.QueueArn ?? '', received };
};

const acme = (...subscriptions: Subscription[]): TopicPlan => ({
  ...{ topic: 'client/acme', subscriptions, unwanted: 'everything-else' },
});
const to = (endpoint: string, over: Partial<Subscription> = {}): Subscription => ({
  ...{ protocol: 'sqs', endpoint, events: ['outage', 'credit', 'statement'], ...over },
});
const topicArn = (): string => `${addresses.clientTopicArnPrefix}acme`;
const subscribed = async (arn = topicArn()) =>
  (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }))).Subscriptions ?? [];

describe('topics', () => {
  test('are made with their tag and subscriptions, and kept as they are', async () => {
    const { arn } = await queue('a');
    const topics = openTopics(sns, addresses);
    expect(await topics.keep(acme(to(arn)))).toEqual({ subscribed: 1, unsubscribed: 0, pending: 0 });
    expect(await topics.keep(acme(to(arn)))).toEqual({ subscribed: 0, unsubscribed: 0, pending: 0 });
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn() }));
    expect(Tags).toEqual([{ Key: 'vigie:client', Value: 'acme' }]);
    expect(await subscribed()).toHaveLength(1);
  });

  test('change their filters in place', async () => {
    const { arn } = await queue('a');
    const topics = openTopics(sns, addresses);
    const filterNow = async () => {
      const [{ SubscriptionArn = '' } = {}] = await subscribed();
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return JSON.parse(Attributes?.FilterPolicy || '{}');
    };
    await topics.keep(acme(to(arn)));
    const before = (await subscribed())[0]?.SubscriptionArn;
    expect(await filterNow()).toEqual({});
    await topics.keep(acme(to(arn, { events: ['credit'] })));
    expect(await filterNow()).toEqual({ kind: ['credit', 'settlement', 'finding'] });
    await topics.keep(acme(to(arn)));
    expect(await filterNow()).toEqual({});
    expect((await subscribed())[0]?.SubscriptionArn).toBe(before);
  });

  test('of a client hold nobody whom the plan does not name', async () => {
    const [first, second] = [await queue('a'), await queue('b')];
    const topics = openTopics(sns, addresses);
    await topics.keep(acme(to(first.arn), to(second.arn)));
    expect(await topics.keep(acme(to(second.arn)))).toMatchObject({ unsubscribed: 1 });
    expect((await subscribed()).map(({ Endpoint }) => Endpoint)).toEqual([second.arn]);
  });

  test('of the provider keep who subscribed by other ways', async () => {
    const [first, second, other] = [await queue('a'), await queue('b'), await queue('c')];
    const topics = openTopics(sns, addresses);
    await sns.send(new SubscribeCommand({ TopicArn: addresses.opsTopicArn, Protocol: 'sqs', Endpoint: other.arn }));
    await topics.keep({ topic: 'ops', subscriptions: [to(first.arn)], unwanted: [] });
    await topics.keep({ topic: 'ops', subscriptions: [to(second.arn)], unwanted: [to(first.arn)] });
    const left = (await subscribed(addresses.opsTopicArn)).map(({ Endpoint }) => Endpoint);
    expect(left.sort()).toEqual([second.arn, other.arn].sort());
  });

  test('list more subscriptions than a page holds', async () => {
    const topics = openTopics(sns, addresses);
    const many = Array.from({ length: 130 }, (_, n) => to(`arn:aws:sqs:eu-west-3:000000000000:q${n}`));
    expect(await topics.keep(acme(...many))).toMatchObject({ subscribed: 130 });
    expect(await topics.keep(acme(...many))).toMatchObject({ subscribed: 0, unsubscribed: 0 });
    expect(await topics.keep(acme())).toMatchObject({ unsubscribed: 130 });
  });

  test('go with their subscriptions, and may be gone already', async () => {
    const { arn } = await queue('a');
    const topics = openTopics(sns, addresses);
    await topics.keep(acme(to(arn)));
    await topics.remove('acme');
    await topics.remove('acme');
    expect(await openPublisher(sns, addresses).publish(aMessage())).toBe('no-topic');
  });
});

describe('a message', () => {
  test('reaches who asked for its like, as JSON, and nobody else', async () => {
    const wanted = [
      { name: 'all', over: {}, gets: true },
      { name: 'outages', over: { events: ['outage' as const] }, gets: true },
      { name: 'credits', over: { events: ['credit' as const] }, gets: false },
      { name: 'high', over: { severities: ['high'] }, gets: true },
      { name: 'low', over: { severities: ['low'] }, gets: false },
      { name: 'mail', over: { services: ['mail'], severities: ['high', 'low'] }, gets: true },
      { name: 'premium', over: { tiers: ['premium'] }, gets: true }, // the message has no tier
    ];
    const queues = await Promise.all(wanted.map(async (one) => ({ ...one, ...(await queue(one.name)) })));
    await openTopics(sns, addresses).keep(acme(...queues.map(({ arn, over }) => to(arn, over))));
    const message: Message = aMessage('outage-opened/acme/mail/smtp/2');
    expect(await openPublisher(sns, addresses).publish(message)).toBe('published');
    for (const { name, gets, received } of queues) {
      const messages = await received();
      expect([name, messages.length]).toEqual([name, gets ? 1 : 0]);
      const [body] = messages.map(({ Body }) => JSON.parse(Body ?? '{}'));
      if (gets) expect(JSON.parse(body.Message)).toEqual(message.json);
    }
  });

  test('of a whole month reaches those who choose outages by their severity', async () => {
    const { arn, received } = await queue('a');
    await openTopics(sns, addresses).keep(acme(to(arn, { severities: ['critical'] })));
    const publisher = openPublisher(sns, addresses);
    await publisher.publish({
      ...aMessage('statement/acme/2026-10/r1'),
      attributes: { kind: 'statement', client: 'acme' },
    });
    await publisher.publish(aMessage('outage-opened/acme/mail/smtp/3'));
    const bodies = (await received()).map(({ Body }) => JSON.parse(JSON.parse(Body ?? '{}').Message));
    expect(bodies.map(({ event_id }) => event_id)).toEqual(['statement/acme/2026-10/r1']);
  });
});
