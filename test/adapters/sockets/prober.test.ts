import { describe, expect, test } from 'vitest';
import { sleep, timerDeadline, turn } from '../../../shared/adapters/sockets/prober.ts';
import type { HttpCheck, TcpCheck, Verdict } from '../../../shared/probe/check.ts';
import { probeRoster } from '../../../shared/probe/run-checks.ts';
import { epochMs } from '../../../shared/time/span.ts';
import { httpCheck } from '../../checks.ts';
import { ask as askOf, base, said, timeoutMs } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const { farm, prober, publicOnly } = await openFarmAndProbers();

const http = (url: string, more: Partial<HttpCheck> = {}): HttpCheck => httpCheck(url, { ...base, ...more });
const tcp = (host: string, port: number): TcpCheck => ({ ...base, kind: 'tcp', host, port });
const expecting = (more: Partial<HttpCheck['expect']>) => ({
  expect: { status: [[200, 299]], headers: {}, ...more } as const,
});
const ask = (check: HttpCheck | TcpCheck, by = prober): Promise<Verdict> => askOf(by, check);

describe('every kind of endpoint is judged right and in time', () => {
  test.each<{ name: string; at: string; scheme?: string; host?: string; more?: Partial<HttpCheck>; want: RegExp }>([
    { name: 'a healthy page is up', at: 'healthy', want: /^up$/ },
    { name: 'a page with the text is up', at: 'healthy', more: expecting({ text: 'from the' }), want: /^up$/ },
    {
      name: 'a page without it is not',
      at: 'healthy',
      more: expecting({ text: 'goodbye' }),
      want: /^content: the expected text is missing/,
    },
    {
      name: 'a missing header is told',
      at: 'healthy',
      more: expecting({ headers: { 'x-ok': '1' } }),
      want: /^content: no header x-ok/,
    },
    {
      name: 'a header counts by what it contains',
      at: 'healthy',
      more: expecting({ headers: { date: 'GMT' } }),
      want: /^up$/,
    },
    { name: 'a 503 is down', at: 'unavailable', want: /^status: status 503/ },
    { name: 'a 404 that is expected is up', at: 'missing', more: expecting({ status: [[404, 404]] }), want: /^up$/ },
    {
      name: 'a server that never answers',
      at: 'hanging',
      want: /^response-timeout: still waiting for the answer after 400 ms/,
    },
    { name: 'a socket that never says a word', at: 'silent', want: /^response-timeout/ },
    { name: 'a port where nobody listens', at: 'refusing', want: /^refused: connect ECONNREFUSED/ },
    {
      name: 'a network that swallows packets',
      at: 'blackHole',
      want: /^connect-timeout: still waiting for a connection/,
    },
    { name: 'a server that resets what connects', at: 'resetting', want: /^reset/ },
    { name: 'a server that resets what asks', at: 'resetOnRequest', want: /^reset/ },
    { name: 'a server that hangs up without a word', at: 'closing', want: /^reset: .*other side closed/ },
    { name: 'a reset in the middle of the body', at: 'resetInBody', want: /^reset/ },
    { name: 'a body shorter than promised', at: 'truncated', want: /^reset/ },
    { name: 'two lengths for one body', at: 'twoLengths', want: /^protocol: / },
    { name: 'something that is not HTTP', at: 'notHttp', want: /^protocol: / },
    { name: 'half a megabyte of headers', at: 'hugeHeaders', want: /^too-large/ },
    { name: 'headers without end', at: 'endlessHeaders', want: /^too-large/ },
    { name: 'an endless body is up once its first 64 KiB came', at: 'endless', want: /^up$/ },
    { name: 'text is looked for in those only', at: 'endless', more: expecting({ text: 'y' }), want: /^content/ },
    { name: 'a body that drips past the deadline', at: 'dripping', want: /^response-timeout/ },
    { name: 'a redirect to itself', at: 'loop', want: /^redirects: still redirected after 3 redirects/ },
    {
      name: 'a redirect that is not followed is judged',
      at: 'loop',
      more: { redirects: 0 },
      want: /^status: status 302/,
    },
    { name: 'a gzip bomb is not unpacked', at: 'gzipBomb', want: /^up$/ },
    { name: 'a good certificate', at: 'good', scheme: 'https', host: 'good.test', want: /^up$/ },
    { name: 'a good certificate for an address', at: 'good', scheme: 'https', want: /^up$/ },
    { name: 'TLS 1.2', at: 'goodOldest', scheme: 'https', host: 'localhost', want: /^up$/ },
    { name: 'TLS 1.1', at: 'tooOld', scheme: 'https', host: 'localhost', want: /^tls: .*protocol/i },
    {
      name: 'an expired certificate',
      at: 'expired',
      scheme: 'https',
      host: 'localhost',
      want: /^tls: CERT_HAS_EXPIRED/,
    },
    {
      name: 'a certificate of somebody else',
      at: 'wrongName',
      scheme: 'https',
      host: 'localhost',
      want: /^tls: the certificate is not for localhost: DNS:somewhere-else.test/,
    },
    {
      name: 'a certificate of nobody',
      at: 'selfSigned',
      scheme: 'https',
      host: 'localhost',
      want: /^tls: DEPTH_ZERO_SELF_SIGNED_CERT/,
    },
    {
      name: 'a good certificate under another name',
      at: 'good',
      scheme: 'https',
      host: 'second.test',
      want: /^tls: the certificate is not for second.test/,
    },
    { name: 'a server that does not speak TLS', at: 'healthy', scheme: 'https', want: /^tls: / },
    {
      name: 'a handshake that hangs',
      at: 'silent',
      scheme: 'https',
      want: /^tls: still waiting for the TLS handshake/,
    },
    { name: 'a handshake that is cut', at: 'closing', scheme: 'https', want: /^tls: / },
    { name: 'a name that nobody has', at: 'healthy', host: 'nobody.test', want: /^dns: .*ENOTFOUND/ },
    { name: 'a name whose servers fail', at: 'healthy', host: 'broken.test', want: /^dns: .*ESERVFAIL/ },
    {
      name: 'a name that nobody answers for',
      at: 'healthy',
      host: 'silent.test',
      want: /^dns: still waiting for an address/,
    },
    { name: 'a name of two addresses, the first refusing', at: 'healthy', host: 'second.test', want: /^up$/ },
    { name: 'an address inside a URL in disguise', at: 'healthy', host: '0x7f.1', want: /^up$/ },
  ])('$name', async ({ at, scheme = 'http', host = '127.0.0.1', more, want }) => {
    const began = performance.now();
    const verdict = await ask(http(`${scheme}://${host}:${farm.port(at)}/`, more));
    expect(said(verdict)).toMatch(want);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
  });

  test.each([
    { name: 'a port that answers is up', at: 'silent', want: /^up$/ },
    { name: 'a port that refuses is down', at: 'refusing', want: /^refused/ },
    { name: 'a port that swallows is down', at: 'blackHole', want: /^connect-timeout/ },
  ])('TCP: $name', async ({ at, want }) => {
    expect(said(await ask(tcp('127.0.0.1', farm.port(at))))).toMatch(want);
  });
});

