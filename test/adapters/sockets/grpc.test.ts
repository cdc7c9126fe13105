import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servingStatus } from '../../../shared/adapters/sockets/grpc.ts';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { GrpcCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { identity, testRoot } from './farm.ts';

const framed = (...message: readonly number[]): Buffer =>
  Buffer.from([0, 0, 0, message.length >> 8, message.length & 255, ...message]);
const type = { ':status': 200, 'content-type': 'application/grpc' };

const reply = (stream: ServerHttp2Stream, body: Buffer, trailers: Record<string, string>): void => {
  stream.respond(type, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
};
const status = (stream: ServerHttp2Stream, code: number, message: string): void =>
  stream.respond({ ...type, 'grpc-status': String(code), 'grpc-message': message }, { endStream: true });

/** By the service that is asked for, as an implementation of the protocol answers, or one gone wrong. */
const services: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
  '': (stream) => reply(stream, framed(8, 1), { 'grpc-status': '0' }),
  Newer: (stream) => reply(stream, framed(0x12, 2, 1, 2, 8, 1, 0x1d, 1, 2, 3, 4), { 'grpc-status': '0' }),
  Stopped: (stream) => reply(stream, framed(8, 2), { 'grpc-status': '0' }),
  Starting: (stream) => reply(stream, framed(), { 'grpc-status': '0' }),
  Unready: (stream) => status(stream, 14, 'draining%20connections'),
  Garbled: (stream) => reply(stream, Buffer.from('hello'), { 'grpc-status': '0' }),
  Compressed: (stream) => reply(stream, Buffer.from([1, 0, 0, 0, 2, 8, 1]), { 'grpc-status': '0' }),
  Endless: (stream) => {
    stream.respond(type);
    const more = (): void => void (stream.destroyed || stream.write(Buffer.alloc(1024), more));
    more();
  },
  NoStatus: (stream) => {
    stream.respond(type);
    stream.end(framed(8, 1));
  },
  Page: (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<h1>hello</h1>');
  },
  Proxy: (stream) => stream.respond({ ':status': 502 }, { endStream: true }),
  Refusing: (stream) => stream.close(7),
  Cutting: (stream) => {
    stream.respond(type);
    stream.write(framed(8, 1));
    setTimeout(() => stream.destroy(new Error('gone wrong')), 10);
  },
  Leaving: (stream) => stream.session?.goaway(11),
  Politely: (stream) => {
    stream.session?.goaway(0); // what is under way is still answered
    reply(stream, framed(8, 1), { 'grpc-status': '0' });
  },
  Dying: (stream) => void stream.session?.socket.destroy(),
  Hanging: () => {},
  Dripping: (stream) => stream.respond(type),
};

let asked: Record<string, unknown> = {};
const onStream = (stream: ServerHttp2Stream, headers: Record<string, unknown>): void => {
  asked = headers;
  stream.on('error', () => {});
  const body: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  stream.on('end', () => {
    const service = Buffer.concat(body).toString('utf8', 7);
    const answer = headers[':path'] === '/grpc.health.v1.Health/Check' ? services[service] : undefined;
    if (answer) answer(stream);
    else status(stream, 5, 'unknown service');
  });
};

const sockets = new Set<Socket>();
const hello = createHttps(identity('good'), (_, response) => response.end('hello'));
const servers: Readonly<Record<string, Http2Server | Server>> = {
  tls: createSecureServer(identity('good')).on('stream', onStream),
  clear: createServer().on('stream', onStream),
  expired: createSecureServer(identity('expired')).on('stream', onStream),
  wrongName: createSecureServer(identity('wrong-name')).on('stream', onStream),
  http1: hello,
  ssh: createTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')),
  closing: createTcp((socket) => socket.end()),
  silent: createTcp(() => {}),
};
const ports = new Map<string, number>();
let prober: Prober;
let publicOnly: Prober;
beforeAll(async () => {
  for (const [name, server] of Object.entries(servers)) {
    const hold = (socket: Socket): void => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    };
    server
      .on('connection', hold)
      .on('tlsClientError', () => {})
      .on('sessionError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.set(name, (server.address() as AddressInfo).port);
  }
  prober = openProber({ allowPrivate: true, ca: [testRoot] });
  publicOnly = openProber({ allowPrivate: false });
});
afterAll(async () => {
  prober.close();
  publicOnly.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve))));
});

const check = (service: string, server = 'tls', more: Partial<GrpcCheck> = {}): GrpcCheck => ({
  ...base,
  kind: 'grpc',
  host: 'localhost',
  port: ports.get(server) ?? 0,
  service,
  secure: !['clear', 'ssh', 'closing', 'silent'].includes(server),
  ...more,
});

test.each<{ service: string; server?: string; more?: Partial<GrpcCheck>; want: RegExp }>([
  { service: '', want: /^up$/ },
  { service: '', server: 'clear', want: /^up$/ },
  { service: 'Newer', want: /^up$/ },
  { service: 'Politely', want: /^up$/ },
  { service: 'Stopped', want: /^status: the service is NOT_SERVING$/ },
  { service: 'Starting', want: /^status: the service is UNKNOWN$/ },
  { service: 'Nobody', want: /^status: NOT_FOUND: unknown service$/ },
  { service: 'Unready', want: /^status: UNAVAILABLE: draining connections$/ },
  { service: 'Proxy', want: /^status: status 502$/ },
  { service: 'Page', want: /^protocol: the answer is text\/html, not gRPC$/ },
  { service: 'NoStatus', want: /^protocol: the answer ends without a grpc-status$/ },
  { service: 'Garbled', want: /^protocol: the answer is no HealthCheckResponse$/ },
  { service: 'Compressed', want: /^protocol: the answer is no HealthCheckResponse$/ },
  { service: 'Endless', want: /^too-large/ },
  { service: 'Refusing', want: /^reset: .*REFUSED_STREAM/ },
  { service: 'Cutting', want: /^reset: .*INTERNAL_ERROR/ },
  { service: 'Leaving', want: /^reset: sent away with HTTP\/2 error 11$/ },
  { service: 'Dying', want: /^reset/ },
  { service: 'Hanging', want: /^response-timeout: still waiting for the answer/ },
  { service: 'Dripping', want: /^response-timeout: still waiting for the rest/ },
  { service: '', server: 'http1', want: /^(tls|protocol): / },
  { service: '', server: 'expired', want: /^tls: CERT_HAS_EXPIRED/ },
  { service: '', server: 'wrongName', want: /^tls: the certificate is not for localhost/ },
  { service: '', server: 'wrongName', more: { name: 'somewhere-else.test' }, want: /^up$/ },
  { service: '', server: 'ssh', want: /^protocol: / },
  { service: '', server: 'closing', want: /^reset/ },
  { service: '', server: 'silent', want: /^response-timeout/ },
])('$service of $server $more: $want', async ({ service, server, more, want }) => {
  const began = performance.now();
  expect(said(await ask(prober, check(service, server, more)))).toMatch(want);
  expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
});

test('it is asked as gRPC asks, by the name that the certificate is for', async () => {
  await ask(prober, check('', 'wrongName', { name: 'somewhere-else.test' }));
  expect(asked).toMatchObject({
    ':authority': `somewhere-else.test:${ports.get('wrongName')}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': `${timeoutMs}m`,
  });
});

test('an address that may not be probed is not', async () => {
  expect(said(await ask(publicOnly, check('')))).toMatch(/^forbidden-address/);
});

test('whatever bytes come, they are read to their end or not at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const status = servingStatus(Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]));
      expect(status === undefined || Number.isInteger(status)).toBe(true);
    }),
  );
});
