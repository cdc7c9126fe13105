import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '../../../shared/adapters/signed/dynamodb.ts';
import { InvokeCommand, LambdaClient } from '../../../shared/adapters/signed/lambda.ts';
import { GetObjectCommand, NoSuchKey, S3Client } from '../../../shared/adapters/signed/s3.ts';

interface Heard {
  readonly request: IncomingMessage;
  readonly body: string;
}
let heard: Heard[] = [];
let answers: { status: number; text: string; headers?: Record<string, string> }[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    heard.push({ request, body: Buffer.concat(chunks).toString('utf8') });
    const { status, text, headers } = answers.shift() ?? { status: 200, text: '{}' };
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, headers).end(text);
  });
});
let endpoint = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
});
beforeEach(() => {
  [heard, answers] = [[], []];
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const config = () => ({ endpoint, region: 'eu-west-3' });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** What AWS works out of a request that it receives. Source: IAM user guide, "Create a signed AWS API request". */
const expectedSignature = ({ request, body }: Heard, service: string): string => {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const [path = '', search = ''] = (request.url ?? '').split('?');
  const uri = service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/');
  const headers = names.map((name) => `${name}:${request.headers[name]}\n`).join('');
  const canonical = [request.method, uri, search, headers, names.join(';'), sha256(body)].join('\n');
  const day = String(date).slice(0, 8);
  const scope = `${day}/eu-west-3/${service}/aws4_request`;
  const key = ['eu-west-3', service, 'aws4_request'].reduce<Buffer>(hmac, hmac('AWS4secret', day));
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
};

describe('a request', () => {
  test.each([
    {
      service: 'dynamodb',
      ask: () =>
        new DynamoDBClient(config()).send(
          new PutItemCommand({ TableName: 'é', Item: { b: { B: new Uint8Array([1, 255]) } } }),
        ),
      path: '/',
      body: '{"TableName":"é","Item":{"b":{"B":"Af8="}}}',
      answer: { status: 200, text: '{}' },
    },
    {
      service: 's3',
      ask: () =>
        new S3Client(config()).send(new GetObjectCommand({ Bucket: 'b', Key: "a b/c'é+.json", VersionId: 'v=1' })),
      path: '/b/a%20b/c%27%C3%A9%2B.json?versionId=v%3D1',
      body: '',
      answer: { status: 200, text: 'document' },
    },
    {
      service: 'lambda',
      ask: () =>
        new LambdaClient(config()).send(
          new InvokeCommand({ FunctionName: 'arn:aws:lambda:x', InvocationType: 'Event', Payload: '{"a":1}' }),
        ),
      path: '/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax/invocations',
      body: '{"a":1}',
      answer: { status: 202, text: '' },
    },
  ])('to $service is signed as AWS works it out', async ({ service, ask, path, body, answer }) => {
    answers = [answer];
    await ask();
    const [one] = heard;
    if (!one) throw new Error('nothing was asked');
    expect([one.request.url, one.body]).toEqual([path, body]);
    expect(one.request.headers['x-amz-security-token']).toBe('session');
    expect(one.request.headers.authorization).toContain(`Signature=${expectedSignature(one, service)}`);
  });
});

describe('an answer', () => {
  const get = () => new DynamoDBClient(config()).send(new GetItemCommand({ TableName: 't' }));

  test('has its bytes back', async () => {
    answers = [{ status: 200, text: '{"Item":{"b":{"B":"Af8="},"B":{"S":"Af8="}}}' }];
    expect(await get()).toEqual({ Item: { b: { B: new Uint8Array([1, 255]) }, B: { S: 'Af8=' } } });
  });

  test.each([
    { name: 'a failure of the service', first: { status: 500, text: 'oops' } },
    { name: 'throttling', first: { status: 400, text: '{"__type":"x#ThrottlingException"}' } },
    { name: 'a connection that was lost', first: { status: 0, text: '' } },
  ])('that is $name is asked for again', async ({ first }) => {
    answers = [first, { status: 200, text: '{}' }];
    expect(await get()).toEqual({});
    expect(heard).toHaveLength(2);
  });

  test('that stays a failure is one, after three attempts', async () => {
    answers = [1, 2, 3, 4].map(() => ({ status: 503, text: 'busy' }));
    await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(heard).toHaveLength(3);
  });

  test('that refuses has the name that the adapters look for, and is not asked for again', async () => {
    const refused = {
      status: 400,
      text: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}',
    };
    answers = [refused];
    await expect(get()).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    answers = [{ status: 404, text: '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>' }];
    await expect(new S3Client(config()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toBeInstanceOf(
      NoSuchKey,
    );
    expect(heard).toHaveLength(2);
  });
});
