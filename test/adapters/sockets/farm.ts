/** Endpoints that misbehave in every way we know, each on a port of its own, and a DNS server that knows a few names. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer as createHttp2, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

const certificate = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'certificates', `${name}.pem`), 'utf8');
export const testRoot = certificate('root');
export const identity = (name: string): TlsOptions => ({
  key: certificate('key'),
  cert: ['root', 'self-signed'].includes(name) ? certificate(name) : certificate(name) + certificate('intermediate'),
});

const hello: RequestListener = (_, response) => void response.end('hello from the farm');
const raw = (answer: string) => (socket: Socket) => socket.once('data', () => socket.end(answer));
const encoded =
  (encoding: string, body: Buffer): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { 'content-encoding': encoding }).end(body);
const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
/** A frame that asks for a window of 128 MB, and then says three bytes. */
const wideWindow = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 0x19, 0, 0, 0x61, 0x62, 0x63]);
const sized =
  (kib: number): RequestListener =>
  (_, response) =>
    void response.end(`{"filler":"${'x'.repeat(kib * 1024)}","ok":true}`);
const health = JSON.stringify({
  status: 'ok',
  version: '4.2.1',
  queue: 12,
  note: null,
  services: [
    { name: 'db', state: 'ok', critical: true },
    { name: 'mail', state: 'degraded', critical: false },
  ],
});

