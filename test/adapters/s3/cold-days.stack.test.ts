import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coldDayKey, openColdDays } from '../../../shared/adapters/s3/cold-days.ts';
import { aColdDay, coldContract } from '../cold-contract.ts';
import { clientConfig, type Engine, startMiniStack } from '../engines.ts';
import { day } from '../given.ts';

let engine: Engine;
let client: S3Client;
let buckets = 0;

beforeAll(async () => {
  engine = await startMiniStack();
  client = new S3Client({ ...clientConfig(engine.endpoint), forcePathStyle: true });
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const newBucket = async (locked: boolean): Promise<string> => {
  const Bucket = `evidence-${process.pid}-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: locked }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  if (!locked) await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return Bucket;
};
const versionsIn = async (Bucket: string) =>
  (await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? [];

describe('without a lock', () => coldContract(async () => openColdDays(client, await newBucket(false))));
describe('under a lock', () => coldContract(async () => openColdDays(client, await newBucket(true), 'GOVERNANCE')));

const Key = coldDayKey({ place: 'agence-lyon', shard: 3, day });

test('a day is locked until its contracts let go of it, and tagged with the rule that it expires by', async () => {
  const Bucket = await newBucket(true);
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
  const Bucket = await newBucket(true);
  const coldDays = openColdDays(client, Bucket, 'GOVERNANCE');
  for (const rounds of [20, 20, 30, 20, 30]) await coldDays.keep(aColdDay(rounds), 25);
  expect(await versionsIn(Bucket)).toHaveLength(2);
});

test('what somebody else put there is refused, not read', async () => {
  const Bucket = await newBucket(false);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
  await expect(openColdDays(client, Bucket).get({ place: 'agence-lyon', shard: 3, day })).rejects.toThrow(
    'not a cold day',
  );
});

test('a day that does not read back as it was written is no success', async () => {
  const Bucket = await newBucket(false);
  const losing = new S3Client({ ...clientConfig(engine.endpoint), forcePathStyle: true });
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
