/** What a check may ask of an answer beyond its status: patterns, JSON, sizes, encodings, HTTP/2. */
import { describe, expect, test } from 'vitest';
import type { HttpCheck, JsonExpectation, Verdict } from '../../../shared/probe/check.ts';
import { httpCheck } from '../../checks.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const { farm, prober } = await openFarmAndProbers({ place: 'frankfurt' });

interface Asked extends Omit<Partial<HttpCheck>, 'expect'> {
  readonly expect?: Partial<HttpCheck['expect']>;
}

const get = (at: string, { expect: wanted, ...more }: Asked = {}, scheme = 'http'): Promise<Verdict> =>
  ask(
    prober,
    httpCheck(`${scheme}://localhost:${farm.port(at)}/`, {
      ...base,
      expect: { status: [[200, 299]], headers: {}, ...wanted },
      timeoutMs: 2_000,
      ...more,
    }),
  );

describe('patterns', () => {
  test.each([
    { regex: 'version":"4\\.[0-9]+', want: /^up$/ },
    { regex: '(?i)STATUS":"(ok|fine)"', want: /^up$/ },
    { regex: '^\\{"status"', want: /^up$/ },
    { regex: 'version":"5', want: /^content: the expected pattern is missing$/ },
  ])('$regex', async ({ regex, want }) => {
    expect(said(await get('health', { expect: { regex } }))).toMatch(want);
  });

  test.each([
    { name: 'would never be over where others backtrack', regex: '^(a+)+$', want: /^content/ },
    {
      name: 'is stopped where it is linear and still too much',
      regex: 'a[ab]{900}[ab]*c|[ab]*a[ab]{900}[cd]',
      want: /^(content|unknown)/,
    },
  ])('one that $name', async ({ regex, want }) => {
    const began = performance.now();
    expect(said(await get('backtracking', { expect: { regex } }))).toMatch(want);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe('JSON', () => {
  test.each<{ json: JsonExpectation; want: RegExp }>([
    { json: { path: '$.status', is: 'ok' }, want: /^up$/ },
    { json: { path: '$.status', is: 'fine' }, want: /^content: \$\.status is "ok", not "fine"$/ },
    { json: { path: '$.note', is: null }, want: /^up$/ },
    { json: { path: '$.queue', is: 12 }, want: /^up$/ },
    { json: { path: '$.queue', is: '12' }, want: /^content: \$\.queue is 12, not "12"$/ },
    { json: { path: '$.queue', atMost: 12 }, want: /^up$/ },
    { json: { path: '$.queue', atMost: 11 }, want: /^content: \$\.queue is 12, not 11 or less$/ },
    { json: { path: '$.queue', atLeast: 13 }, want: /^content: \$\.queue is 12, not 13 or more$/ },
    { json: { path: '$.status', atLeast: 0 }, want: /^content/ },
    { json: { path: '$.version', contains: '4.2' }, want: /^up$/ },
    { json: { path: '$.version', contains: '5.' }, want: /^content: \$\.version is "4\.2\.1", not a text with "5\."$/ },
    { json: { path: '$.version', regex: '^4\\.[0-9]+\\.' }, want: /^up$/ },
    { json: { path: '$.version', regex: '^5' }, want: /^content: \$\.version is "4\.2\.1", not a text like \^5$/ },
    { json: { path: '$.services' }, want: /^up$/ },
    { json: { path: '$.errors' }, want: /^content: \$\.errors is not there$/ },
    { json: { path: '$.errors', exists: false }, want: /^up$/ },
    { json: { path: '$.status', exists: false }, want: /^content: \$\.status is there and should not be: "ok"$/ },
    { json: { path: '$.services[*].state', is: 'ok' }, want: /^content: .* is "degraded", not "ok"$/ },
    { json: { path: '$.services[?@.critical == true].state', is: 'ok' }, want: /^up$/ },
    { json: { path: '$..name', contains: 'x' }, want: /^content/ },
  ])('$json is $want', async ({ json, want }) => {
    expect(said(await get('health', { expect: { json: [json] } }))).toMatch(want);
  });

  test('all that is expected must hold', async () => {
    const json = [
      { path: '$.status', is: 'ok' },
      { path: '$.queue', atMost: 3 },
    ];
    expect(said(await get('health', { expect: { json } }))).toMatch(/^content: \$\.queue is 12/);
  });

  test.each([
    { name: 'what is no JSON', at: 'healthy', path: '$', want: /^content: the answer is not JSON$/ },
    {
      name: 'what is nested deeper than paths go',
      at: 'deepJson',
      path: '$..x',
      want: /^unknown: the answer is nested too deeply/,
    },
    { name: 'what is nested deeply and not looked into', at: 'deepJson', path: '$[0]', want: /^up$/ },
    {
      name: 'what makes a path run on',
      at: 'manyJson',
      path: '$[?count($[?count($[*]) > 1]) > 1]',
      want: /^unknown: the JSON paths were not followed within 200 ms$/,
    },
    {
      name: 'an endless answer',
      at: 'endless',
      path: '$',
      want: /^too-large: the answer is larger than 64 KiB, and JSON is read whole/,
    },
    { name: 'an answer that is too large by default', at: 'large', path: '$.ok', want: /^too-large/ },
  ])('$name', async ({ at, path, want }) => {
    const began = performance.now();
    expect(said(await get(at, { expect: { json: [{ path }] } }))).toMatch(want);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe('how much is read', () => {
  const large = { mostBytes: 128 * 1024 };
  test('more than 64 KiB where the check says so', async () => {
    expect(said(await get('large', { ...large, expect: { json: [{ path: '$.ok', is: true }] } }))).toBe('up');
    expect(said(await get('large', { ...large, expect: { text: '"ok"' } }))).toBe('up');
    expect(said(await get('large', { expect: { text: '"ok"' } }))).toMatch(/^content/);
  });
});

describe('bodies that come encoded although nobody asked', () => {
  test.each(['gzip', 'deflate', 'brotli', 'zstd'])('%s is read', async (at) => {
    expect(said(await get(at, { expect: { json: [{ path: '$.status', is: 'ok' }], regex: 'degraded' } }))).toBe('up');
    expect(said(await get(at, { expect: { text: 'goodbye' } }))).toMatch(/^content: the expected text is missing$/);
  });

  test.each([
    { at: 'notGzip', want: /^content: the body is not gzip: incorrect header check$/ },
    { at: 'twice', want: /^content: the body is encoded as gzip, br$/ },
    { at: 'zstdWide', want: /^content: the body is not zstd/ },
  ])('$at: $want', async ({ at, want }) => {
    expect(said(await get(at, { expect: { text: 'x' } }))).toMatch(want);
    expect(said(await get(at))).toBe('up');
  });

  test('a bomb costs no more than the limit', async () => {
    const before = process.memoryUsage.rss();
    const began = performance.now();
    for (let i = 0; i < 5; i++)
      expect(said(await get('gzipBomb', { expect: { text: 'x' } }))).toMatch(/^content: the expected text is missing$/);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(20 * 2 ** 20); // it is 50 MiB unpacked
  });
});

describe('HTTP/2', () => {
  const h2 = { http2: true };
  test.each([
    { name: 'is spoken where it is offered', at: 'h2', more: { expect: { text: 'in frames' } }, want: /^up$/ },
    { name: 'is not where the server does not know it', at: 'good', more: {}, want: /^up$/ },
    { name: 'has its status judged', at: 'h2Unavailable', more: {}, want: /^status: status 503$/ },
    {
      name: 'that never answers',
      at: 'h2Hanging',
      more: { timeoutMs },
      want: /^response-timeout: still waiting for the answer/,
    },
    { name: 'that refuses the request', at: 'h2Refusing', more: {}, want: /^reset: / },
    { name: 'that says goodbye', at: 'h2Leaving', more: {}, want: /^reset: / },
    { name: 'that is cut', at: 'h2Cut', more: {}, want: /^reset: / },
    { name: 'without end', at: 'h2Endless', more: {}, want: /^up$/ },
  ])('$name', async ({ at, more, want }) => {
    const verdict = await get(at, { ...h2, ...more }, 'https');
    expect(said(verdict)).toMatch(want);
    expect(verdict.timings?.tlsMs).toBeGreaterThan(0);
    expect(verdict.certificateEndsAt).toBe(Date.UTC(2120, 0, 1));
  });

  test('a server that speaks nothing else is not up for a check in HTTP/1.1', async () => {
    expect((await get('h2', {}, 'https')).state).toBe('down');
  });
});

test.each(['PUT', 'OPTIONS'] as const)('%s is sent as it is', async (method) => {
  expect(said(await get('echo', { method, expect: { text: `"method":"${method}"` } }))).toBe('up');
});

test('a server is told who asks, and from where', async () => {
  expect(said(await get('echo', { expect: { text: '"user-agent":"vigie/1 (frankfurt)"' } }))).toBe('up');
  const headers = { 'user-agent': 'mine' };
  expect(said(await get('echo', { headers, expect: { text: '"user-agent":"mine"' } }))).toBe('up');
});
