import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';

/** What an endpoint must answer for its check to call it up. */
export interface Expected {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DemoEndpoints {
  /** Begins to answer at a path; returns its URL. */
  serve(path: string, expected: Expected): string;
  /** Of every URL that it serves. */
  readonly origin: string;
  /** `host:port` of something that accepts TCP connections. */
  readonly tcp: string;
  /** From now on, this path answers 503, or well again. */
  break(path: string, broken: boolean): void;
  close(): Promise<void>;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const answer = (response: ServerResponse, expected: Expected | undefined, broken: boolean): void => {
  if (expected === undefined) response.writeHead(404).end('no such demonstration endpoint\n');
  else if (broken) response.writeHead(503, { 'content-type': 'text/plain' }).end('the demonstration broke this\n');
  else {
    response.writeHead(expected.status, { 'content-type': 'text/plain', ...expected.headers });
    response.end(`${expected.text}\n`);
  }
};

/** Endpoints on the loopback interface that stand in for the clients' own. */
export const startEndpoints = async (): Promise<DemoEndpoints> => {
  const served = new Map<string, Expected>();
  const broken = new Set<string>();
  const http = createServer(({ url = '' }, response) => answer(response, served.get(url), broken.has(url)));
  const tcp = createTcpServer((socket) => socket.on('error', () => {}).end('220 vigie demonstration\r\n'));
  const [httpPort, tcpPort] = await Promise.all([listen(http), listen(tcp)]);
  return {
    serve: (path, expected) => {
      served.set(path, expected);
      return `http://127.0.0.1:${httpPort}${path}`;
    },
    origin: `http://127.0.0.1:${httpPort}`,
    tcp: `127.0.0.1:${tcpPort}`,
    break: (path, isBroken) => void (isBroken ? broken.add(path) : broken.delete(path)),
    close: async () => {
      http.closeAllConnections();
      await Promise.all([http, tcp].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
};
