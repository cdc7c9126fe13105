import { NotFoundException, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Message, messageSchema } from '../../outage/message.ts';
import type { Publisher } from '../../outage/outbox.ts';
import { awsClient } from '../aws-client.ts';
import { arnOf, type TopicAddresses } from './addresses.ts';

/** SNS throttles the making of topics and subscriptions early, and a plan makes hundreds: patience is in the retries. */
export const snsClient = (): SNSClient => awsClient(new SNSClient({ maxAttempts: 8 }));

/** People read the text; every protocol that machines listen on gets the JSON. */
export const protocolsOf = ({ email, sms, json }: Message): string => {
  const machine = JSON.stringify(json);
  return JSON.stringify({
    default: machine,
    email,
    'email-json': machine,
    sms,
    sqs: machine,
    https: machine,
    http: machine,
    lambda: machine,
  });
};

/** Source: SNS API reference, `Publish`: body and attributes together. The emulators take more. */
const mostBytes = 256 * 1024;

export const openPublisher = (client: SNSClient, addresses: TopicAddresses): Publisher => ({
  publish: async (unchecked) => {
    const message = messageSchema.parse(unchecked); // SNS's limits on subject and attributes are its own too
    const body = protocolsOf(message);
    const bytes = Buffer.byteLength(body);
    if (bytes > mostBytes)
      throw new Error(`message ${message.eventId} is ${bytes} bytes, SNS takes ${mostBytes}: it was not sent`);
    try {
      await client.send(
        new PublishCommand({
          TopicArn: arnOf(addresses, message.topic),
          Subject: message.subject,
          MessageStructure: 'json',
          Message: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(message.attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
      return 'published';
    } catch (error) {
      if (error instanceof NotFoundException) return 'no-topic'; // the client left, and apply removed it
      throw error;
    }
  },
});
