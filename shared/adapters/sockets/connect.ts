/** From a host and port to a connected, verified socket, with the address judged before anything is sent to it. */
import type { X509Certificate } from 'node:crypto';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import {
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls';
import type { Learned, Timings } from '../../probe/check.ts';
import type { Confidential } from '../../probe/secrets.ts';
import { epochMs } from '../../time/span.ts';
import { codeOf, down, type Phase, ProbeFailure } from './failure.ts';
import type { Guard } from './guard.ts';
import type { Query, Resolve } from './resolver.ts';

/** What a probe is doing now and what it learned so far, so that its deadline can name it and end it. */
export interface Trace {
  /** Changed by `enter` alone, which counts the time of the one before. */
  phase: Phase;
  /** When it was entered, by `performance.now`. */
  phaseAt: number;
  /** Of the phases that are over, and a redirect's on top of those before it. */
  readonly spentMs: Partial<Record<Phase, number>>;
  /** Of what the endpoint has a part in: once secrets were read. */
  startedAt: number;
  /** A question that gets its turn after this had no fair chance of an answer, and blames nobody. */
  readonly fairUntil: number;
  /** That is connected to, or was tried last. */
  address?: string;
  socket?: Socket;
  /** What else is given up with the probe, such as a question to a resolver. */
  cancel?: () => void;
  /** The server's own, as soon as it is seen: it may be for another name, or have ended. */
  certificate?: X509Certificate | undefined;
  /** What is sent in confidence: where it is in the check, and what it is. */
  confidential?: Confidential & { readonly values: readonly string[] };
  ended: boolean;
}

export const traceOf = (timeoutMs: number): Trace => {
  const now = performance.now();
  return { phase: 'turn', phaseAt: now, spentMs: {}, startedAt: now, fairUntil: now + timeoutMs / 2, ended: false };
};

export const enter = (phase: Phase, trace: Trace): void => {
  const now = performance.now();
  trace.spentMs[trace.phase] = (trace.spentMs[trace.phase] ?? 0) + now - trace.phaseAt;
  trace.phase = phase;
  trace.phaseAt = now;
};

/** How far a probe got, and how long each phase took it; the one that it is in counts up to now. */
export const learnedIn = (trace: Trace): Learned => {
  enter(trace.phase, trace);
  const { spentMs, startedAt, phaseAt, address, certificate } = trace;
  // Each probe makes these: fields are set one by one, because spreading what may not be there costs ten times as much.
  const timings: Writable<Timings> = { totalMs: phaseAt - startedAt };
  if (spentMs.dns !== undefined) timings.dnsMs = spentMs.dns;
  if (spentMs.connect !== undefined) timings.connectMs = spentMs.connect;
  if (spentMs.tls !== undefined) timings.tlsMs = spentMs.tls;
  if (spentMs.answer !== undefined) timings.firstByteMs = spentMs.answer;
  const learned: Writable<Learned> = { timings };
  if (address !== undefined) learned.address = address;
  if (certificate) learned.certificateEndsAt = epochMs(certificate.validToDate.getTime());
  return learned;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Connecting {
  readonly resolve: Resolve;
  readonly query: Query;
  readonly guard: Guard;
  readonly secureContext: SecureContext;
  /** What web servers are told that asks. */
  readonly agent: string;
}

export interface Destination {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** What the certificate must be for. @default the host */
  readonly name?: string | undefined;
  /** Protocols to offer inside TLS, the best one first. @default none */
  readonly alpn?: readonly string[];
  /** Where a redirect leads: to the address that sent it, where it stays at its host. @default the check's own host */
  readonly redirected?: { readonly address?: string | undefined } | undefined;
}

/**
 * One for all probes: a context for each costs 250 µs. X25519 first keeps the ClientHello at 0.5 kB where the default's
 * post-quantum key share makes it 1.7 kB, and egress is the largest cost of a probe (`performance.md` §2, §3).
 */
export const probingContext = (ca: readonly string[] = []): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1.2',
    ecdhCurve: 'X25519:P-256:P-384:P-521',
    ciphers: [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'ECDHE+AESGCM',
      'ECDHE+CHACHA20',
      'ECDHE+AES',
      'DHE+AESGCM',
      'RSA+AESGCM',
      'RSA+AES',
      '!aNULL',
    ].join(':'),
    ...(ca.length > 0 && { ca: [...rootCertificates, ...ca] }),
  });

