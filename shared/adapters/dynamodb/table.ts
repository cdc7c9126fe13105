/**
 * The little of DynamoDB that the adapters beside it need: every page is read, every write is whole, and what was read
 * is `unknown` until a schema has judged it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { awsClient } from '../aws-client.ts';
import { bytesOf, dataOf, type Item, itemOf } from './item.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string | number;
}
type Attributes = Key & Readonly<Record<string, unknown>>;

/** An expression with its own values; names are always given as `#name`, so that no reserved word is hit. */
export interface Condition {
  readonly expression: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Nothing is there under this key. */
export const absent: Condition = { expression: 'attribute_not_exists(#pk)' };

export interface Put {
  readonly put: Attributes;
  readonly when?: Condition;
}

export interface Update {
  readonly update: Key;
  /** `SET #sentAt = :sentAt REMOVE #pending`. */
  readonly change: Condition;
  readonly when?: Condition;
}

export type Write = Put | Update;

export interface Range {
  readonly pk: string;
  /** Of the sort key: what it begins with, or its bounds, both included. All of the partition where absent. */
  readonly sk?: { readonly prefix: string } | { readonly from: string | number; readonly to: string | number };
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** Source: DynamoDB API reference, `TransactWriteItems`. */
const mostWrites = 100;
const mostTransactionBytes = 4 * 1024 * 1024;
const mostBatch = 25;
const mostRead = 100;
const attempts = 8;

/** Reasons for a cancelled transaction that pass by themselves; the SDK tries none of them again. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const namesIn = (...expressions: (string | undefined)[]): Record<string, string> =>
  Object.fromEntries([...expressions.join(' ').matchAll(/#(\w+)/g)].map(([name, plain]) => [name, plain ?? '']));

const valuesOf = (...conditions: (Condition | undefined)[]): Item | undefined => {
  const values = Object.assign({}, ...conditions.map((condition) => condition?.values));
  return Object.keys(values).length > 0 ? itemOf(values) : undefined;
};

const rangeOf = (sk: Range['sk']): Condition => {
  if (!sk) return { expression: '#pk = :pk' };
  if ('prefix' in sk)
    return { expression: '#pk = :pk AND begins_with(#sk, :prefix)', values: { ':prefix': sk.prefix } };
  return { expression: '#pk = :pk AND #sk BETWEEN :from AND :to', values: { ':from': sk.from, ':to': sk.to } };
};

/** Waits longer each time, at random, so that two writers do not meet again. */
const backOff = (attempt: number): Promise<void> => sleep(Math.random() * 25 * 2 ** attempt);

/** @param region the function's own if it is left out */
export const dynamoClient = (region?: string): DynamoDBClient =>
  awsClient(new DynamoDBClient(region === undefined ? {} : { region }));

export type Table = ReturnType<typeof openTable>;

export const openTable = (client: DynamoDBClient, name: string) => {
  const parameters = (write: Write) => {
    const { when } = write;
    const change = 'update' in write ? write.change : undefined;
    return {
      TableName: name,
      ...(when && { ConditionExpression: when.expression }),
      ...((when || change) && { ExpressionAttributeNames: namesIn(when?.expression, change?.expression) }),
      ExpressionAttributeValues: valuesOf(when, change),
    };
  };

  const putOf = (write: Put) => ({ ...parameters(write), Item: itemOf(write.put) });
  const updateOf = (write: Update) => ({
    ...parameters(write),
    Key: itemOf(write.update),
    UpdateExpression: write.change.expression,
  });

  return {
    name,

    async get({ pk, sk }: Key): Promise<unknown> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: itemOf({ pk, sk }), ConsistentRead: true }),
      );
      return Item && dataOf(Item);
    },

    /** Those that are there, in any order. A batch may be read in part: the rest is asked for again, for a while. */
    async getAll(keys: readonly Key[]): Promise<unknown[]> {
      const found: unknown[] = [];
      for (let from = 0; from < keys.length; from += mostRead) {
        let left: Item[] = keys.slice(from, from + mostRead).map(({ pk, sk }) => itemOf({ pk, sk }));
        for (let attempt = 0; left.length > 0; attempt++) {
          if (attempt > attempts) throw new Error(`${left.length} items were not read in ${attempt} tries`);
          if (attempt > 0) await backOff(attempt);
          const { Responses, UnprocessedKeys } = await client.send(
            new BatchGetItemCommand({ RequestItems: { [name]: { Keys: left } } }),
          );
          found.push(...(Responses?.[name] ?? []).map(dataOf));
          left = UnprocessedKeys?.[name]?.Keys ?? [];
        }
      }
      return found;
    },

    /** False where the condition did not hold. */
    async write(write: Write): Promise<boolean> {
      try {
        if ('put' in write) await client.send(new PutItemCommand(putOf(write)));
        else await client.send(new UpdateItemCommand(updateOf(write)));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    /**
     * All or nothing. The indices of the writes whose condition did not hold, none where all were written.
     * A conflict with another transaction, and a table that is out of breath, are tried again.
     */
    async transact(writes: readonly Write[]): Promise<number[]> {
      if (writes.length > mostWrites)
        throw new Error(`a transaction of ${writes.length} writes, DynamoDB takes ${mostWrites}: nothing was written`);
      const items = writes.map(
        (write): TransactWriteItem => ('put' in write ? { Put: putOf(write) } : { Update: updateOf(write) }),
      );
      const bytes = items.reduce((sum, { Put }) => sum + bytesOf(Put?.Item ?? {}), 0);
      if (bytes > mostTransactionBytes)
        throw new Error(`a transaction of ${bytes} bytes, DynamoDB takes ${mostTransactionBytes}: nothing was written`);
      for (let attempt = 0; ; attempt++) {
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
          return [];
        } catch (error) {
          if (!(error instanceof TransactionCanceledException)) throw error;
          const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
          const failed = codes.flatMap((code, at) => (code === 'ConditionalCheckFailed' ? [at] : []));
          if (failed.length > 0) return failed;
          if (!codes.some((code) => passing.has(code ?? '')) || attempt === attempts) throw error;
          await backOff(attempt);
        }
      }
    },

    /** In the order of the sort key, page after page. */
    query({ pk, sk, newestFirst, limit }: Range): Promise<unknown[]> {
      const range = rangeOf(sk);
      const input: QueryCommandInput = {
        TableName: name,
        ConsistentRead: true,
        KeyConditionExpression: range.expression,
        ExpressionAttributeNames: namesIn(range.expression),
        ExpressionAttributeValues: itemOf({ ':pk': pk, ...range.values }),
        ScanIndexForward: !newestFirst,
        Limit: limit,
      };
      return pages(input, limit);
    },

    /** Of a sparse index whose keys are given by name. Always eventually consistent. */
    queryIndex(index: string, key: string, value: string, before: Condition): Promise<unknown[]> {
      const expression = `#${key} = :key AND ${before.expression}`;
      return pages({
        TableName: name,
        IndexName: index,
        KeyConditionExpression: expression,
        ExpressionAttributeNames: namesIn(expression),
        ExpressionAttributeValues: itemOf({ ':key': value, ...before.values }),
      });
    },

    /** Unconditional, in any order, for imports: a repeated import writes the same items again. */
    async putAll(items: Iterable<Attributes>): Promise<void> {
      let batch: Item[] = [];
      for (const item of items) {
        if (batch.push(itemOf(item)) === mostBatch) {
          await putBatch(batch);
          batch = [];
        }
      }
      await putBatch(batch);
    },
  };

  async function pages(input: QueryCommandInput, limit = Number.POSITIVE_INFINITY): Promise<unknown[]> {
    const found: unknown[] = [];
    let from: Item | undefined;
    do {
      const { Items, LastEvaluatedKey } = await client.send(new QueryCommand({ ...input, ExclusiveStartKey: from }));
      found.push(...(Items ?? []).map(dataOf));
      from = LastEvaluatedKey;
    } while (from && found.length < limit);
    return found;
  }

  /** DynamoDB may take a part of a batch only: the rest is sent again, for a while. */
  async function putBatch(batch: readonly Item[]): Promise<void> {
    let left = batch.map((Item) => ({ PutRequest: { Item } }));
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > attempts)
        throw new Error(`${left.length} items were refused ${attempt} times; give the table time`);
      if (attempt > 0) await backOff(attempt);
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: left } }));
      left = (UnprocessedItems?.[name] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
      );
    }
  }
};
