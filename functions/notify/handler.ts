import { outboxEntryOf } from '../../shared/adapters/dynamodb/outbox.ts';
import { type BatchAnswer, eachInOrder, recordsOf } from '../../shared/adapters/dynamodb/stream.ts';
import { type Sending, send } from '../../shared/outage/send.ts';
import { type Log, told } from '../log.ts';

export interface NotifyDeps extends Sending {
  readonly log: Log;
}

export const makeNotify =
  ({ log, ...sending }: NotifyDeps) =>
  (event: unknown): Promise<BatchAnswer> =>
    eachInOrder(recordsOf(event), {
      decode: (image) => outboxEntryOf(image).message,
      groupOf: ({ eventId, topic }) => `${topic} ${eventId}`,
      each: async (message) => {
        const outcome = await send(sending, message);
        log.info('message', { eventId: message.eventId, topic: message.topic, outcome });
      },
      failed: (error, sequence) => log.error('message not sent', { sequence, ...told(error) }),
    });
