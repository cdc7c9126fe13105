import type { TcpCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, type Trace } from './connect.ts';

/** Up when a connection is made. It is reset, not closed: no port stays in TIME_WAIT, and nothing is owed an answer. */
export const probeTcp = async ({ host, port }: TcpCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const startedAt = performance.now();
  const socket = await connectTo({ host, port, secure: false }, how, trace);
  const latencyMs = performance.now() - startedAt;
  socket.resetAndDestroy();
  return { state: 'up', latencyMs };
};
