import type { TcpCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, type Trace } from './connect.ts';
import { converse } from './conversation.ts';

/**
 * Up when a connection is made, and says what is expected of it. It is reset, not closed: no port stays in TIME_WAIT,
 * and nothing is owed an answer.
 */
export const probeTcp = async (check: TcpCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const { host, port, send, expect } = check;
  const startedAt = performance.now();
  const socket = await connectTo({ host, port, secure: false }, how, trace);
  const latencyMs = performance.now() - startedAt;
  try {
    if (expect !== undefined) {
      enter('answer', trace);
      const talk = converse(socket, trace);
      if (send !== undefined) socket.write(send);
      await talk.until((heard) => (heard.includes(expect) ? heard.length : 0));
    }
    return { state: 'up', latencyMs };
  } finally {
    socket.resetAndDestroy();
  }
};
