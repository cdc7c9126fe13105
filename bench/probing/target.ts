/** The endpoints that are probed, in a process of their own: only the prober's CPU is counted. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { join } from 'node:path';

const pem = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../test/adapters/sockets/certificates', `${name}.pem`), 'utf8');

const body = Buffer.alloc(512, 'x');
const answer: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body);
};
const http = createHttp(answer).listen({ port: 0, host: '127.0.0.1', backlog: 2048 });
const https = createHttps({ key: pem('key'), cert: pem('good') + pem('intermediate') }, answer).listen({
  port: 0,
  host: '127.0.0.1',
  backlog: 2048,
});
for (const server of [http, https]) server.on('clientError', (_, socket) => socket.destroy());
const portOf = (server: typeof http): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server has no port');
  return address.port;
};
https.once('listening', () => process.send?.({ http: portOf(http), https: portOf(https) }));
process.on('disconnect', () => process.exit());