const http: Readonly<Record<string, RequestListener>> = {
  healthy: hello,
  unavailable: (_, response) => void response.writeHead(503).end('try again later'),
  missing: (_, response) => void response.writeHead(404).end(),
  hanging: () => {},
  endless: (_, response) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  },
  dripping: (_, response) => {
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  },
  resetInBody: (_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('half of');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  loop: (request, response) => void response.writeHead(302, { location: request.url ?? '/' }).end(),
  gzipBomb: encoded('gzip', bomb),
  health: (_, response) => void response.end(health),
  gzip: encoded('gzip', gzipSync(health)),
  deflate: encoded('deflate', deflateSync(health)),
  brotli: encoded('br', brotliCompressSync(health)),
  zstd: encoded('zstd', zstdCompressSync(health)),
  zstdWide: encoded('zstd', wideWindow),
  notGzip: encoded('gzip', Buffer.from(health)),
  twice: encoded('gzip, br', brotliCompressSync(gzipSync(health))),
  large: sized(100),
  deepJson: (_, response) => void response.end(`${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  manyJson: (_, response) => void response.end(`[${'[],'.repeat(20_000)}[]]`),
  backtracking: (_, response) => void response.end(`${'a'.repeat(60_000)}b`),
  echo: (request, response) => void response.end(JSON.stringify({ method: request.method, headers: request.headers })),
};

const tcp: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => {},
  resetting: (socket) => void socket.resetAndDestroy(),
  resetOnRequest: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  closing: (socket) => void socket.once('data', () => socket.end()),
  truncated: raw('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf of'),
  twoLengths: raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc'),
  notHttp: raw('SSH-2.0-OpenSSH_9.9\r\n'),
  hugeHeaders: raw(`HTTP/1.1 200 OK\r\n${`x-filler: ${'y'.repeat(1000)}\r\n`.repeat(512)}\r\nhello`),
  endlessHeaders: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(`x-filler: ${'y'.repeat(1000)}\r\n`));
    };
    socket.on('drain', more);
    more();
  },
};

const secure: Readonly<Record<string, TlsOptions>> = {
  good: identity('good'),
  goodOldest: { ...identity('good'), maxVersion: 'TLSv1.2' },
  expired: identity('expired'),
  wrongName: identity('wrong-name'),
  selfSigned: identity('self-signed'),
  tooOld: { ...identity('good'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
};

const http2: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
  h2: (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('hello in frames');
  },
  h2Unavailable: (stream) => {
    stream.respond({ ':status': 503 });
    stream.end();
  },
  h2Hanging: () => {},
  h2Refusing: (stream) => stream.close(7),
  h2Leaving: (stream) => stream.session?.goaway(2),
  h2Cut: (stream) => void stream.session?.socket.destroy(),
  h2Endless: (stream) => {
    stream.respond({ ':status': 200 });
    const more = (): void => {
      while (!stream.destroyed && stream.write('x'.repeat(64 * 1024)));
    };
    stream.on('drain', more);
    more();
  },
};

export interface Farm {
  readonly port: (name: string) => number;
  readonly dns: string;
  readonly dnsMostAtOnce: () => number;
  readonly close: () => Promise<void>;
}

export const openFarm = async (): Promise<Farm> => {
  const servers = new Map<string, Server>();
  for (const [name, listener] of Object.entries(http)) servers.set(name, createHttp(listener));
  for (const [name, options] of Object.entries(secure)) servers.set(name, createHttps(options, hello));
  for (const [name, onStream] of Object.entries(http2)) {
    const server = createHttp2(identity('good'));
    server.on('stream', (stream) => onStream(stream.on('error', () => {}))).on('sessionError', () => {});
    servers.set(name, server);
  }
  for (const [name, onConnection] of Object.entries(tcp)) servers.set(name, createTcp(onConnection));
  const sockets = new Set<Socket>();
  const ports = new Map<string, number>();
  for (const [name, server] of servers) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    });
    server.on('tlsClientError', () => {});
    ports.set(name, await listening(server));
  }
  const closed = createTcp();
  ports.set('refusing', await listening(closed));
  await new Promise((resolve) => closed.close(resolve));
  const hole = await blackHole();
  ports.set('blackHole', hole.port);
  const dns = await openDns();
  return {
    port: (name) => {
      const port = ports.get(name);
      if (port === undefined) throw new Error(`the farm has no ${name}`);
      return port;
    },
    dns: dns.address,
    dnsMostAtOnce: dns.mostAtOnce,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))));
      await hole.close();
      await dns.close();
    },
  };
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** A listener whose thread sleeps and whose queue is full: the kernel drops every further SYN. */
const blackHole = async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, 60));
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 60));
  return {
    port,
    close: async () => {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
};

/** Records by type number and name, each its data as it goes over the wire. */
const records: Readonly<Record<string, readonly (readonly number[])[]>> = {
  '15 good.test': [[0, 10, ...labels('mail.good.test')]],
  '16 good.test': [chunks('v=spf1 ', '-all'), chunks('other')],
  '2 good.test': [labels('ns1.good.test')],
  '5 www.good.test': [labels('good.test')],
  '28 six.test': [[0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1]],
  '33 _sip._tcp.good.test': [[0, 1, 0, 2, 0x13, 0xc4, ...labels('sip.good.test')]],
  '257 good.test': [[0, 5, ...Buffer.from('issue'), ...Buffer.from('letsencrypt.org')]],
  '12 1.0.0.127.in-addr.arpa': [labels('good.test')],
  '6 good.test': [[...labels('ns1.good.test'), ...labels('dns.good.test'), ...Array<number>(20).fill(0)]],
};

const names: Readonly<Record<string, readonly string[]>> = {
  'good.test': ['127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'second.test': ['127.0.0.77', '127.0.0.1'],
};

function labels(name: string): number[] {
  return [...name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]), 0];
}
function chunks(...texts: readonly string[]): number[] {
  return texts.flatMap((text) => [text.length, ...Buffer.from(text)]);
}

/** Answers after 5 ms, drops those for `silent.test`, fails those for `broken.test`. */
const openDns = async () => {
  const socket = createSocket('udp4');
  let [open, most] = [0, 0];
  socket.on('message', (question, { port, address }) => {
    const asked: string[] = [];
    let at = 12;
    for (let size = question[at] ?? 0; size > 0; size = question[at] ?? 0) {
      asked.push(question.subarray(at + 1, at + 1 + size).toString('latin1'));
      at += size + 1;
    }
    const name = asked.join('.').toLowerCase();
    if (name === 'silent.test') return;
    const type = question.readUInt16BE(at + 1);
    const addresses = name.endsWith('.many.test') ? ['127.0.0.1'] : names[name];
    const found = type === 1 ? addresses?.map((ip) => ip.split('.').map(Number)) : records[`${type} ${name}`];
    const exists = addresses !== undefined || Object.keys(records).some((key) => key.endsWith(` ${name}`));
    const rcode = name === 'broken.test' ? 2 : exists ? 0 : 3;
    const answers = found ?? [];
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180 | rcode, 2);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    const answered = answers.map((data) =>
      Buffer.from([0xc0, 12, type >> 8, type & 255, 0, 1, 0, 0, 0, 0, data.length >> 8, data.length & 255, ...data]),
    );
    open++;
    most = Math.max(most, open);
    setTimeout(() => {
      open--;
      socket.send(Buffer.concat([head, question.subarray(12, at + 5), ...answered]), port, address, () => {});
    }, 5);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    mostAtOnce: () => most,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
};
