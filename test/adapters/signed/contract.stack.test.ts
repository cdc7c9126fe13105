/** The functions that start fast reach DynamoDB, S3 and Lambda without the SDK: the same contracts hold. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Documents } from '../../../shared/statement/documents.ts';
import type { storesOn } from '../dynamodb/stores-on.ts';
import { newTable } from '../dynamodb/tables.ts';
import { clientConfig, type Engine, startMiniStack } from '../engines.ts';
import { localS3, newBucket } from '../s3/buckets.ts';
import { storeContract } from '../store-contract.ts';
import { bundledModule } from './bundled.ts';

const code = `
export { DynamoDBClient } from '@aws-sdk/client-dynamodb';
export { S3Client } from '@aws-sdk/client-s3';
export { storesOn } from './test/adapters/dynamodb/stores-on.ts';
export { openDocuments } from './shared/adapters/s3/documents.ts';
`;
interface Bundled {
  readonly DynamoDBClient: typeof DynamoDBClient;
  readonly S3Client: typeof S3Client;
  readonly storesOn: typeof storesOn;
  readonly openDocuments: (client: S3Client, bucket: string) => Documents;
}

let engine: Engine;
let sdk: DynamoDBClient;
let bundled: Bundled;

beforeAll(async () => {
  engine = await startMiniStack();
  sdk = new DynamoDBClient(clientConfig(engine.endpoint));
  bundled = (await bundledModule(code)) as Bundled;
});
afterAll(async () => {
  sdk.destroy();
  await engine.stop();
});

describe('the stores', () => {
  storeContract(async () => {
    const client = new bundled.DynamoDBClient(clientConfig(engine.endpoint));
    return bundled.storesOn(client, await newTable(sdk, 'samples'), await newTable(sdk, 'records'));
  });
});

test('documents are written once, read again by their version, and missed where there are none', async () => {
  const owner = localS3(engine.endpoint);
  const bucket = await newBucket(owner);
  const documents = bundled.openDocuments(new bundled.S3Client(clientConfig(engine.endpoint)), bucket);
  const key = "plans/v (1)/l'été+plan.json";
  await documents.putOnce(key, '{"a":"é"}', 'json');
  await documents.putOnce(key, '{"a":2}', 'json');
  expect(await documents.get({ key })).toBe('{"a":"é"}');
  const second = await documents.put(key, '{"a":3}', 'json');
  expect(await documents.get(second)).toBe('{"a":3}');
  expect(await documents.get({ key: 'nothing' })).toBeUndefined();
  owner.destroy();
});
