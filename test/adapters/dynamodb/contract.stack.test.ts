import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDays } from '../../../shared/adapters/dynamodb/days.ts';
import { openDetections } from '../../../shared/adapters/dynamodb/detections.ts';
import { openOutbox } from '../../../shared/adapters/dynamodb/outbox.ts';
import { openPlanPointers } from '../../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../../shared/adapters/dynamodb/runs.ts';
import { openSettlementRuns, openStatements } from '../../../shared/adapters/dynamodb/statements.ts';
import { absent, openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { openTopicRegister } from '../../../shared/adapters/dynamodb/topic-register.ts';
import { openWindows } from '../../../shared/adapters/dynamodb/windows.ts';
import { clientConfig, type Engine, startDynamoDbLocal, startMiniStack } from '../engines.ts';
import type { Stores } from '../memory.ts';
import { storeContract } from '../store-contract.ts';
import { newTable } from './tables.ts';

const openStores = async (client: DynamoDBClient): Promise<Stores> => {
  const [samples, records] = [await newTable(client, 'samples'), await newTable(client, 'records')];
  return {
    runs: openRuns(client, samples),
    days: openDays(client, samples),
    pointers: openPlanPointers(client, records),
    outbox: openOutbox(client, records),
    detections: openDetections(client, records),
    windows: openWindows(client, records),
    statements: openStatements(client, records),
    settlementRuns: openSettlementRuns(client, records),
    register: openTopicRegister(client, records),
  };
};

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
