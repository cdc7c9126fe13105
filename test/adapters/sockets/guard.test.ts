/** What a place inside a network asks of it: what its checks name, and nothing that a server answers. */
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type Connecting, probingContext, traceOf } from '../../../shared/adapters/sockets/connect.ts';
import { verdictOn } from '../../../shared/adapters/sockets/failure.ts';
import { addressGuard } from '../../../shared/adapters/sockets/guard.ts';
import { probeHttp } from '../../../shared/adapters/sockets/http.ts';
import { httpCheck } from '../../checks.ts';
import { base, said } from './asking.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

interface Listening {
  readonly port: number;
  /** What it was asked for. */
  readonly asked: string[];
}

/** Redirects to what it is told, or says that all is well. */
const listening = async (address: string, port = 0, location?: () => string): Promise<Listening> => {
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${headers.host}${url}`);
    if (location && url !== '/arrived') response.writeHead(302, { location: location() });
    response.end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  servers.push(server);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { port: bound.port, asked };
};

const inPublic = '127.0.0.80';
const within = ['127.0.0.81', '127.0.0.82'] as const;

/**
 * A place in a network: of the addresses of this machine, which all are its own, one stands for a public one and the others
 * for private ones. `names` gives what a name resolves to, the first time and ever after.
 */
const place = (names: Readonly<Record<string, readonly [string, string]>> = {}): Connecting => {
  const judge = addressGuard(true, true);
  const asked = new Map<string, number>();
  return {
    resolve: async (host) => {
      const [first, later] = names[host] ?? [host, host];
      const times = asked.get(host) ?? 0;
      asked.set(host, times + 1);
      return [times === 0 ? first : later];
    },
    query: () => Promise.reject(new Error('no record is asked for')),
    guard: (address, redirected) => judge(address === inPublic ? '198.51.100.7' : address, redirected),
    secureContext: probingContext(),
    agent: 'vigie/1',
  };
};

const probe = async (url: string, how = place()): Promise<string> => {
  const check = httpCheck(url, base);
  const trace = traceOf(check.timeoutMs);
  return said(await probeHttp(check, how, trace).catch((error) => verdictOn(error, trace.phase)));
};

const refused = /^forbidden-address: 127\.0\.0\.8\d is loopback: no redirect from another host may lead there$/;

test('a private address that a check names is asked', async () => {
  const { port, asked } = await listening(within[0]);
  expect(await probe(`http://${within[0]}:${port}/`)).toBe('up');
  expect(await probe(`http://intranet.example:${port}/`, place({ 'intranet.example': [within[0], within[0]] }))).toBe(
    'up',
  );
  expect(asked).toHaveLength(2);
});

describe('a server on the internet that redirects', () => {
  test('leads to no private address', async () => {
    const inside = await listening(within[0]);
    const outside = await listening(inPublic, 0, () => `http://${within[0]}:${inside.port}/`);
    expect(await probe(`http://${inPublic}:${outside.port}/`)).toMatch(refused);
    expect([outside.asked.length, inside.asked.length]).toEqual([1, 0]);
  });

  test('nor to a name that has one', async () => {
    const inside = await listening(within[0]);
    const outside = await listening(inPublic, 0, () => `http://inside.example:${inside.port}/`);
    const how = place({ 'inside.example': [within[0], within[0]] });
    expect(await probe(`http://${inPublic}:${outside.port}/`, how)).toMatch(refused);
    expect(inside.asked).toEqual([]);
  });

  test('nor to its own name, once that has another address', async () => {
    let port = 0;
    const inside = await listening(within[0]);
    const outside = await listening(inPublic, 0, () => `http://www.example:${port}/arrived`);
    ({ port } = outside);
    const how = place({ 'www.example': [inPublic, within[0]] });
    expect(await probe(`http://www.example:${port}/`, how)).toBe('up');
    port = inside.port; // where nobody listens at the public address
    expect(await probe(`http://www.example:${outside.port}/`, place({ 'www.example': [inPublic, within[0]] }))).toMatch(
      /^refused/,
    );
    expect(inside.asked).toEqual([]);
  });

  test('may lead to another on the internet', async () => {
    const other = await listening(inPublic);
    const outside = await listening(inPublic, 0, () => `http://other.example:${other.port}/`);
    const how = place({ 'other.example': [inPublic, inPublic] });
    expect(await probe(`http://${inPublic}:${outside.port}/`, how)).toBe('up');
  });
});

describe('a server within that redirects', () => {
  test('may lead on at its own host, to another port and path', async () => {
    const other = await listening(within[0]);
    const first = await listening(within[0], 0, () => `http://nas.example:${other.port}/arrived`);
    const how = place({ 'nas.example': [within[0], within[0]] });
    expect(await probe(`http://nas.example:${first.port}/`, how)).toBe('up');
    expect(other.asked).toEqual([`nas.example:${other.port}/arrived`]);
  });

  test('and that is the same machine, whatever the name says by then', async () => {
    const here = await listening(within[0]);
    const there = await listening(within[1], here.port);
    const first = await listening(within[0], 0, () => `http://nas.example:${here.port}/arrived`);
    const how = place({ 'nas.example': [within[0], within[1]] });
    expect(await probe(`http://nas.example:${first.port}/`, how)).toBe('up');
    expect([here.asked.length, there.asked.length]).toEqual([1, 0]);
  });

  test.each(['http://other.example', `http://${within[1]}`])('leads to nobody else: %s', async (to) => {
    const other = await listening(within[1]);
    const first = await listening(within[0], 0, () => `${to}:${other.port}/`);
    const how = place({ 'nas.example': [within[0], within[0]], 'other.example': [within[1], within[1]] });
    expect(await probe(`http://nas.example:${first.port}/`, how)).toMatch(refused);
    expect(other.asked).toEqual([]);
  });

  test('nor back into the network from a server on the internet', async () => {
    let back = '';
    const outside = await listening(inPublic, 0, () => back);
    const first = await listening(within[0], 0, () => `http://${inPublic}:${outside.port}/`);
    back = `http://nas.example:${first.port}/arrived`;
    const how = place({ 'nas.example': [within[0], within[0]] });
    expect(await probe(`http://nas.example:${first.port}/`, how)).toMatch(refused);
    expect(first.asked).toHaveLength(1);
  });
});
