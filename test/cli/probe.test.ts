import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Farm, openFarm } from '../adapters/sockets/farm.ts';
import { run } from './run.ts';

const ca = 'test/adapters/sockets/certificates/root.pem';
let farm: Farm;
let folder: string;
beforeAll(async () => {
  farm = await openFarm();
  folder = await mkdtemp(join(tmpdir(), 'vigie-probe-'));
  await mkdir(join(folder, 'clients'));
  await writeFile(join(folder, 'provider.yaml'), 'id: ops\nname: Ops\nlanguage: en\nzone: UTC\ncurrency: EUR\n');
  const endpoints = [
    `www: { http: "http://127.0.0.1:${farm.port('healthy')}/" }`,
    `busy: { http: "http://127.0.0.1:${farm.port('unavailable')}/" }`,
    `post: { smtp: "127.0.0.1:${farm.port('refusing')}" }`,
    'nightly: { heartbeat: 1 d }',
    `told: { http: { url: "http://127.0.0.1:${farm.port('echo')}/", headers: { X-Key: "{{secret:KEY}}" }, text: hunter2 } }`,
  ];
  await writeFile(
    join(folder, 'clients', 'acme.yaml'),
    `id: acme\nname: Acme\nsince: 2026-01-01\nservices:\n  web:\n    fee: 0 EUR\n    endpoints:\n${endpoints.map((line) => `      ${line}\n`).join('')}`,
  );
  await writeFile(join(folder, 'acme.KEY'), 'hunter2\n');
});
afterAll(async () => {
  await farm.close();
  await rm(folder, { recursive: true });
});

describe('an address that is typed', () => {
  test('is shown with where its time went, its address and its certificate', async () => {
    const { code, out } = await run(['probe', '--url', `https://localhost:${farm.port('good')}/`, '--ca', ca]);
    expect(code).toBe(0);
    expect(out).toMatch(/^https:\/\/localhost:\d+\/ {2}http\nup {2}in \d+\.\d ms\n/);
    for (const phase of ['connection', 'TLS', 'first byte'])
      expect(out).toMatch(new RegExp(`${phase} +\\d+\\.\\d ms +[█▏]`));
    expect(out).toMatch(/total +\d+\.\d ms\n/);
    expect(out).toMatch(/address +127\.0\.0\.1\n/);
    expect(out).toMatch(/certificate +ends 2120-01-01, in \d+ days/);
  });

  test.each([
    { name: 'down', at: 'refusing', way: '--tcp', code: 1, want: /^down {2}connection refused: .*ECONNREFUSED/m },
    { name: 'up', at: 'silent', way: '--tcp', code: 0, want: /^up {2}in/m },
    {
      name: 'a certificate of somebody else',
      at: 'wrongName',
      way: '--tls',
      code: 1,
      want: /^down {2}TLS handshake or certificate refused/m,
    },
  ])('ends with $code: $name', async ({ at, way, code, want }) => {
    const ran = await run(['probe', way, `127.0.0.1:${farm.port(at)}`, '--ca', ca]);
    expect(ran.out).toMatch(want);
    expect(ran.code).toBe(code);
  });

  test('as JSON', async () => {
    const { code, out } = await run(['probe', '--tls', `localhost:${farm.port('expired')}`, '--ca', ca, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'tls',
      state: 'down',
      cause: 'tls',
      timings: { connectMs: expect.any(Number), tlsMs: expect.any(Number), totalMs: expect.any(Number) },
      address: '127.0.0.1',
      certificateEndsAt: '2021-01-01T00:00:00.000Z',
    });
  });
});

describe('an endpoint of the files', () => {
  test.each([
    { id: 'acme/web/www', code: 0, want: /^up/m },
    { id: 'acme/web/post', code: 1, want: /^acme\/web\/post {2}smtp\ndown {2}connection refused/m },
    { id: 'acme/web/nightly', code: 2, want: /^unknown {2}heartbeats are judged at home/m },
    { id: 'acme/web/busy', code: 1, want: /^down {2}unexpected status code: status 503$/m },
    {
      id: 'acme/web/told',
      code: 2,
      want: /^unknown {2}the secret vigie\/acme\/KEY cannot be read here: no CREDENTIALS_DIRECTORY/m,
    },
  ])('$id ends with $code', async ({ id, code, want }) => {
    const ran = await run(['probe', id, '--clients', folder]);
    expect(ran.out).toMatch(want);
    expect(ran.code).toBe(code);
  });

  test('sends a secret that is in a file here', async () => {
    const env = { CREDENTIALS_DIRECTORY: folder, VIGIE_CLIENTS: folder };
    const ran = await run(['probe', 'acme/web/told'], undefined, env);
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('hunter2');
  });
});

test.each([
  { argv: ['acme/web/ww'], want: /has no endpoint acme\/web\/ww\n.*did you mean "acme\/web\/www"/ },
  { argv: [], want: /one thing is probed at a time/ },
  { argv: ['acme/web/www', '--tcp', 'a.example:1'], want: /one thing is probed at a time/ },
  { argv: ['--url', 'www.example.com'], want: /--url: saw "www.example.com"\n.*begins with http/ },
  { argv: ['--tcp', 'example.com'], want: /--tcp: saw/ },
  { argv: ['--url', 'http://169.254.169.254/'], want: /cloud metadata/ },
  { argv: ['--tcp', 'a.example:1', '--ca', '/nowhere.pem'], want: /cannot read --ca/ },
])('$argv is refused', async ({ argv, want }) => {
  const { code, err } = await run(['probe', ...argv, '--clients', folder]);
  expect(err).toMatch(want);
  expect(code).toBe(2);
});

test('where there are no client files, it says how to name others', async () => {
  const { code, err } = await run(['probe', 'acme/web/www', '--clients', join(folder, 'clients')]);
  expect(err).toMatch(/is no valid folder of client files\n {2}Name another with --clients/);
  expect(code).toBe(2);
});