/** The next address is tried only where this one said at once that nobody is there. */
const tryNext = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'EADDRNOTAVAIL']);

export const connectTo = async (to: Destination, how: Connecting, trace: Trace): Promise<Socket> => {
  const { address: known } = to.redirected ?? {};
  const addresses = known === undefined ? await addressesOf(to.host, how, trace, !!to.redirected) : [known];
  for (const [i, address] of addresses.entries()) {
    if (trace.ended) break;
    try {
      enter('connect', trace);
      trace.address = address;
      return await (to.secure
        ? secured({ host: address, port: to.port }, to.name ?? to.host, how, trace, to.alpn)
        : plain(address, to.port, trace));
    } catch (error) {
      if (trace.phase !== 'connect' || i === addresses.length - 1 || !tryNext.has(codeOf(error))) throw error;
    }
  }
  throw new ProbeFailure(down('dns', `no address of ${to.host} was tried`));
};

/** Where a host is, once each of its addresses may be probed. */
export const addressesOf = async (
  host: string,
  how: Connecting,
  trace: Trace,
  redirected = false,
): Promise<readonly string[]> => {
  enter('turn', trace);
  const addresses = await how.resolve(host, () => begin('dns', trace));
  // All of them: a name that mixes public with forbidden addresses is set against whoever resolves it.
  for (const address of addresses) how.guard(address, redirected);
  return addresses;
};

export const begin = (phase: Phase, trace: Trace): void => {
  if (performance.now() < trace.fairUntil) enter(phase, trace);
};

const plain = (address: string, port: number, trace: Trace): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = netConnect({ host: address, port });
    hold(socket, trace);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });

/** Goes on in TLS where the two sides have agreed to it in clear (STARTTLS). Nobody else may listen to the socket. */
export const secureOver = (socket: Socket, host: string, how: Connecting, trace: Trace): Promise<TLSSocket> => {
  enter('tls', trace);
  return secured({ socket }, host, how, trace);
};

type Way = { readonly host: string; readonly port: number } | { readonly socket: Socket };

const secured = (way: Way, host: string, { secureContext }: Connecting, trace: Trace, alpn?: readonly string[]) =>
  new Promise<TLSSocket>((resolve, reject) => {
    const named = isIP(host) === 0;
    const socket: TLSSocket = tlsConnect({
      ...way,
      secureContext,
      ...(alpn && { ALPNProtocols: [...alpn] }),
      servername: named ? host : '', // a server name is never an address (RFC 6066)
      checkServerIdentity: () => {
        const { certificate } = trace;
        const matches = named ? certificate?.checkHost(host) : certificate?.checkIP(host);
        if (matches) return undefined;
        return new Error(`the certificate is not for ${host}: ${certificate?.subjectAltName ?? 'it names no host'}`);
      },
    });
    socket.setNoDelay(true); // else the request waits until the handshake's last flight is acknowledged
    // Node builds the whole chain as plain objects to hand it to `checkServerIdentity`, which reads none of it here:
    // about 150 µs a handshake.
    Object.assign(socket, { getPeerCertificate: () => ({}) });
    hold(socket, trace);
    socket.once('connect', () => enter('tls', trace));
    // Before Node judges it, so that a certificate that is refused is known too; afterwards the socket has none.
    socket.prependOnceListener('secure', () => {
      trace.certificate = socket.getPeerX509Certificate();
    });
    socket.once('secureConnect', () => {
      socket.removeListener('error', reject);
      socket.removeListener('close', closed);
      resolve(socket);
    });
    const closed = (): void => reject(new Error('the connection was closed during the handshake'));
    socket.once('error', reject);
    socket.once('close', closed);
  });

/** A probe that has ended while this socket was on its way wants it no more. */
const hold = (socket: Socket, trace: Trace): void => {
  trace.socket = socket;
  if (trace.ended) socket.destroy();
};
