import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { awsSecrets } from '../../../shared/adapters/secrets/aws.ts';
import { directorySecrets } from '../../../shared/adapters/secrets/directory.ts';
import { remembering } from '../../../shared/adapters/secrets/remembered.ts';

const token = { kind: 'secret', name: 'vigie/acme/TOKEN' } as const;
const key = { kind: 'parameter', name: '/vigie/acme/KEY' } as const;

test('what was read is known for five minutes, and asked for once at a time', async () => {
  let [asked, now] = [0, 0];
  const { read } = remembering({ read: async ({ name }) => `${name} ${++asked}` }, () => now);
  expect(await Promise.all([read(token), read(token)])).toEqual(['vigie/acme/TOKEN 1', 'vigie/acme/TOKEN 1']);
  expect(await read(key)).toBe('/vigie/acme/KEY 2');
  now = 299_999;
  expect(await read(token)).toBe('vigie/acme/TOKEN 1');
  now = 300_000;
  expect(await read(token)).toBe('vigie/acme/TOKEN 3');
});

test('what could not be read is asked for again after half a minute', async () => {
  let [asked, now] = [0, 0];
  const failing = async () => {
    asked++;
    if (asked === 1) throw new Error('denied');
    return 'there';
  };
  const { read } = remembering({ read: failing }, () => now);
  await expect(read(token)).rejects.toThrow('denied');
  now = 29_999;
  await expect(read(token)).rejects.toThrow('denied');
  now = 30_000;
  expect(await read(token)).toBe('there');
});

test('a file each, in the credentials directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-credentials-'));
  try {
    await writeFile(join(directory, 'acme.TOKEN'), 'abc\n');
    await writeFile(join(directory, 'acme.KEY'), 'd ');
    const { read } = directorySecrets(directory);
    expect(await read(token)).toBe('abc');
    expect(await read(key)).toBe('d ');
    await expect(read({ kind: 'secret', name: 'vigie/acme/GONE' })).rejects.toThrow(
      'the secret vigie/acme/GONE cannot be read: ENOENT on acme.GONE in the credentials directory',
    );
    await expect(read({ kind: 'secret', name: 'vigie/../../etc/passwd' })).rejects.toThrow('no file of its own');
    await expect(directorySecrets(undefined).read(token)).rejects.toThrow('no CREDENTIALS_DIRECTORY');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('Secrets Manager and the Parameter Store are asked by name, and say why they do not answer', async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { SecretId, Name, ...rest } = JSON.parse(body);
      asked.push({ target: request.headers['x-amz-target'], SecretId, Name, ...rest });
      const found = { 'vigie/acme/TOKEN': { SecretString: 'abc' }, '/vigie/acme/KEY': { Parameter: { Value: 'def' } } };
      const answer = new Map<string, object>(Object.entries(found)).get(SecretId ?? Name);
      response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer ?? { __type: 'ResourceNotFoundException', message: 'no' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${address.port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  try {
    const { read } = awsSecrets('eu-west-3');
    expect([await read(token), await read(key)]).toEqual(['abc', 'def']);
    expect(asked).toEqual([
      { target: 'secretsmanager.GetSecretValue', SecretId: 'vigie/acme/TOKEN' },
      { target: 'AmazonSSM.GetParameter', Name: '/vigie/acme/KEY', WithDecryption: true },
    ]);
    await expect(read({ kind: 'secret', name: 'vigie/acme/GONE' })).rejects.toThrow(
      'the secret vigie/acme/GONE cannot be read: ResourceNotFoundException',
    );
  } finally {
    vi.unstubAllEnvs();
    server.close();
  }
});
