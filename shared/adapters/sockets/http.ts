import type { HttpCheck, Verdict } from '../../probe/check.ts';
import { clientOf } from '../../probe/id.ts';
import type { Connecting, Trace } from './connect.ts';
import { type Answer, exchange, openLine, type Request, type Wanted } from './exchange.ts';
import { down, ProbeFailure, unknown } from './failure.ts';
import { judge, redirection, wantedOf } from './judge-http.ts';
import type { Lines } from './lines.ts';

export interface WebConnecting extends Connecting {
  /** Connections that checks of one origin hand on. @default none: each makes its own */
  readonly lines?: Lines;
}

/** Follows the check's redirects, each over a connection of its own to an address judged anew, and judges the last answer. */
export const probeHttp = async (check: HttpCheck, how: WebConnecting, trace: Trace): Promise<Verdict> => {
  const { method, headers, body, http2 = false } = check;
  const wanted = wantedOf(check);
  let request: Request = { url: new URL(check.url), method, headers, body, http2 };
  for (let followed = 0; ; followed++) {
    const answer =
      followed === 0 && how.lines && isShareable(check, trace)
        ? await inTurn(request, wanted, check.id, { how, lines: how.lines, trace })
        : await exchange(request, wanted, how, openLine(request, how, trace));
    const location = check.redirects > 0 ? redirection(answer) : undefined;
    if (location === undefined) return judge(answer, check, answer.firstByteAt - trace.startedAt);
    if (followed === check.redirects)
      return down('redirects', `still redirected after ${followed} redirects, to ${location.slice(0, 200)}`);
    request = redirected(request, answer.status, location, trace);
  }
};

/** What may be asked twice without harm, over connections that can be handed on one by one, and lets nobody in. */
const isShareable = ({ method, http2 }: HttpCheck, { confidential }: Trace): boolean =>
  !http2 && method !== 'POST' && method !== 'PUT' && !confidential;

/**
 * Who may use a connection after whom: checks of one client that say the same to one origin. Servers and what stands before
 * them may know a connection by who used it first, its credentials (NTLM) or its host.
 */
const sharersOf = ({ url, headers }: Request, id: string): string =>
  JSON.stringify([clientOf(id), url.origin, Object.entries(headers).sort()]);

interface Sharing {
  readonly how: Connecting;
  readonly lines: Lines;
  readonly trace: Trace;
}

/** Over a connection that another check of the origin left, where there is one; what fails there is asked again on its own. */
const inTurn = async (
  request: Request,
  wanted: Wanted,
  id: string,
  { how, lines, trace }: Sharing,
): Promise<Answer> => {
  const turn = await lines.take(sharersOf(request, id), id, trace);
  const line = turn.line ?? openLine(request, how, trace);
  try {
    if (trace.ended) throw new ProbeFailure(unknown('the probe was over'));
    return await exchange(request, wanted, how, line, true);
  } catch (error) {
    if (!turn.line || trace.ended) throw error;
    return await exchange(request, wanted, how, openLine(request, how, trace));
  } finally {
    turn.leave(line);
  }
};

/** As browsers do it: credentials stay with their origin, and what sends a body becomes a GET but for 307 and 308. */
const redirected = (request: Request, status: number, location: string, { confidential, address }: Trace): Request => {
  const { url, method, headers, body, http2 } = request;
  const next = URL.parse(location, url.href);
  if (!next || !/^https?:$/.test(next.protocol))
    throw new ProbeFailure(down('redirects', `redirected to what is no web address: ${location.slice(0, 200)}`));
  const private_ = /^(authorization|cookie|proxy-authorization|host)$/i;
  const stays = next.origin === url.origin;
  const told = (name: string): boolean => !private_.test(name) && !confidential?.headers.has(name);
  const becomesGet = status === 303 ? method !== 'HEAD' : method === 'POST' && (status === 301 || status === 302);
  if (confidential?.body && body !== undefined && !becomesGet && !stays)
    throw new ProbeFailure(down('redirects', 'redirected to another origin, which is not sent what the body holds'));
  return {
    url: next,
    method: becomesGet ? 'GET' : method,
    headers: stays ? headers : Object.fromEntries(Object.entries(headers).filter(([name]) => told(name))),
    body: becomesGet ? undefined : body,
    http2,
    redirected: { address: next.hostname === url.hostname ? address : undefined }, // who answers for a name has one say
  };
};
