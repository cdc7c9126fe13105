/** Checks of one origin hand their connection on, and never a failure. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { HttpCheck, Verdict } from '../../../shared/probe/check.ts';
import { httpCheck } from '../../checks.ts';
import { ask, base, said } from './asking.ts';
import { identity, testRoot } from './farm.ts';

let prober: Prober;
let server: Server;
let connections: Set<Socket>;
let seen: number;
beforeEach(() => {
  prober = openProber({ allowPrivate: true, ca: [testRoot], shareConnections: true });
  connections = new Set();
  seen = 0;
});
afterEach(() => {
  prober.close();
  for (const socket of connections) socket.destroy();
  server.close();
});

const serve = async (listener: RequestListener, secure = false): Promise<string> => {
  server = secure ? createHttps(identity('good'), listener) : createServer(listener);
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    seen++;
    connections.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${secure ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
};

const get = (id: string, url: string, more: Partial<HttpCheck> = {}): Promise<Verdict> =>
  ask(
    prober,
    httpCheck(url, {
      ...base,
      id: id.includes('/') ? id : `acme/shop/${id}`,
      redirects: 0,
      timeoutMs: 1_500,
      ...more,
    }),
  );

const together = (url: string, ids: readonly string[]): Promise<Verdict[]> =>
  Promise.all(ids.map((id) => get(id, `${url}/${id}`)));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('checks of one origin at the same time', () => {
  test('share one connection, and each is up with its own latency and its address', async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end('hello'), 70), true);
    await get('a', url); // the first handshake of a process takes longer than the others
    const began = performance.now();
    const [first, second] = await together(url, ['a', 'b']);
    const took = performance.now() - began;
    expect(seen).toBe(2);
    if (first?.state !== 'up' || second?.state !== 'up') throw new Error('both are up');
    expect(first.timings?.tlsMs).toBeGreaterThan(0);
    expect(second).not.toHaveProperty('timings.tlsMs');
    expect(second).toMatchObject({ address: '127.0.0.1', certificateEndsAt: Date.UTC(2120, 0, 1) });
    expect(first.latencyMs + second.latencyMs).toBeLessThan(took); // what it waited is none of its own
    expect((second.timings?.totalMs ?? took) + first.latencyMs).toBeLessThan(took);
  });

  test('are judged each by itself', async () => {
    const url = await serve((request, response) => void response.writeHead(request.url === '/b' ? 503 : 200).end());
    expect((await together(url, ['a', 'b', 'c'])).map(said)).toEqual(['up', 'status: status 503', 'up']);
    expect(seen).toBe(2); // nothing is read of an answer that failed, so that connection ends with it
  });

  test('wait for no one that hangs', async () => {
    const url = await serve((request, response) => request.url !== '/a' && void response.end());
    const began = performance.now();
    const hanging = get('a', `${url}/a`);
    const others = await together(url, ['b', 'c']);
    expect(others.map(said)).toEqual(['up', 'up']);
    expect(performance.now() - began).toBeLessThan(600);
    expect(said(await hanging)).toMatch(/^response-timeout/);
    const again = performance.now();
    const next = get('a', `${url}/a`, { timeoutMs: 300 });
    expect(said(await get('b', `${url}/b`))).toBe('up');
    expect(performance.now() - again).toBeLessThan(240); // they have learned not to wait here
    await next;
  });

  test('are cut by no deadline of another', async () => {
    const url = await serve(
      (request, response) => void setTimeout(() => response.end('x'), request.url === '/b' ? 150 : 0),
    );
    const first = get('a', `${url}/a`, { timeoutMs: 100 });
    const second = get('b', `${url}/b`);
    expect([said(await first), said(await second)]).toEqual(['up', 'up']);
    expect(seen).toBe(1);
  });

  test('try again on a connection of their own what fails on one that was handed on', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/b' && asked.filter((one) => one === '/b').length === 1) request.socket.resetAndDestroy();
      else response.end('hello');
    });
    expect((await together(url, ['a', 'b'])).map(said)).toEqual(['up', 'up']);
    expect([asked, seen]).toEqual([['/a', '/b', '/b'], 2]);
  });

  test('and tell what fails there too', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/b') request.socket.resetAndDestroy();
      else response.end('hello');
    });
    const [first, second] = (await together(url, ['a', 'b'])).map(said);
    expect(first).toBe('up');
    expect(second).toMatch(/^reset/);
  });

  test('connect anew where the server closes after an answer', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { connection: 'close' }).end('hello'));
    expect((await together(url, ['a', 'b', 'c'])).map(said)).toEqual(['up', 'up', 'up']);
    expect(seen).toBe(3);
  });

  test('and nobody listens: each says so', async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    const verdicts = await together(url, ['a', 'b', 'c']);
    for (const verdict of verdicts) expect(said(verdict)).toMatch(/^refused/);
    for (const verdict of verdicts) expect(verdict.timings?.totalMs).toBeLessThan(200);
  });
});

describe('a connection is never handed on', () => {
  test.each<[string, string, Partial<HttpCheck>, Partial<HttpCheck>]>([
    ['to a check of another client', 'other/shop/b', {}, {}],
    [
      'to a check with other credentials',
      'acme/shop/b',
      { headers: { 'x-key': 'one' } },
      { headers: { 'x-key': 'two' } },
    ],
    ['to a check with credentials from one without', 'acme/shop/b', {}, { headers: { authorization: 'Basic eDp5' } }],
    ['to a check of another virtual host', 'acme/shop/b', {}, { headers: { host: 'other.example' } }],
    [
      'by a check that sends a secret, be it the same one',
      'acme/shop/b',
      { headers: { authorization: '{{secret:vigie/acme/TOKEN}}' } },
      { headers: { authorization: '{{secret:vigie/acme/TOKEN}}' } },
    ],
  ])('%s', async (_, id, first, second) => {
    prober.close();
    const secrets = { read: async () => 'Bearer s3cret-of-acme' };
    prober = openProber({ allowPrivate: true, ca: [testRoot], shareConnections: true, secrets });
    const url = await serve((_request, response) => void setTimeout(() => response.end('hello'), 30));
    const verdicts = await Promise.all([get('acme/shop/a', url, first), get(id, url, second)]);
    verdicts.push(await get('acme/shop/a', url, first), await get(id, url, second)); // nor is it kept for later
    expect([verdicts.map(said), seen]).toEqual([['up', 'up', 'up', 'up'], 4]);
  });
});

describe('a connection', () => {
  test('is not kept for a check alone', async () => {
    const url = await serve((_, response) => void response.end('hello'));
    expect([said(await get('a', url)), said(await get('a', url))]).toEqual(['up', 'up']);
    expect(seen).toBe(2);
  });

  test('is closed soon after its last use', async () => {
    const url = await serve((_, response) => void response.end('hello'));
    await together(url, ['a', 'b']);
    const [socket] = connections;
    expect(socket?.destroyed).toBe(false);
    await sleep(500);
    expect(socket?.destroyed).toBe(true);
  });

  test('carries no POST but its own', async () => {
    const url = await serve((request, response) => void request.resume().on('end', () => response.end('hello')));
    await Promise.all([get('a', url), get('b', url, { method: 'POST', body: 'x' }), get('c', url)]);
    expect(seen).toBe(2);
  });
});
