/** Secrets that a probe sends: they reach the endpoint that they are for, and nobody else. */
import { createServer } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { openProber } from '../../../shared/adapters/sockets/prober.ts';
import type { HttpCheck, Verdict } from '../../../shared/probe/check.ts';
import { httpCheck } from '../../checks.ts';
import { ask, base, said } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const value = 'hunter2-and-more';
const secrets = {
  read: async ({ name }: { readonly name: string }): Promise<string> => {
    if (name.endsWith('SLOW')) return new Promise(() => {});
    if (name.endsWith('GONE')) throw new Error(`the secret ${name} cannot be read: AccessDenied`);
    return value;
  },
};
const { farm, prober } = await openFarmAndProbers({ secrets });
const without = openProber({ allowPrivate: true });
afterAll(without.close);

const check = (url: string, more: Partial<HttpCheck>): HttpCheck =>
  httpCheck(url, { ...base, headers: { authorization: 'Bearer {{secret:vigie/acme/TOKEN}}' }, ...more });
const echo = (more: Partial<HttpCheck> = {}): Promise<Verdict> =>
  ask(prober, check(`http://localhost:${farm.port('echo')}/`, more));
const expecting = (more: Partial<HttpCheck['expect']>) => ({
  expect: { status: [[200, 299]], headers: {}, ...more } as const,
});

test('an endpoint is told the secret', async () => {
  expect(said(await echo(expecting({ text: `Bearer ${value}` })))).toBe('up');
});

test('what it says of it is not told on', async () => {
  const json = [{ path: '$.headers.authorization', is: 'nothing' }];
  expect(said(await echo(expecting({ json })))).toBe(
    'content: $.headers.authorization is "Bearer [secret]", not "nothing"',
  );
  const cut = await echo({
    headers: { x: `${'y'.repeat(85)}{{secret:vigie/acme/TOKEN}}` },
    ...expecting({ json: [{ path: '$.headers.x', is: '' }] }),
  });
  expect(said(cut)).toContain('y[secret]');
  expect(said(cut)).not.toContain('hunt');
});

test.each([
  { name: 'GONE', want: /^unknown: the secret vigie\/acme\/GONE cannot be read: AccessDenied$/ },
  { name: 'SLOW', want: /^unknown: still waiting for a secret to send after 400 ms$/ },
])('$name: $want', async ({ name, want }) => {
  expect(said(await echo({ headers: { authorization: `{{secret:vigie/acme/${name}}}` } }))).toMatch(want);
});

test('a place that has none says so, and sends nothing', async () => {
  const url = `http://localhost:${farm.port('echo')}/`;
  expect(said(await ask(without, check(url, {})))).toBe('unknown: the secret vigie/acme/TOKEN cannot be read here');
});

test('a text that is sent is filled too', async () => {
  const server = (await import('node:net')).createServer((socket) => void socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const send = 'AUTH {{parameter:/vigie/acme/KEY}}\r\n';
  const tcp = {
    ...base,
    kind: 'tcp',
    host: '127.0.0.1',
    port: address.port,
    send,
    expect: `AUTH ${value}\r\n`,
  } as const;
  expect(said(await ask(prober, tcp))).toBe('up');
  server.close();
});

describe('a redirect to another origin', () => {
  const redirected = async (status: number, more: Partial<HttpCheck>): Promise<string> => {
    const location = `http://127.0.0.1:${farm.port('echo')}/`;
    const server = createServer((_, response) => void response.writeHead(status, { location }).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      return said(await ask(prober, check(`http://127.0.0.1:${address.port}/`, more)));
    } finally {
      server.close();
    }
  };

  test('takes no header with a secret along, whatever its name', async () => {
    const headers = { 'x-plain': 'kept', 'x-mine': '{{secret:vigie/acme/TOKEN}}' };
    expect(await redirected(302, { headers, ...expecting({ text: value }) })).toMatch(/^content/);
    expect(await redirected(302, { headers, ...expecting({ text: '"x-plain":"kept"' }) })).toBe('up');
  });

  test('nor a body with one', async () => {
    const posted = { method: 'POST', headers: {}, body: '{{secret:vigie/acme/TOKEN}}' } as const;
    expect(await redirected(307, posted)).toMatch(/^redirects: redirected to another origin, which is not sent/);
    expect(await redirected(302, posted)).toBe('up'); // a GET, and no body
  });
});
