import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsClient } from '../../shared/adapters/aws-client.ts';
import { grantsOf } from '../../shared/adapters/iam.ts';
import {
  DynamoDBClient as SignedClient,
  GetItemCommand as SignedGetItem,
} from '../../shared/adapters/signed/dynamodb.ts';

const table = 'arn:aws:dynamodb:eu-west-3:000000000000:table/records';

beforeEach(() => void vi.stubEnv('AWS_REGION', 'us-east-1')); // where the caller is, which is not where it calls
afterEach(() => void vi.unstubAllEnvs());

describe('the permission that a call needs', () => {
  test.each([
    { call: ['dynamodb', 'GetItem', { TableName: 'records' }], needs: [['dynamodb:GetItem', table]] },
    {
      call: ['dynamodb', 'Query', { TableName: 'records', IndexName: 'pending' }],
      needs: [['dynamodb:Query', `${table}/index/pending`]],
    },
    {
      call: [
        'dynamodb',
        'TransactWriteItems',
        { TransactItems: [{ Put: { TableName: 'records' } }, { ConditionCheck: { TableName: 'records' } }] },
      ],
      needs: [
        ['dynamodb:PutItem', table],
        ['dynamodb:ConditionCheckItem', table],
      ],
    },
    {
      call: ['dynamodb', 'BatchWriteItem', { RequestItems: { records: [] } }],
      needs: [['dynamodb:BatchWriteItem', table]],
    },
    { call: ['s3', 'PutObject', { Bucket: 'b', Key: 'k' }], needs: [['s3:PutObject', 'arn:aws:s3:::b/k']] },
    {
      call: ['s3', 'GetObject', { Bucket: 'b', Key: 'k', VersionId: 'v' }],
      needs: [['s3:GetObjectVersion', 'arn:aws:s3:::b/k']],
    },
    { call: ['s3', 'ListObjectsV2', { Bucket: 'b' }], needs: [['s3:ListBucket', 'arn:aws:s3:::b']] },
    {
      call: ['sns', 'CreateTopic', { Name: 'vigie_acme', Tags: [{}] }],
      needs: [
        ['sns:CreateTopic', 'arn:aws:sns:eu-west-3:000000000000:vigie_acme'],
        ['sns:TagResource', 'arn:aws:sns:eu-west-3:000000000000:vigie_acme'],
      ],
    },
    { call: ['sns', 'Unsubscribe', { SubscriptionArn: 'arn:x' }], needs: [['sns:Unsubscribe', '*']] },
    {
      call: ['lambda', 'Invoke', { FunctionName: 'probe' }],
      needs: [['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-3:000000000000:function:probe']],
    },
    {
      call: ['ssm', 'GetParameter', { Name: '/vigie-home/Vigie/names' }],
      needs: [['ssm:GetParameter', 'arn:aws:ssm:eu-west-3:000000000000:parameter/vigie-home/Vigie/names']],
    },
    {
      call: ['sqs', 'ReceiveMessage', { QueueUrl: 'http://127.0.0.1:4566/000000000000/Vigie-StorageFailures-x' }],
      needs: [['sqs:ReceiveMessage', 'arn:aws:sqs:eu-west-3:000000000000:Vigie-StorageFailures-x']],
    },
    {
      call: ['sqs', 'GetQueueUrl', { QueueName: 'Vigie-frankfurt-failures' }],
      needs: [['sqs:GetQueueUrl', 'arn:aws:sqs:eu-west-3:000000000000:Vigie-frankfurt-failures']],
    },
    {
      call: ['ssm', 'PutParameter', { Name: '/vigie-heartbeats/Vigie/key', Type: 'SecureString' }],
      needs: [['ssm:PutParameter', 'arn:aws:ssm:eu-west-3:000000000000:parameter/vigie-heartbeats/Vigie/key']],
    },
  ] as const)('$call.0 $call.1', ({ call: [service, command, input], needs }) => {
    expect(grantsOf(service, command, input, 'eu-west-3')).toEqual(
      needs.map(([action, resource]) => ({ action, resource })),
    );
  });

  test('is not guessed for a service that nobody described', () => {
    expect(() => grantsOf('ec2', 'RunInstances', {}, 'eu-west-3')).toThrow(
      'no IAM actions are known for ec2:RunInstances',
    );
  });
});

describe('a client', () => {
  test('records what it is asked where tests ask for it, and never otherwise', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-calls-'));
    const config = { endpoint: 'http://127.0.0.1:9', region: 'eu-west-3', maxAttempts: 1 };
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const ask = (client: DynamoDBClient) =>
      client.send(new GetItemCommand({ TableName: 'records', Key: { pk: { S: 'secret' } } })).catch(() => {});
    try {
      await ask(awsClient(new DynamoDBClient({ ...config, credentials })));
      vi.stubEnv('VIGIE_RECORD_CALLS', folder);
      vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'tick');
      await ask(awsClient(new DynamoDBClient({ ...config, credentials })));
      vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'probe');
      const signed = awsClient(new SignedClient(config));
      await signed.send(new SignedGetItem({ TableName: 'records', Key: { pk: { S: 'secret' } } })).catch(() => {});
      expect(readFileSync(join(folder, 'probe.jsonl'), 'utf8')).toContain(`"resource":"${table}"`);
      const lines = readFileSync(join(folder, 'tick.jsonl'), 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { function: 'tick', service: 'dynamodb', action: 'dynamodb:GetItem', resource: table, at: expect.any(String) },
      ]);
      expect(lines.join('')).not.toContain('secret');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
