/** The endpoint of the wire's other end, in a network namespace of its own: HTTP on 80, HTTPS on 443. */
import { spawnSync } from 'node:child_process';
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

/** Once the wire is there. */
process.once('message', () => {
  for (const args of ['addr add 10.98.0.2/30 dev far', 'link set far up']) spawnSync('ip', args.split(' '));
  createHttp(answer).listen(80, '10.98.0.2', () => {
    createHttps({ key: pem('key'), cert: pem('good') + pem('intermediate') }, answer).listen(443, '10.98.0.2', () =>
      process.send?.('listening'),
    );
  });
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
