/** The endpoints of a thousand checks: a page that takes 80 ms, a socket that never says a word, and their DNS. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { join } from 'node:path';
import { thinkMs } from './think.ts';

const pem = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../test/adapters/sockets/certificates', `${name}.pem`), 'utf8');
const answer: RequestListener = (_, response) => void setTimeout(() => response.end('x'.repeat(512)), thinkMs);

const portOf = async (server: Server): Promise<number> => {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return port;
};

/** Every name is here. */
const dns = createSocket('udp4').on('message', (question, { port }) => {
  const ends = question.indexOf(0, 12) + 5;
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1];
  const answered = Buffer.concat([question.subarray(0, ends), Buffer.from(record)]);
  answered.writeUInt16BE(0x8180, 2);
  answered.writeUInt16BE(1, 6);
  answered.writeUInt16BE(0, 10);
  dns.send(answered, port, '127.0.0.1');
});
dns.bind(0, '127.0.0.1');
await once(dns, 'listening');

const page = createHttp(answer);
page.keepAliveTimeout = 120_000;
const secure = createHttps({ key: pem('key'), cert: pem('good') + pem('intermediate') }, answer);
secure.on('tlsClientError', () => {});
process.send?.({
  page: await portOf(page),
  secure: await portOf(secure),
  silent: await portOf(createTcp((socket) => void socket.on('error', () => {}))),
  dns: dns.address().port,
});
process.on('disconnect', () => process.exit());
