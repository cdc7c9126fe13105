/** A network that can be cut: a TCP proxy to one port of this machine. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Switch {
  readonly port: number;
  cut(): Promise<void>;
  join(): Promise<void>;
}

export const openSwitch = async (to: number): Promise<Switch> => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const serve = (): Server =>
    createServer((socket) => {
      const onward = keep(connect(to, '127.0.0.1'));
      keep(socket).pipe(onward).pipe(socket);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        one.once('close', () => other.destroy());
    });
  const listen = (server: Server, port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  let server = serve();
  const port = await listen(server, 0);
  return {
    port,
    cut: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    join: async () => {
      server = serve();
      await listen(server, port);
    },
  };
};
