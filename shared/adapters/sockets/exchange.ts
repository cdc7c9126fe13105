/** One request on one connection, and as much of its answer as is wanted. */
import type { Buffer } from 'node:buffer';
import { Client, type Dispatcher } from 'undici';
import type { HttpCheck } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, type Trace } from './connect.ts';
import { codeOf, down, ProbeFailure } from './failure.ts';
import type { Line } from './lines.ts';

const mostHeaderBytes = 64 * 1024;

// Left to itself undici makes three errors to take down a connection that served its purpose, each with a stack: a fifth of
// a probe's CPU. For the same reason no `connection: close` is asked for; the connection is closed all the same.
const finished = new Error('the probe is over');
const nothing = (): void => {};

export interface Request {
  readonly url: URL;
  readonly method: HttpCheck['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Whether HTTP/2 is offered to the server. */
  readonly http2: boolean;
  /** As of a `Destination`. */
  readonly redirected?: { readonly address?: string | undefined };
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Head {
  readonly status: number;
  readonly headers: Headers;
}

export interface Answer extends Head {
  /** Empty where it is not kept. */
  readonly body: readonly Buffer[];
  /** Whether more followed than is read. */
  readonly cut: boolean;
  readonly firstByteAt: number;
}

export interface Wanted {
  /** Whether the head alone decides, so that no body is waited for. */
  readonly decides: (head: Head) => boolean;
  readonly mostBytes: number;
  readonly keepsBody: boolean;
}

/** Connects to the request's origin when it is first used. */
export const openLine = ({ url, http2, redirected }: Request, how: Connecting, trace: Trace): Line => {
  const secure = url.protocol === 'https:';
  const to = {
    redirected,
    host: url.hostname.replace(/^\[|\]$|\.$/g, ''),
    port: Number(url.port) || (secure ? 443 : 80),
    secure,
    ...(http2 && { alpn: ['h2', 'http/1.1'] }),
  };
  const client = new Client(url.origin, {
    connect: (_, done) => {
      connectTo(to, how, line.trace).then(
        (socket) => done(null, socket),
        (error: Error) => done(error, null),
      );
    },
    headersTimeout: 0, // the deadline is one for all, and not undici's timers, which fire late
    bodyTimeout: 0,
    maxHeaderSize: mostHeaderBytes,
    pipelining: 1,
    allowH2: http2,
  });
  const line: Line = { client, trace };
  return line;
};

/** @param kept whether the connection stays once a whole answer came over it; else it is closed */
export const exchange = (
  request: Request,
  wanted: Wanted,
  { agent }: Connecting,
  { client, trace }: Line,
  kept = false,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { url } = request;
    const end = (): void => void client.destroy(finished, nothing);
    const body: Buffer[] = [];
    let head: (Head & { readonly firstByteAt: number }) | undefined;
    let bytes = 0;
    const answered = (whole = false): void => {
      if (head) resolve({ ...head, body, cut: bytes > wanted.mostBytes });
      if (!whole || !kept) end();
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => enter('answer', trace),
      onResponseStart: (_, status, headers) => {
        if (status < 200) return;
        enter('rest', trace);
        head = { status, headers, firstByteAt: trace.phaseAt };
        if (wanted.decides(head)) answered();
      },
      onResponseData: (_, chunk) => {
        bytes += chunk.length;
        if (wanted.keepsBody) body.push(chunk);
        if (bytes > wanted.mostBytes) answered();
      },
      onResponseEnd: () => answered(true),
      onResponseError: (_, error) => {
        // Without an answer it is not a body that fell short: two lengths were given, be they equal.
        const twoLengths = !head && codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
        reject(twoLengths ? new ProbeFailure(down('protocol', 'content-length was given twice')) : error);
        end();
      },
    };
    client.dispatch(
      {
        path: url.pathname + url.search,
        method: request.method,
        headers: { 'user-agent': agent, accept: '*/*', ...request.headers },
        body: request.body ?? null,
      },
      handler,
    );
  });
