import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDocuments } from '../../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../../shared/adapters/s3/plans.ts';
import { rostersOf } from '../../../shared/probe/roster.ts';
import { planWith, versionOfPlan } from '../../functions/world.ts';
import { type Engine, startMiniStack } from '../engines.ts';
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

test('every version of a document can be read again', async () => {
  const documents = openDocuments(client, await newBucket(client));
  const first = await documents.put('statements/a/r1/statement.html', 'né en été', 'html');
  const second = await documents.put('statements/a/r1/statement.html', 'two', 'html');
  expect(await documents.get(first)).toBe('né en été');
  expect(await documents.get(second)).toBe('two');
  expect(await documents.get({ key: first.key })).toBe('two');
  expect(first.versionId).not.toBe(second.versionId);
});

test('a document that is put once stays', async () => {
  const documents = openDocuments(client, await newBucket(client));
  await documents.putOnce('plans/v/plan.json', '{"a":1}', 'json');
  await documents.putOnce('plans/v/plan.json', '{"a":2}', 'json');
  expect(await documents.get({ key: 'plans/v/plan.json' })).toBe('{"a":1}');
});

test('there is no document where none was put', async () => {
  const documents = openDocuments(client, await newBucket(client));
  expect(await documents.get({ key: 'nothing' })).toBeUndefined();
});

test('a plan and its rosters come back as they were, and are read once', async () => {
  const bucket = await newBucket(client);
  const plan = planWith({ acme: '' });
  const [version, rosters] = [versionOfPlan(plan), rostersOf(plan)];
  await openPlans(openDocuments(client, bucket)).save(version, plan, rosters);
  await openPlans(openDocuments(client, bucket)).save(version, plan, rosters);
  const documents = openDocuments(client, bucket);
  const read: string[] = [];
  const plans = openPlans({
    ...documents,
    get: (ref) => {
      read.push(ref.key);
      return documents.get(ref);
    },
  });
  for (let again = 0; again < 3; again++) {
    expect(await plans.plan(version)).toEqual(plan);
    expect(await plans.roster(version, 0)).toEqual(rosters[0]);
  }
  expect(read).toHaveLength(2);
  await expect(plans.roster(version, 7)).rejects.toThrow(`there is no document plans/${version}/shards/7.json`);
});