describe('redirects', () => {
  const redirecting = async (location: string, status: number, check: Partial<HttpCheck>, by = prober) => {
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => void response.writeHead(status, { location }).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      return await ask(http(`http://127.0.0.1:${address.port}/`, check), by);
    } finally {
      server.close();
    }
  };

  test.each([
    {
      name: 'a metadata service',
      to: 'http://169.254.169.254/latest/meta-data/',
      want: /^forbidden-address: 169.254.169.254 is cloud metadata/,
    },
    { name: 'a name of one', to: 'http://metadata.test/', want: /^forbidden-address/ },
    { name: 'one mapped into IPv6', to: 'http://[::ffff:169.254.169.254]/', want: /^forbidden-address/ },
    { name: 'a file', to: 'file:///etc/passwd', want: /^redirects: redirected to what is no web address/ },
    { name: 'nonsense', to: 'http://', want: /^redirects/ },
  ])('do not lead to $name', async ({ to, want }) => {
    expect(said(await redirecting(to, 302, {}))).toMatch(want);
  });

  const headers = { authorization: 'Bearer secret', cookie: 'a=b', 'x-kept': 'yes' };
  const seen = async (status: number, check: Partial<HttpCheck>, text: string) =>
    said(
      await redirecting(`http://127.0.0.1:${farm.port('echo')}/`, status, {
        headers,
        ...check,
        ...expecting({ text }),
      }),
    );

  test('do not carry credentials to another origin, and carry the rest', async () => {
    expect(await seen(302, {}, 'secret')).toMatch(/^content/);
    expect(await seen(302, {}, 'a=b')).toMatch(/^content/);
    expect(await seen(302, {}, '"x-kept":"yes"')).toBe('up');
  });

  test.each([
    { status: 302, method: 'GET' },
    { status: 307, method: 'POST' },
  ])('turn a POST into a $method after a $status', async ({ status, method }) => {
    expect(await seen(status, { method: 'POST', body: 'x' }, `"method":"${method}"`)).toBe('up');
  });
});

