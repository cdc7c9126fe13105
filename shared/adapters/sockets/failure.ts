/** From the errors of sockets, TLS, DNS and undici to the domain's causes. No code of theirs passes this file but as words. */
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { FailureCause, Verdict } from '../../probe/check.ts';

/**
 * What a probe was waiting for; `secret`: for Vigie to read what it sends; `turn`: for Vigie itself to ask a resolver, behind
 * other probes; `answer`: for its first byte; `rest`: for what follows it.
 */
export type Phase = 'secret' | 'turn' | 'dns' | 'connect' | 'tls' | 'answer' | 'rest';

/** A verdict on its way up through undici, which hands on only errors. */
export class ProbeFailure extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict.state === 'up' ? 'up' : verdict.detail);
    this.verdict = verdict;
  }
}

export const down = (cause: FailureCause, detail: string): Verdict => ({ state: 'down', cause, detail });
export const unknown = (detail: string): Verdict => ({ state: 'unknown', detail });

const late: Readonly<Record<Exclude<Phase, 'secret' | 'turn'>, FailureCause>> = {
  dns: 'dns',
  connect: 'connect-timeout',
  tls: 'tls',
  answer: 'response-timeout',
  rest: 'response-timeout',
};

const waitedFor: Readonly<Record<Phase, string>> = {
  secret: 'a secret to send',
  turn: 'its turn to ask a resolver',
  dns: 'an address',
  connect: 'a connection',
  tls: 'the TLS handshake',
  answer: 'the answer',
  rest: 'the rest of the answer',
};

export const missedDeadline = (phase: Phase, timeoutMs: number): Verdict => {
  const detail = `still waiting for ${waitedFor[phase]} after ${timeoutMs} ms`;
  return phase === 'secret' || phase === 'turn' ? unknown(detail) : down(late[phase], detail);
};

/** Ours, not the endpoint's: out of files, ports or memory, our own network or resolver gone, or a check we cannot send. */
const oursAlone = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'ENETUNREACH',
  'EACCES',
  'EPERM',
  'UND_ERR_INVALID_ARG',
]);
const oursInDns = new Set(['ECONNREFUSED', 'ECANCELLED', 'EDESTRUCTION', 'ENONAME', 'ENOTINITIALIZED', 'EAI_AGAIN']);

const byCode: Readonly<Record<string, FailureCause>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'connect-timeout',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  HPE_HEADER_OVERFLOW: 'too-large',
  ERR_HTTP2_ERROR: 'protocol',
  ERR_HTTP2_GOAWAY_SESSION: 'reset',
  ERR_HTTP2_SESSION_ERROR: 'reset',
  ERR_HTTP2_STREAM_CANCEL: 'reset',
  ERR_HTTP2_STREAM_ERROR: 'reset',
};

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** OpenSSL's reason alone: `401D…:error:0A00010B:SSL routines:…:wrong version number:../deps/….c:77:` is for its authors. */
const plainly = (message: string): string => {
  const reason = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1];
  return reason === 'wrong version number' ? 'what it answers is no TLS' : (reason ?? message);
};

const noRoute = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address, family, internal }) => family === 'IPv6' && !internal && !address.startsWith('fe80:')),
  );

/** Nothing of IPv6 gets out of here, as from a Lambda outside a VPC: a host with an address of its own may hear of a far one. */
const isWithoutIpv6 = (error: unknown, code: string, has: () => boolean): boolean =>
  error instanceof Error &&
  'address' in error &&
  typeof error.address === 'string' &&
  isIPv6(error.address) &&
  (noRoute.has(code) || (code === 'EHOSTUNREACH' && !has()));

/** What an error in a phase means. Errors that no table knows are `unknown`: a bug of ours is nobody's downtime. */
export const verdictOn = (error: unknown, phase: Phase, ipv6 = hasIpv6): Verdict => {
  if (error instanceof ProbeFailure) return error.verdict;
  const code = codeOf(error);
  const message = plainly(error instanceof Error ? error.message : String(error));
  const detail = code && !message.includes(code) ? `${code}: ${message}` : message;
  if (isWithoutIpv6(error, code, ipv6)) return unknown(`this place has no IPv6: ${detail}`);
  if (oursAlone.has(code) || ((phase === 'dns' || phase === 'turn') && oursInDns.has(code))) return unknown(detail);
  if (phase === 'dns' || phase === 'turn') return down('dns', detail); // whoever got an error was asked
  if (phase === 'tls') return down('tls', detail);
  const known = byCode[code];
  if (known) return down(known, detail);
  if (error instanceof Error && error.name === 'HTTPParserError') return down('protocol', detail);
  if (['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'].includes(code))
    return down('reset', detail);
  return unknown(detail);
};
