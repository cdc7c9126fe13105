/** The health protocol of gRPC, over HTTP/2, with its two messages of one field each written and read by hand. */
import { Buffer } from 'node:buffer';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { GrpcCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, type Trace } from './connect.ts';
import { codeOf, down, ProbeFailure, verdictOn } from './failure.ts';

/** Up when the server says that the service is serving. */
export const probeGrpc = async (check: GrpcCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const { host, port, secure, name } = check;
  const socket = await connectTo({ host, port, name, secure, alpn: ['h2'] }, how, trace);
  if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
    socket.destroy();
    return down('protocol', 'the server does not speak HTTP/2');
  }
  enter('answer', trace);
  return askHealth(check, socket, how, trace);
};

/** More than any answer of the health protocol, and of what goes wrong in one. */
const mostBytes = 4 * 1024;

const askHealth = (
  { host, port, secure, name, service, timeoutMs }: GrpcCheck,
  socket: Socket,
  { agent }: Connecting,
  trace: Trace,
) =>
  new Promise<Verdict>((resolve) => {
    const at = name ?? host;
    const authority = `${at.includes(':') ? `[${at}]` : at}:${port}`;
    const session = connect(`${secure ? 'https' : 'http'}://${authority}`, {
      createConnection: () => socket,
      settings: { enablePush: false },
      maxSessionMemory: 1, // megabytes
    });
    let ended = false;
    const end = (verdict: Verdict): void => {
      if (ended) return;
      ended = true;
      resolve(verdict);
      if (verdict.state === 'up') session.close();
      else session.destroy();
    };
    session.on('error', (error) => end(meaningOf(error)));
    session.on('goaway', (code) => code !== 0 && end(down('reset', `sent away with HTTP/2 error ${code}`)));
    session.on('close', () => end(down('reset', 'the other side hung up')));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${timeoutMs}m`,
      'user-agent': agent,
    });
    let answered: IncomingHttpHeaders = {};
    let latencyMs = 0;
    let bytes = 0;
    const body: Buffer[] = [];
    stream.on('error', (error) => end(meaningOf(error)));
    stream.on('response', (headers) => {
      enter('rest', trace);
      latencyMs = performance.now() - trace.startedAt;
      answered = headers;
      const wrong = refusal(headers);
      if (wrong) end(wrong);
    });
    stream.on('trailers', (trailers) => {
      answered = { ...answered, ...trailers };
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) end(down('too-large', `an answer of more than ${mostBytes} bytes`));
      else body.push(chunk);
    });
    stream.on('close', () =>
      end(stream.rstCode === 0 ? judge(answered, Buffer.concat(body), latencyMs) : cutOff(stream.rstCode)),
    );
    stream.end(framed(service));
  });

/** Of an answer that is none of gRPC's; none where it may be one. */
const refusal = (headers: IncomingHttpHeaders & { ':status'?: number }): Verdict | undefined => {
  const status = headers[':status'];
  if (status !== 200) return down('status', `status ${status}`);
  const type = headers['content-type'] ?? 'nothing';
  return type.startsWith('application/grpc')
    ? undefined
    : down('protocol', `the answer is ${type.slice(0, 100)}, not gRPC`);
};

const judge = (answered: IncomingHttpHeaders, body: Buffer, latencyMs: number): Verdict => {
  const status = answered['grpc-status'];
  if (typeof status !== 'string') return down('protocol', 'the answer ends without a grpc-status');
  if (status !== '0') {
    const message = plainOf(String(answered['grpc-message'] ?? ''));
    return down('status', `${statusNames[Number(status)] ?? status}${message && `: ${message}`}`);
  }
  const serving = servingStatus(body);
  if (serving === undefined) return down('protocol', 'the answer is no HealthCheckResponse');
  if (serving !== 1) return down('status', `the service is ${servingNames[serving] ?? serving}`);
  return { state: 'up', latencyMs };
};

const cutOff = (code: number): Verdict => down('reset', `the stream was reset with HTTP/2 error ${code}`);

/** Percent-encoded (gRPC over HTTP/2, "Responses"). */
const plainOf = (message: string): string => {
  try {
    return decodeURIComponent(message).slice(0, 150);
  } catch {
    return message.slice(0, 150);
  }
};

// Source: grpc/doc/statuscodes.md, by number.
const statusNames = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

// Source: grpc-proto/grpc/health/v1/health.proto, `ServingStatus`.
const servingNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** `HealthCheckRequest { string service = 1; }`, in a frame: not compressed, its length, itself. */
const framed = (service: string): Buffer => {
  const text = Buffer.from(service);
  const message = text.length === 0 ? text : Buffer.concat([Buffer.from([0x0a, text.length]), text]);
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, 5);
  return frame;
};

/** Of `HealthCheckResponse { ServingStatus status = 1; }` in one frame; none where it cannot be read. */
export const servingStatus = (frame: Buffer): number | undefined => {
  if (frame.length < 5 || frame[0] !== 0 || frame.readUInt32BE(1) !== frame.length - 5) return undefined;
  let status = 0; // a field that is absent has its first value
  let at = 5;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = frame[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < frame.length) {
    const tag = varint();
    switch (tag % 8) {
      case 0: {
        const value = varint();
        if (tag === 0x08) status = value;
        if (Number.isNaN(value)) return undefined;
        break;
      }
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return undefined;
    }
  }
  return at === frame.length ? status : undefined;
};

/** Node's own HTTP/2 errors tell of a stream that was cut, a session that was ended, or of bytes that are no HTTP/2. */
const meaningOf = (error: Error): Verdict => {
  if (error instanceof ProbeFailure) return error.verdict;
  const code = codeOf(error);
  if (['ERR_HTTP2_STREAM_ERROR', 'ERR_HTTP2_SESSION_ERROR', 'ERR_HTTP2_GOAWAY_SESSION'].includes(code))
    return down('reset', error.message);
  if (code.startsWith('ERR_HTTP2_')) return down('protocol', `no HTTP/2, which gRPC is spoken over: ${error.message}`);
  return verdictOn(error, 'answer');
};