describe('from a place that may not reach private networks', () => {
  test.each([
    '127.0.0.1',
    'localhost',
    '10.0.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '[::1]',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:127.0.0.1]',
    '[fd00:ec2::254]',
    '0.0.0.0',
    '2130706433',
    'good.test',
    'mixed.test',
  ])('%s is refused before a packet is sent', async (host) => {
    expect(said(await ask(http(`http://${host}:${farm.port('healthy')}/`), publicOnly))).toMatch(/^forbidden-address/);
  });
  test('and so is a TCP check', async () => {
    expect(said(await ask(tcp('good.test', farm.port('silent')), publicOnly))).toMatch(/^forbidden-address/);
  });
});

test('metadata and link-local addresses are refused even where private ones are allowed', async () => {
  for (const host of ['169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', 'metadata.test'])
    expect(said(await ask(http(`http://${host}/`)))).toMatch(/^forbidden-address/);
});

test('a header that cannot be sent is our fault, not downtime', async () => {
  const verdict = await ask(http(`http://127.0.0.1:${farm.port('healthy')}/`, { headers: { 'x-bad': 'a\nb' } }));
  expect(verdict.state).toBe('unknown');
});

test('three hundred names are asked for at most 64 at a time, and none is lost', async () => {
  const slots = Array.from({ length: 300 }, (_, i) => ({
    ...http(`http://n${i}.many.test:${farm.port('healthy')}/`),
    id: `c/s/${i}`,
    timeoutMs: 5_000,
  }));
  const { verdicts } = await probeRoster({
    roster: { shard: 0, places: ['home'], slots },
    scheduledAt: epochMs(60_000),
    probe: prober.probe,
    now: Date.now,
    sleep,
    turn,
    deadline: timerDeadline,
  });
  expect(verdicts.filter((verdict) => verdict?.state !== 'up')).toEqual([]);
  expect(farm.dnsMostAtOnce()).toBeLessThanOrEqual(64);
});

test('endpoints that hang cost their neighbours nothing', async () => {
  const slots = Array.from({ length: 60 }, (_, i) => ({
    ...http(`http://127.0.0.1:${farm.port(i % 3 === 0 ? 'hanging' : 'healthy')}/`),
    id: `c/s/${i}`,
  }));
  const began = performance.now();
  const { verdicts } = await probeRoster({
    roster: { shard: 0, places: ['home'], slots },
    scheduledAt: epochMs(60_000),
    probe: prober.probe,
    now: Date.now,
    sleep,
    turn: async () => () => {}, // the servers work in this process too, and are no part of it
    deadline: timerDeadline,
  });
  expect(performance.now() - began).toBeLessThan(timeoutMs + 60 + 250);
  expect(verdicts.filter((verdict) => verdict?.state === 'up')).toHaveLength(40);
});
