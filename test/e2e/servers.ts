import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** A real endpoint that can be stopped and started again on its port. */
export interface Endpoint {
  start(): Promise<void>;
  /** Connections are refused from now on. */
  stop(): Promise<void>;
  /** Connections that it has accepted. */
  readonly visits: () => number;
}

const onPort = (port: number, make: () => Server): Endpoint => {
  let server: Server | undefined;
  let visits = 0;
  const open = new Set<Socket>();
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server = make().once('error', reject);
        server.on('connection', (socket: Socket) => {
          visits += 1;
          open.add(socket);
          socket.once('close', () => open.delete(socket)).on('error', () => {});
        });
        server.listen(port, '127.0.0.1', resolve);
      }),
    stop: () =>
      new Promise((resolve) => {
        if (server === undefined) return resolve();
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
        server = undefined;
      }),
    visits: () => visits,
  };
};

export const httpEndpoint = (port: number, body: () => string): Endpoint =>
  onPort(port, () => createHttpServer((_, response) => response.end(body())));

export const tcpEndpoint = (port: number): Endpoint => onPort(port, () => createServer((socket) => socket.end()));

/** Answers by who asks. */
export const placesEndpoint = (port: number, status: (agent: string) => number): Endpoint =>
  onPort(port, () =>
    createHttpServer((request, response) =>
      response.writeHead(status(request.headers['user-agent'] ?? '')).end('all well'),
    ),
  );
