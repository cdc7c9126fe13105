import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { openTable } from '../../../shared/adapters/dynamodb/table.ts';

/** A client whose transactions are cancelled for these reasons, one after the other, and then taken. */
const cancelling = (reasons: readonly string[]) => {
  const client = new DynamoDBClient({ region: 'eu-west-3' });
  let asked = 0;
  client.middlewareStack.add(
    () => async () => {
      const Code = reasons[asked++];
      if (Code !== undefined)
        throw new TransactionCanceledException({ message: Code, $metadata: {}, CancellationReasons: [{ Code }] });
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'initialize' },
  );
  return { client, asked: () => asked };
};

const write = { put: { pk: 'a', sk: 'b' } };

test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'a transaction that is cancelled for %s is tried again',
  async (reason) => {
    const { client, asked } = cancelling([reason, reason]);
    expect(await openTable(client, 'records').transact([write])).toEqual([]);
    expect(asked()).toBe(3);
  },
);

test('a condition that does not hold is an answer, anything else an error at once', async () => {
  const failed = cancelling(['ConditionalCheckFailed']);
  expect(await openTable(failed.client, 'records').transact([write])).toEqual([0]);
  const invalid = cancelling(['ValidationError']);
  await expect(openTable(invalid.client, 'records').transact([write])).rejects.toThrow('ValidationError');
  expect([failed.asked(), invalid.asked()]).toEqual([1, 1]);
});
