/** The tests' farm in a process of its own, and a few endpoints more. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openFarm } from '../../test/adapters/sockets/farm.ts';
import { targets } from './targets.ts';

const farm = await openFarm();
const more: Readonly<Record<string, RequestListener>> = {
  slow: (_, response) => void setTimeout(() => response.end('at last'), 500),
  redirect: (request, response) => {
    if (request.url === '/there') response.end('here');
    else response.writeHead(302, { location: '/there' }).end();
  },
  toMetadata: (_, response) =>
    void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  huge: (_, response) => {
    let left = 2 * 1024 ** 3;
    response.writeHead(200, { 'content-length': left });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const next = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', next);
    next();
  },
};
const ports: Record<string, number> = {};
for (const [name, listener] of Object.entries(more)) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  server.on('connection', (socket) => socket.on('error', () => {}));
  await once(server, 'listening');
  ports[name] = (server.address() as AddressInfo).port;
}
for (const { at } of targets) ports[at] ??= farm.port(at);
process.send?.({ ports, dns: farm.dns });
process.on('disconnect', () => process.exit());
