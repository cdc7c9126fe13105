import type { Buffer } from 'node:buffer';
import { Client, type Dispatcher } from 'undici';
import type { HttpCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, type Trace } from './connect.ts';
import { codeOf, down, ProbeFailure } from './failure.ts';

/** No check needs more, and an endless answer must end (`performance.md` §2: it killed three of six tools). */
const mostBodyBytes = 64 * 1024;
const mostHeaderBytes = 64 * 1024;

const agentName = 'vigie/1';

// Left to itself undici makes three errors to take down a connection that served its purpose, each with a stack: a fifth of
// a probe's CPU. For the same reason no `connection: close` is asked for; the connection is closed all the same.
const finished = new Error('the probe is over');
const nothing = (): void => {};

interface Request {
  readonly url: URL;
  readonly method: HttpCheck['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** At most 64 KiB of it, and only where the check looks into it. */
  readonly body: readonly Buffer[];
  readonly firstByteAt: number;
}

/** Follows the check's redirects, each over a connection of its own to an address judged anew, and judges the last answer. */
export const probeHttp = async (check: HttpCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const startedAt = performance.now();
  let request: Request = { url: new URL(check.url), method: check.method, headers: check.headers, body: check.body };
  for (let followed = 0; ; followed++) {
    const answer = await exchange(request, check, how, trace);
    const location = check.redirects > 0 ? redirection(answer) : undefined;
    if (location === undefined) return judge(answer, check, answer.firstByteAt - startedAt);
    if (followed === check.redirects)
      return down('redirects', `still redirected after ${followed} redirects, to ${location.slice(0, 200)}`);
    request = redirected(request, answer.status, location);
  }
};

const redirection = ({ status, headers }: Pick<Answer, 'status' | 'headers'>): string | undefined =>
  [301, 302, 303, 307, 308].includes(status) ? first(headers.location) : undefined;

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** As browsers do it: credentials stay with their origin, and a POST becomes a GET but for 307 and 308. */
const redirected = ({ url, method, headers, body }: Request, status: number, location: string): Request => {
  const next = URL.parse(location, url.href);
  if (!next || !/^https?:$/.test(next.protocol))
    throw new ProbeFailure(down('redirects', `redirected to what is no web address: ${location.slice(0, 200)}`));
  const private_ = /^(authorization|cookie|proxy-authorization|host)$/i;
  const carried =
    next.origin === url.origin
      ? headers
      : Object.fromEntries(Object.entries(headers).filter(([name]) => !private_.test(name)));
  const becomesGet = method === 'POST' && status !== 307 && status !== 308;
  return { url: next, method: becomesGet ? 'GET' : method, headers: carried, body: becomesGet ? undefined : body };
};

const judge = (answer: Answer, { expect }: HttpCheck, latencyMs: number): Verdict => {
  const { status, headers } = answer;
  if (!expected(status, expect.status)) return down('status', `status ${status}`);
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return down('content', `no header ${name}`);
    if (!String(value).includes(wanted)) return down('content', `header ${name} lacks what was expected`);
  }
  if (expect.text !== undefined && !textOf(answer.body).includes(expect.text)) {
    const encoding = first(headers['content-encoding']);
    return down(
      'content',
      encoding ? `the body is ${encoding} and was not asked to be` : 'the expected text is missing',
    );
  }
  return { state: 'up', latencyMs };
};

const expected = (status: number, ranges: HttpCheck['expect']['status']): boolean =>
  ranges.some(([from, to]) => from <= status && status <= to);

const textOf = (chunks: readonly Buffer[]): string => {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
};

/** One request on one connection. The body is counted and dropped, or kept up to its limit where text is looked for. */
const exchange = (request: Request, { expect, redirects }: HttpCheck, how: Connecting, trace: Trace): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { url } = request;
    const secure = url.protocol === 'https:';
    const to = {
      host: url.hostname.replace(/^\[|\]$|\.$/g, ''),
      port: Number(url.port) || (secure ? 443 : 80),
      secure,
    };
    const client = new Client(url.origin, {
      connect: (_, done) => {
        connectTo(to, how, trace).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
      headersTimeout: 0, // the deadline is one for all, and not undici's timers, which fire late
      bodyTimeout: 0,
      maxHeaderSize: mostHeaderBytes,
      pipelining: 1,
      allowH2: false,
    });
    const end = (): void => void client.destroy(finished, nothing);
    let answer: { status: number; headers: Headers; body: Buffer[]; firstByteAt: number } | undefined;
    let bytes = 0;
    const answered = (): void => {
      if (answer) resolve(answer);
      end();
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {
        enter('answer', trace);
      },
      onResponseStart: (_, status, headers) => {
        if (status < 200) return;
        enter('rest', trace);
        answer = { status, headers, body: [], firstByteAt: trace.phaseAt };
        // Nothing in the body can change what these mean.
        if ((redirects > 0 && redirection(answer)) || !expected(status, expect.status)) answered();
      },
      onResponseData: (_, chunk) => {
        bytes += chunk.length;
        if (expect.text !== undefined) answer?.body.push(chunk);
        if (bytes >= mostBodyBytes) answered();
      },
      onResponseEnd: answered,
      onResponseError: (_, error) => {
        // Without an answer it is not a body that fell short: two lengths were given, be they equal.
        const twoLengths = !answer && codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
        reject(twoLengths ? new ProbeFailure(down('protocol', 'content-length was given twice')) : error);
        end();
      },
    };
    client.dispatch(
      {
        path: url.pathname + url.search,
        method: request.method,
        headers: { 'user-agent': agentName, accept: '*/*', ...request.headers },
        body: request.body ?? null,
      },
      handler,
    );
  });
