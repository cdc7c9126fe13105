import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { openOutbox } from '../../../shared/adapters/dynamodb/outbox.ts';
import { epochMs } from '../../../shared/time/span.ts';
import { aMessage } from '../given.ts';

/** A client that answers everything with these items. */
const answering = (items: readonly object[]): DynamoDBClient => {
  const client = new DynamoDBClient({ region: 'eu-west-3' });
  client.middlewareStack.add(
    () => async () => ({ response: {}, output: { $metadata: {}, Items: items.map((item) => marshall(item)) } }),
    { step: 'initialize' },
  );
  return client;
};

const readable = { pk: 'OUT#a#ops', sk: 'OUT', message: aMessage('a'), createdAt: 1, pending: '1' };
const unreadable = { ...readable, pk: 'OUT#old#ops', message: { ...aMessage('old'), subject: undefined } };

test('an entry that cannot be read is named and holds up no other', async () => {
  const outbox = openOutbox(
    answering([unreadable, readable].map((item) => JSON.parse(JSON.stringify(item)))),
    'records',
  );
  const named: string[] = [];
  const entries = await outbox.pendingBefore(epochMs(9), (key) => named.push(key));
  expect(entries.map(({ message }) => message.eventId)).toEqual(['a']);
  expect(named).toEqual(['OUT#old#ops']);
  await expect(outbox.pendingBefore(epochMs(9))).rejects.toThrow('subject');
});
