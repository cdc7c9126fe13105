import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { makeKeyOnce } from '../../../shared/adapters/ssm/key.ts';

const askedSchema = z.object({ Name: z.string(), Type: z.string(), Value: z.string(), Overwrite: z.boolean() });
const asked: z.infer<typeof askedSchema>[] = [];
/** The parameter store: a name is taken once. */
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const put = askedSchema.parse(JSON.parse(body));
    const taken = asked.some(({ Name }) => Name === put.Name);
    asked.push(put);
    const refused = put.Name.startsWith('/denied/') ? 'AccessDeniedException' : 'ParameterAlreadyExists';
    const ok = !taken && refused === 'ParameterAlreadyExists';
    response.writeHead(ok ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(ok ? { Version: 1 } : { __type: refused, message: 'no' }));
  });
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  for (const [name, value] of Object.entries({
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-west-3' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  }))
    vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

test('a key is made encrypted, of 256 random bits, and what is there stays', async () => {
  await makeKeyOnce('/vigie-heartbeats/Vigie/key');
  await makeKeyOnce('/vigie-heartbeats/Vigie/key');
  expect(asked).toMatchObject([1, 2].map(() => ({ Type: 'SecureString', Overwrite: false })));
  const [first, second] = asked.map(({ Value }) => Value);
  expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(second).not.toBe(first);
});

test('a store that refuses is heard', async () => {
  await expect(makeKeyOnce('/denied/key')).rejects.toThrow();
});
