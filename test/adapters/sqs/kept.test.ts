import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openKept } from '../../../shared/adapters/sqs/kept.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** What a function gave up on, as Lambda writes it. */
const given = (name: string): string =>
  JSON.stringify({
    version: '1.0',
    requestContext: {
      functionArn: `arn:aws:lambda:eu-west-3:000000000000:function:${name}`,
      condition: 'RetriesExhausted',
    },
    requestPayload: {},
  });
const kept: Readonly<Record<string, readonly string[]>> = {
  empty: [],
  full: [
    given('Vigie-ProbingRecheckBA3F0A5F-x1Y2z3:$LATEST'),
    given('Vigie-ProbingRecheckBA3F0A5F-x1Y2z3:$LATEST'),
    given('Vigie-DetectionDetect6C201ECB-A1'),
    '{"scheduledAt":"2026-11-23T12:00:00Z"}',
    'no JSON',
  ],
};
const asked: string[] = [];
let endpoint = '';
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const [, action = ''] = String(request.headers['x-amz-target']).split('.');
    const { QueueName, QueueUrl = '', ...rest } = JSON.parse(body);
    asked.push(action);
    const messages = kept[String(QueueName ?? QueueUrl.split('/').at(-1))];
    const answers: Readonly<Record<string, object>> = {
      GetQueueUrl: { QueueUrl: `${endpoint}/000000000000/${QueueName}` },
      GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: String(messages?.length) } },
      ReceiveMessage:
        rest.VisibilityTimeout === 0 // or others would not see them
          ? { Messages: messages?.map((Body, at) => ({ Body, MD5OfBody: md5(Body), MessageId: String(at) })) }
          : {},
    };
    response.writeHead(messages ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(messages ? answers[action] : { __type: 'com.amazonaws.sqs#QueueDoesNotExist' }));
  });
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, value] of Object.entries({
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-3' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  }))
    vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

test('what is kept is counted, with the functions that gave up on it', async () => {
  expect(await openKept({ url: `${endpoint}/000000000000/full` })()).toEqual({
    count: 5,
    of: ['detect', 'recheck', 'schedule'],
  });
});

test('an empty queue costs one call, and one that is not there yet is empty', async () => {
  asked.length = 0;
  expect(await openKept({ url: `${endpoint}/000000000000/empty` })()).toEqual({ count: 0, of: [] });
  expect(asked).toEqual(['GetQueueAttributes']);
  expect(await openKept({ region: 'eu-central-1', name: 'nowhere' })()).toEqual({ count: 0, of: [] });
  expect(await openKept({ region: 'eu-central-1', name: 'empty' })()).toEqual({ count: 0, of: [] });
});
