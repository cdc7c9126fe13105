import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test } from 'vitest';
import { filterOf, filterProblems } from '../../../shared/adapters/sns/filter.ts';
import { openPublisher } from '../../../shared/adapters/sns/publisher.ts';
import type { Subscription } from '../../../shared/contract/plan.ts';
import { aMessage } from '../given.ts';

const subscription = (over: Partial<Subscription> = {}): Subscription => ({
  protocol: 'email',
  endpoint: 'it@acme.example',
  events: ['outage'],
  ...over,
});
const many = (count: number, over: Partial<Subscription> = {}): Subscription[] =>
  Array.from({ length: count }, (_, n) => subscription({ endpoint: `it${n}@acme.example`, ...over }));
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `s${n}`);

describe('a filter', () => {
  test('lets through the kinds that were asked for', () => {
    expect(filterOf(subscription())).toEqual({ kind: ['outage-opened', 'outage-closed', 'settlement', 'finding'] });
  });

  test('is none where everything was asked for', () => {
    expect(filterOf(subscription({ events: ['outage', 'credit', 'statement'] }))).toEqual({});
  });

  test('by severity lets through what has no severity', () => {
    const { severity } = filterOf(subscription({ events: ['outage', 'statement'], severities: ['critical'] }));
    expect(severity).toEqual(['critical', { exists: false }]);
  });
});

describe('of what SNS refuses', () => {
  test.each([
    { name: '200 filters on a topic are taken', subscriptions: many(200), problems: [] },
    { name: '201 are not', subscriptions: many(201), problems: [/201 subscriptions with a filter, SNS takes 200/] },
    {
      name: 'subscriptions without a filter are not counted',
      subscriptions: many(300, { events: ['outage', 'credit', 'statement'] }),
      problems: [],
    },
    {
      name: '150 combinations are taken',
      subscriptions: [subscription({ events: ['credit'], severities: names(4), services: names(9) })],
      problems: [],
    },
    {
      name: 'more are not',
      subscriptions: [subscription({ events: ['credit'], severities: names(4), services: names(10) })],
      problems: [/it@acme.example has 165 combinations, SNS takes 150/],
    },
    {
      name: 'an address with two filters is told',
      subscriptions: [subscription(), subscription({ events: ['credit'] })],
      problems: [/email it@acme.example is subscribed twice/],
    },
  ])('$name', ({ subscriptions, problems }) => {
    const found = filterProblems('client/acme', subscriptions);
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toMatch(problem);
  });
});

describe('a message', () => {
  const publisher = openPublisher(new SNSClient({ region: 'eu-west-3' }), {
    opsTopicArn: 'arn:aws:sns:eu-west-3:000000000000:ops',
    clientTopicArnPrefix: 'arn:aws:sns:eu-west-3:000000000000:vigie_',
  });

  test.each([
    { name: 'an accent in its subject', over: { subject: 'Électricité' } },
    { name: 'a subject of a hundred characters', over: { subject: 'x'.repeat(100) } },
    { name: 'a subject of two lines', over: { subject: 'a\nb' } },
    { name: 'more than 256 KiB', over: { email: 'x'.repeat(256 * 1024) } },
    { name: 'an empty attribute', over: { attributes: { ...aMessage().attributes, tier: '' } } },
  ])('with $name is refused before it is sent', async ({ over }) => {
    await expect(publisher.publish({ ...aMessage(), ...over })).rejects.toThrow();
  });
});
