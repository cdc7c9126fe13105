import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { WebSocketCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { identity, testRoot } from './farm.ts';

const upgrades = new WebSocketServer({
  noServer: true,
  perMessageDeflate: true, // offered by nobody here, so never used
  handleProtocols: (asked) => (asked.has('mqtt') ? 'mqtt' : false),
});
let offered: string | undefined;
let goodbyes: number[] = [];

const frames = (socket: Duplex, ...bytes: readonly number[]): void => void socket.write(Buffer.from(bytes));

/** By path, what an open connection does; or, where it is no WebSocket's business, what is done with its request. */
const open: Readonly<Record<string, (ws: WebSocket, socket: Duplex) => void>> = {
  '/echo': (ws) => ws.on('message', (data) => ws.send(`you said ${data}`)),
  '/greeting': (ws) => {
    ws.send('welcome');
    ws.send(Buffer.from('ready'));
  },
  '/silent': () => {},
  '/endless': (ws) => {
    const more = (): void => {
      if (ws.readyState === ws.OPEN) ws.send('x'.repeat(30_000), more);
    };
    more();
  },
  '/huge': (ws) => ws.send('x'.repeat(100_000)),
  '/busy': (ws) => ws.close(1013, 'try again later'),
  '/gone': (_, socket) => void socket.destroy(),
  '/garbled': (_, socket) => frames(socket, 0xff, 0xff, 0xff),
  '/masked': (_, socket) => frames(socket, 0x81, 0x81, 1, 2, 3, 4, 0x69),
};
const refused: Readonly<Record<string, (socket: Duplex) => void>> = {
  '/closed': (socket) => void socket.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n'),
  '/moved': (socket) => void socket.end('HTTP/1.1 302 Found\r\nlocation: /echo\r\ncontent-length: 0\r\n\r\n'),
  '/wrong-key': (socket) =>
    void socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: no\r\n\r\n',
    ),
  '/not-http': (socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
  '/hanging': () => {},
};

const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
  const path = request.url ?? '';
  offered = request.headers['sec-websocket-extensions'];
  const refuse = refused[path];
  if (refuse) refuse(socket);
  else
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {}).on('close', (code) => goodbyes.push(code));
      open[path]?.(ws, socket);
    });
};

const listening = (server: Server): Promise<number> => {
  server.on('upgrade', onUpgrade).on('tlsClientError', () => {});
  server.on('request', (_, response) => response.end('a page'));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
};
const sockets = new Set<Socket>();
const servers = {
  ws: createHttp(),
  wss: createHttps(identity('good')),
  expired: createHttps(identity('expired')),
};
const ports = new Map<string, number>();
let prober: Prober;
let publicOnly: Prober;
beforeAll(async () => {
  for (const [name, server] of Object.entries(servers)) ports.set(name, await listening(server));
  prober = openProber({ allowPrivate: true, ca: [testRoot] });
  publicOnly = openProber({ allowPrivate: false });
});
beforeEach(() => {
  goodbyes = [];
});
afterAll(async () => {
  prober.close();
  publicOnly.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve))));
});

const check = (path: string, more: Partial<WebSocketCheck> = {}, server: keyof typeof servers = 'wss') => ({
  ...base,
  kind: 'websocket' as const,
  url: `${server === 'ws' ? 'ws' : 'wss'}://localhost:${ports.get(server)}${path}`,
  headers: {},
  ...more,
});

test.each<{ at: string; more?: Partial<WebSocketCheck>; server?: keyof typeof servers; want: RegExp }>([
  { at: '/silent', want: /^up$/ },
  { at: '/silent', server: 'ws', want: /^up$/ },
  { at: '/echo', more: { send: 'hello', expect: 'said hello' }, want: /^up$/ },
  { at: '/greeting', more: { expect: 'ready' }, want: /^up$/ },
  { at: '/silent', more: { protocol: 'mqtt' }, want: /^up$/ },
  { at: '/silent', more: { protocol: 'stomp' }, want: /^protocol: Server sent no subprotocol$/ },
  { at: '/silent', more: { expect: 'ready' }, want: /^response-timeout: still waiting/ },
  { at: '/hanging', want: /^response-timeout: still waiting for the answer/ },
  { at: '/endless', more: { expect: 'ready' }, want: /^content: what is expected is not in the first 64 KiB$/ },
  { at: '/huge', more: { expect: 'ready' }, want: /^too-large: Max payload size exceeded$/ },
  { at: '/busy', more: { expect: 'ready' }, want: /^status: closed with 1013: try again later$/ },
  { at: '/gone', more: { expect: 'ready' }, want: /^reset/ },
  { at: '/garbled', more: { expect: 'ready' }, want: /^protocol: Invalid WebSocket frame/ },
  { at: '/masked', more: { expect: 'ready' }, want: /^protocol: Invalid WebSocket frame: MASK/ },
  { at: '/closed', want: /^status: status 503, not a WebSocket$/ },
  { at: '/moved', want: /^status: status 302, not a WebSocket$/ },
  { at: '/wrong-key', want: /^protocol: Invalid Sec-WebSocket-Accept header$/ },
  { at: '/not-http', want: /^protocol: Parse Error/ },
  { at: '/silent', server: 'expired', want: /^tls: CERT_HAS_EXPIRED/ },
])('$at $server $more: $want', async ({ at, more, server, want }) => {
  const began = performance.now();
  expect(said(await ask(prober, check(at, more, server)))).toMatch(want);
  expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
});

test('nothing is asked to be compressed, and a connection that served is closed as the protocol has it', async () => {
  expect(said(await ask(prober, check('/echo', { send: 'hello', expect: 'hello' })))).toBe('up');
  expect(offered).toBeUndefined();
  await expect.poll(() => goodbyes).toEqual([1000]);
});

test('headers are sent', async () => {
  const headers = new Promise((resolve) => servers.wss.once('upgrade', (request) => resolve(request.headers)));
  await ask(prober, check('/silent', { headers: { origin: 'https://www.example.com' } }));
  expect(await headers).toMatchObject({ origin: 'https://www.example.com', host: `localhost:${ports.get('wss')}` });
});

test('an address that may not be probed is not', async () => {
  expect(said(await ask(publicOnly, check('/silent')))).toMatch(/^forbidden-address/);
});
