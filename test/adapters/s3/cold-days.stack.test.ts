import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coldDayKey, openColdDays } from '../../../shared/adapters/s3/cold-days.ts';
import { aColdDay, coldContract } from '../cold-contract.ts';
import { type Engine, startMiniStack } from '../engines.ts';
import { day } from '../given.ts';
import { localS3, newBucket } from './buckets.ts';

let engine: Engine;
let client: S3Client;

beforeAll(async () => {
  engine = await startMiniStack();
  client = localS3(engine.endpoint);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const versionsIn = async (Bucket: string) =>
  (await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? [];

describe('without a lock', () => coldContract(async () => openColdDays(client, await newBucket(client))));
describe('under a lock', () =>
  coldContract(async () => openColdDays(client, await newBucket(client, true), 'GOVERNANCE')));

const Key = coldDayKey({ place: 'agence-lyon', shard: 3, day });

test('a day is locked until its contracts let go of it, and tagged with the rule that it expires by', async () => {
  const Bucket = await newBucket(client, true);
  await openColdDays(client, Bucket, 'GOVERNANCE').keep(aColdDay(), 25);
  const { ObjectLockMode, ObjectLockRetainUntilDate } = await client.send(new HeadObjectCommand({ Bucket, Key }));
  expect([ObjectLockMode, ObjectLockRetainUntilDate]).toEqual(['GOVERNANCE', new Date('2028-11-06')]);
  const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }));
  expect(TagSet).toEqual([{ Key: 'keep', Value: '25' }]);
  const [{ VersionId } = {}] = await versionsIn(Bucket);
  await expect(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).rejects.toThrow();
  expect(await versionsIn(Bucket)).toHaveLength(1);
});

test('the same day again writes nothing; another leaves the one before as a version', async () => {
  const Bucket = await newBucket(client, true);
  const coldDays = openColdDays(client, Bucket, 'GOVERNANCE');
  for (const rounds of [20, 20, 30, 20, 30]) await coldDays.keep(aColdDay(rounds), 25);
  expect(await versionsIn(Bucket)).toHaveLength(2);
});

test('what somebody else put there is refused, not read', async () => {
  const Bucket = await newBucket(client);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
  await expect(openColdDays(client, Bucket).get({ place: 'agence-lyon', shard: 3, day })).rejects.toThrow(
    'not a cold day',
  );
});

test('a day that does not read back as it was written is no success', async () => {
  const Bucket = await newBucket(client);
  const losing = localS3(engine.endpoint);
  losing.middlewareStack.add(
    (next) => async (args) =>
      next(
        args.input instanceof Object && 'Body' in args.input
          ? { ...args, input: { ...args.input, Key: 'elsewhere' } }
          : args,
      ),
    { step: 'initialize' },
  );
  await expect(openColdDays(losing, Bucket).keep(aColdDay(), 25)).rejects.toThrow('does not read back');
  losing.destroy();
  await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow();
});
