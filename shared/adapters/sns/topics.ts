import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { Subscription } from '../../contract/plan.ts';
import type { TopicPlan, Topics } from '../../outage/topics.ts';
import { arnOf, clientTopic, type TopicAddresses } from './addresses.ts';
import { filterOf, filterProblems } from './filter.ts';

interface Subscribed {
  readonly protocol: string;
  readonly endpoint: string;
  /** None until whoever has the address confirmed it. */
  readonly arn?: string;
}

type Address = Pick<Subscription, 'protocol' | 'endpoint'>;
const same = (a: Pick<Subscribed, 'protocol' | 'endpoint'>, b: Address): boolean =>
  a.protocol === b.protocol && a.endpoint === b.endpoint;

export const openTopics = (client: SNSClient, addresses: TopicAddresses): Topics => {
  const subscribedTo = async (topicArn: string): Promise<Subscribed[]> => {
    const found: Subscribed[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken: token }));
      for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
        found.push({
          protocol: Protocol,
          endpoint: Endpoint,
          ...(SubscriptionArn.startsWith('arn:') && { arn: SubscriptionArn }), // else `PendingConfirmation`, `Deleted`
        });
      token = page.NextToken;
    } while (token);
    return found;
  };

  const subscribe = (topicArn: string, subscription: Subscription) => {
    const policy = filterOf(subscription);
    const filtered = Object.keys(policy).length > 0;
    return client.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: subscription.protocol,
        Endpoint: subscription.endpoint,
        ReturnSubscriptionArn: true,
        ...(filtered && { Attributes: { FilterPolicy: JSON.stringify(policy) } }),
      }),
    );
  };

  const unwantedOf = ({ unwanted, subscriptions }: TopicPlan, present: readonly Subscribed[]): Subscribed[] =>
    present
      .filter((one) => !subscriptions.some((wanted) => same(one, wanted)))
      .filter((one) => unwanted === 'everything-else' || unwanted.some((gone) => same(one, gone)));

  return {
    problems: ({ topic, subscriptions }) => filterProblems(topic, subscriptions),

    keep: async (plan) => {
      const topicArn = arnOf(addresses, plan.topic);
      const present = await subscribedTo(topicArn).catch(async (error: unknown) => {
        if (!(error instanceof NotFoundException) || plan.topic === 'ops') throw error;
        await createTopic(client, topicArn, plan.topic);
        return [];
      });
      const changes = { subscribed: 0, unsubscribed: 0, pending: 0 };
      for (const subscription of plan.subscriptions) {
        const before = present.find((one) => same(one, subscription));
        if (!before) {
          await subscribe(topicArn, subscription);
          changes.subscribed++;
        } else if (before.arn) {
          await client.send(
            new SetSubscriptionAttributesCommand({
              SubscriptionArn: before.arn,
              AttributeName: 'FilterPolicy',
              AttributeValue: JSON.stringify(filterOf(subscription)),
            }),
          );
        } else changes.pending++; // asking again would send another e-mail at every deployment
      }
      for (const { arn } of unwantedOf(plan, present)) {
        if (!arn) continue; // SNS forgets what is not confirmed
        await client.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
        changes.unsubscribed++;
      }
      return changes;
    },

    remove: async (owner) => {
      try {
        const topicArn = arnOf(addresses, clientTopic(owner));
        // A topic that is deleted leaves its subscriptions behind for a while, and they count.
        for (const { arn } of await subscribedTo(topicArn))
          if (arn) await client.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
        await client.send(new DeleteTopicCommand({ TopicArn: topicArn }));
      } catch (error) {
        if (!(error instanceof NotFoundException)) throw error; // gone already
      }
    },
  };
};

/** Only for a topic that is not there: SNS refuses to make one again whose tags an organisation has added to. */
const createTopic = async (client: SNSClient, topicArn: string, topic: string): Promise<void> => {
  const Name = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const Tags = [{ Key: 'vigie:client', Value: topic.slice(clientTopic('').length) }];
  await client.send(new CreateTopicCommand({ Name, Tags }));
};
