import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import type { Verdict, WebSocketCheck } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, type Trace } from './connect.ts';
import { codeOf, down, verdictOn } from './failure.ts';

/** As of an HTTP body. */
const mostBytes = 64 * 1024;

/** How long the other side may take to say goodbye too; nobody waits for it. */
const goodbyeMs = 1_000;

/** Up when the connection opens as a WebSocket, and says what is expected of it. */
export const probeWebSocket = async (check: WebSocketCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const url = new URL(check.url);
  const secure = url.protocol === 'wss:';
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  const socket = await connectTo({ host, port: Number(url.port) || (secure ? 443 : 80), secure }, how, trace);
  enter('answer', trace);
  return talk(check, socket, how, trace);
};

const talk = (
  { url, protocol, headers, send, expect }: WebSocketCheck,
  socket: Socket,
  { agent }: Connecting,
  trace: Trace,
) =>
  new Promise<Verdict>((resolve) => {
    const options = {
      createConnection: () => socket,
      headers: { 'user-agent': agent, ...headers },
      followRedirects: false,
      perMessageDeflate: false, // nothing can be blown up that is not compressed
      maxPayload: mostBytes,
      closeTimeout: goodbyeMs, // not in its types
    };
    const ws = new WebSocket(url, protocol === undefined ? [] : [protocol], options);
    let latencyMs = 0;
    let bytes = 0;
    const end = (verdict: Verdict): void => {
      resolve(verdict);
      if (ws.readyState === WebSocket.OPEN) ws.close(1000);
      else socket.destroy();
    };
    ws.on('error', (error) => end(meaningOf(error)));
    ws.on('unexpected-response', (_, { statusCode }) => end(down('status', `status ${statusCode}, not a WebSocket`)));
    ws.on('close', (code, reason) => end(closed(code, reason.toString())));
    ws.on('upgrade', () => enter('rest', trace));
    ws.on('open', () => {
      latencyMs = performance.now() - trace.startedAt;
      if (expect === undefined) end({ state: 'up', latencyMs });
      else if (send !== undefined) ws.send(send);
    });
    ws.on('message', (data: Buffer) => {
      bytes += data.length;
      if (expect === undefined) return;
      if (data.includes(expect)) end({ state: 'up', latencyMs });
      else if (bytes >= mostBytes) end(down('content', 'what is expected is not in the first 64 KiB'));
    });
  });

const closed = (code: number, reason: string): Verdict =>
  code === 1006 // no close frame came (RFC 6455 §7.1.5)
    ? down('reset', 'the other side hung up')
    : down('status', `closed with ${code}${reason && `: ${reason}`}`);

/** The library's own errors have a code of its own, or in the handshake none; all others come from the socket. */
const meaningOf = (error: Error): Verdict => {
  const code = codeOf(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return down('too-large', error.message);
  if (code === '' || code.startsWith('WS_ERR_')) return down('protocol', error.message);
  if (code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW') return down('protocol', error.message);
  return verdictOn(error, 'answer');
};
