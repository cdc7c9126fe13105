import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** A notice as a subscribed queue gets it. */
export interface Notice {
  readonly eventId: string;
  readonly topicArn: string;
  readonly subject: string;
  /** The machine form. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Inbox {
  /** Subscribes to a topic. */
  follow(topicArn: string): Promise<void>;
  /** Everything that has arrived so far, oldest first, repeats included. */
  read(): Promise<readonly Notice[]>;
}

const envelopeSchema = z.object({
  TopicArn: z.string(),
  Subject: z.string().default(''),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).default({}),
});
const jsonSchema = z.looseObject({ event_id: z.string() });

const noticeOf = (body: string): Notice => {
  const { TopicArn, Subject, Message, MessageAttributes } = envelopeSchema.parse(JSON.parse(body));
  const json = jsonSchema.parse(JSON.parse(Message));
  const attributes = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]));
  return { eventId: json.event_id, topicArn: TopicArn, subject: Subject, json, attributes };
};

/** A queue of our own, subscribed as any machine of a client's would be. */
export const openInbox = async (name: string): Promise<Inbox> => {
  const sqs = new SQSClient({});
  const sns = new SNSClient({});
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const queueArn = asked.Attributes?.QueueArn ?? '';
  const topics: string[] = [];
  const notices: Notice[] = [];
  return {
    follow: async (topicArn) => {
      topics.push(topicArn);
      const policy = {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: queueArn,
            Condition: { ArnEquals: { 'aws:SourceArn': topics } },
          },
        ],
      };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify(policy) } }));
      const subscription = new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn });
      await sns.send(subscription);
    },
    read: async () => {
      for (;;) {
        const request = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        const { Messages = [] } = await sqs.send(request);
        if (Messages.length === 0) return notices;
        notices.push(...Messages.map(({ Body = '' }) => noticeOf(Body)));
        const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
  };
};
