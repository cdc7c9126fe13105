import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, inject, test } from 'vitest';
import { type DeployOptions, deployStack, synthesizeStack } from '../../cli/demo/deploy.ts';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { writeFolder } from '../../cli/demo/local-clients.ts';
import { until } from '../../cli/demo/story.ts';
import { openTopicRegister } from '../../shared/adapters/dynamodb/topic-register.ts';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import { clientFiles, thirdClient } from './clients.ts';

const minuteMs = 60_000;

test('a deployed stack takes a changed function and one more client, and keeps tables, topics and data', async () => {
  const outputs = inject('outputs');
  const stack = openDeployed(inject('endpoint'), outputs);
  const [lambda, sns] = [new LambdaClient({}), new SNSClient({})];
  const codeOf = async (): Promise<string | undefined> =>
    (await lambda.send(new GetFunctionCommand({ FunctionName: outputs.ProbeFunction }))).Configuration?.CodeSha256;
  const tickAt = async (ago: number) => {
    const at = epochMs(Math.floor(Date.now() / minuteMs) * minuteMs - ago * minuteMs);
    await stack.tick(at);
    const asked = { start: at, end: epochMs(at + 1) };
    return until('the run', 30_000, async () => (await stack.runs.between(stack.place, 0, asked))[0]);
  };

  const now = Date.now();
  const run = await tickAt(600);
  const kept = await stack.documents.put('statements/kept/statement.json', '{"kept":true}', 'json');
  const before = { pointer: await stack.pointers.current(), code: await codeOf() };

  // A directory of its own: the first assembly is what other tests judge roles by.
  const workDir = join(inject('workDir'), 'upgrade');
  await mkdir(join(workDir, 'home'), { recursive: true });
  const clients = join(workDir, 'clients');
  await cp(join(inject('workDir'), 'clients'), clients, { recursive: true });
  await writeFolder(clients, clientFiles(inject('ports'), now, { more: [thirdClient(now)], events: 'credit' }));
  const options: DeployOptions = { endpoint: inject('endpoint'), clients, workDir, log: () => {}, build: 'next' };
  await synthesizeStack(options);
  const upgraded = await deployStack(options);

  expect(upgraded).toEqual(outputs); // every name is what it was
  expect(await codeOf()).not.toBe(before.code);
  const after = await stack.pointers.current();
  expect(after?.seq).toBe((before.pointer?.seq ?? 0) + 1);
  expect(after?.version).not.toBe(before.pointer?.version);
  expect((await stack.pointers.history()).map(({ version }) => version)).toContain(before.pointer?.version);

  const asked = { start: run.scheduledAt, end: epochMs(run.scheduledAt + 1) };
  expect(await stack.runs.between(stack.place, 0, asked)).toEqual([run]);
  expect(await stack.documents.get(kept)).toBe('{"kept":true}');
  for (const client of ['alpha', 'beta', 'gamma'])
    await sns.send(new GetTopicAttributesCommand({ TopicArn: stack.topicOf(client) }));

  const next = await tickAt(599);
  expect(next.planVersion).toBe(after?.version);
  expect(next.codes).toHaveLength(4);
}, 240_000);

test('the topic of a client that left goes when they have long been settled, and a plan applied twice changes nothing', async () => {
  const { ApplyFunction, DocumentsBucket: bucket, RecordsTable } = inject('outputs');
  const stack = openDeployed(inject('endpoint'), inject('outputs'));
  const decoded = decodeFolder(clientFiles(inject('ports'), Date.now(), { events: '' }), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const { key } = await stack.documents.put('plans/incoming/e2e.json', canonicalJson(decoded.value), 'json');
  const first = await stack.invoke(ApplyFunction, { bucket, key });
  expect(first).toMatchObject({ changed: true, clients: 5, topicsRemoved: 0 });
  const topic = new GetTopicAttributesCommand({ TopicArn: stack.topicOf('gamma') });
  await new SNSClient({}).send(topic);
  await openTopicRegister(new DynamoDBClient({}), RecordsTable).leave('gamma', epochMs(Date.now() - 100 * dayMs));
  expect(await stack.invoke(ApplyFunction, { bucket, key })).toMatchObject({ changed: false, topicsRemoved: 1 });
  await expect(new SNSClient({}).send(topic)).rejects.toThrow();
  expect(await stack.invoke(ApplyFunction, { bucket, key })).toMatchObject({ changed: false, topicsRemoved: 0 });
});
