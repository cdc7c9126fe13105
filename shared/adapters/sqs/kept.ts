/** What every retry failed on, as queues keep it for a human: looked at, and left where it is. */
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Kept } from '../../watch/kept.ts';
import { awsClient } from '../aws-client.ts';

/** By its address, or by its name in another region. */
export type Queue = { readonly url: string } | { readonly region: string; readonly name: string };

/** As Lambda writes it, of asynchronous invocations and of streams; a schedule's has the event alone. */
const bodySchema = z.object({ requestContext: z.object({ functionArn: z.string() }) });

/** `Vigie-ProbingRecheckBA3F0A5F-x1y2`: the function is the last of the words, without what CDK and CloudFormation add. */
const nameOf = (functionArn: string): string => {
  const [, , , , , , name = functionArn] = functionArn.split(':');
  const words = /([A-Z][a-z]+)[0-9A-F]{8}(-[A-Za-z0-9]+)?$/.exec(name);
  return (words?.[1] ?? name).toLowerCase();
};

const ofWhom = (body = ''): string => {
  try {
    return nameOf(bodySchema.parse(JSON.parse(body)).requestContext.functionArn);
  } catch {
    return 'schedule'; // or whatever else is in it: somebody will look
  }
};

const addressOf = async (client: SQSClient, queue: Queue): Promise<string | undefined> => {
  if ('url' in queue) return queue.url;
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: queue.name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined; // a place that was not deployed yet
    throw error;
  }
};

/** How many, and of whom the first ten are. */
export const openKept = (queue: Queue): (() => Promise<Kept>) => {
  const client = awsClient(new SQSClient('region' in queue ? { region: queue.region } : {}));
  return async () => {
    const QueueUrl = await addressOf(client, queue);
    if (QueueUrl === undefined) return { count: 0, of: [] };
    const counted = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    const count = Number((await client.send(counted)).Attributes?.ApproximateNumberOfMessages ?? 0);
    if (count === 0) return { count, of: [] };
    const { Messages = [] } = await client.send(
      // One second: without waiting, SQS asks some of its machines alone.
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, WaitTimeSeconds: 1 }),
    );
    return { count, of: [...new Set(Messages.map(({ Body }) => ofWhom(Body)))].sort() };
  };
};
