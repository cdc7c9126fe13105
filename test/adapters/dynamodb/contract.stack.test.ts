import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { absent, openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { clientConfig, type Engine, startDynamoDbLocal, startMiniStack } from '../engines.ts';
import { storeContract } from '../store-contract.ts';
import { openStores } from './stores.ts';
import { newTable } from './tables.ts';

const engines = [
  { name: 'MiniStack', start: startMiniStack },
  { name: 'DynamoDB Local', start: startDynamoDbLocal },
];

describe.each(engines)('on $name', ({ start }) => {
  let engine: Engine | string = 'it was not started';
  let client: DynamoDBClient;

  beforeAll(async () => {
    engine = await start();
    if (typeof engine === 'string') process.stdout.write(`skipped: ${engine}\n`);
    else client = new DynamoDBClient(clientConfig(engine.endpoint));
  });
  beforeEach((context) => {
    if (typeof engine === 'string') context.skip(engine);
  });
  afterAll(async () => {
    if (typeof engine === 'string') return;
    client.destroy();
    await engine.stop();
  });

  storeContract(() => openStores(client));

  describe('a table', () => {
    test('reads more than one page', async () => {
      const table = openTable(client, await newTable(client, 'samples'));
      const filler = 'x'.repeat(300_000); // a page ends at 1 MB
      await table.putAll(Array.from({ length: 9 }, (_, sk) => ({ pk: 'a', sk, filler })));
      expect(await table.query({ pk: 'a' })).toHaveLength(9);
      expect(await table.query({ pk: 'a', newestFirst: true, limit: 1 })).toMatchObject([{ sk: 8 }]);
      expect(await table.query({ pk: 'a', sk: { from: 3, to: 5 } })).toHaveLength(3);
    });

    test('takes a hundred writes at once, all or nothing, and no more', async () => {
      const table = openTable(client, await newTable(client, 'samples'));
      const puts = Array.from({ length: 100 }, (_, sk) => ({ put: { pk: 'a', sk }, when: absent }));
      await table.write({ put: { pk: 'a', sk: 50 } });
      expect(await table.transact(puts)).toEqual([50]);
      expect(await table.query({ pk: 'a' })).toHaveLength(1);
      expect(await table.transact(puts.map(({ put }) => ({ put })))).toEqual([]);
      await expect(table.transact([...puts, ...puts])).rejects.toThrow('a transaction of 200 writes');
    });
  });
});
