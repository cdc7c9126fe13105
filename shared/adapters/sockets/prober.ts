import type { Deadline } from '../../probe/attempt.ts';
import type { Probe, SingleCheck, Verdict } from '../../probe/check.ts';
import { probeMembers } from '../../probe/composite.ts';
import { referencesOf, type Secrets } from '../../probe/secrets.ts';
import { openTurns } from '../../probe/turns.ts';
import { confide, discreet } from './confide.ts';
import { learnedIn, probingContext, type Trace, traceOf } from './connect.ts';
import { probeDns } from './dns.ts';
import { missedDeadline, unknown, verdictOn } from './failure.ts';
import { addressGuard } from './guard.ts';
import { probeHttp, type WebConnecting } from './http.ts';
import { probeIcmp } from './icmp.ts';
import { openLines } from './lines.ts';
import { probeMail } from './mail.ts';
import { openResolver } from './resolver.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';
import { probeNtp, probeUdp } from './udp.ts';

export interface ProberOptions {
  /** Whether checks may name private addresses: from inside a network of one's own, and in demonstrations. */
  readonly allowPrivate: boolean;
  /** Whether the machine itself may be probed. @default as private networks */
  readonly allowLoopback?: boolean;
  /** PEM certificates trusted besides the public authorities. @default none */
  readonly ca?: readonly string[];
  /** DNS servers, as `127.0.0.1:5353`. @default those of the system */
  readonly dnsServers?: readonly string[];
  /** Where it probes from, as web servers are told: `vigie/1 (frankfurt)`. @default nowhere: `vigie/1` */
  readonly place?: string;
  /**
   * Whether web checks of one client and origin that send no secret, probed at the same time, hand their connection on: a tenth of the processor's time
   * for each but the first. It knows them by their ids. @default false: each connects anew
   */
  readonly shareConnections?: boolean;
  /** @default none: checks that refer to one are `unknown` */
  readonly secrets?: Secrets;
}

export interface Prober {
  readonly probe: Probe;
  readonly close: () => void;
}

/** Probes over real sockets. Every probe ends with its signal, whatever the other side does, and never rejects. */
export const openProber = ({
  allowPrivate,
  allowLoopback,
  ca,
  dnsServers,
  place,
  secrets,
  shareConnections,
}: ProberOptions): Prober => {
  const { resolve, query, close } = openResolver({
    systemNames: allowPrivate,
    ...(dnsServers && { servers: dnsServers }),
  });
  const lines = shareConnections ? openLines() : undefined;
  const how: WebConnecting = {
    resolve,
    query,
    guard: addressGuard(allowPrivate, allowLoopback),
    secureContext: probingContext(ca),
    ...(lines && { lines }),
    agent: place === undefined ? 'vigie/1' : `vigie/1 (${place})`,
  };
  const one = (check: SingleCheck, signal: AbortSignal): Promise<Verdict> => attempt(check, signal, how, secrets);
  const probe: Probe = async (check, signal) => {
    if (check.kind === 'composite') return probeMembers(check, signal, one);
    if (check.kind === 'heartbeat') return unknown('heartbeats are judged at home, where the calls come in');
    return one(check, signal);
  };
  return {
    probe,
    close: () => {
      lines?.close();
      close();
    },
  };
};

const attempt = (check: SingleCheck, signal: AbortSignal, how: WebConnecting, secrets?: Secrets): Promise<Verdict> => {
  const trace = traceOf(check.timeoutMs);
  return new Promise((resolve) => {
    const end = (judged: Verdict): void => {
      if (trace.ended) return;
      trace.ended = true;
      signal.removeEventListener('abort', onDeadline);
      resolve({ ...discreet(judged, trace), ...learnedIn(trace) });
    };
    const onDeadline = (): void => {
      end(missedDeadline(trace.phase, check.timeoutMs));
      trace.socket?.destroy();
      trace.cancel?.();
    };
    signal.addEventListener('abort', onDeadline);
    const references = referencesOf(check);
    const probing =
      references.length === 0
        ? probeBy(check, how, trace)
        : confide(check, references, secrets, trace).then((whole) => probeBy(whole, how, trace));
    probing.then(end, (error) => end(verdictOn(error, trace.phase)));
  });
};

/** What few rosters ask for is loaded for those alone: its code would be part of every cold start. */
const probeBy = (check: SingleCheck, how: WebConnecting, trace: Trace): Promise<Verdict> => {
  switch (check.kind) {
    case 'http':
      return probeHttp(check, how, trace);
    case 'tcp':
      return probeTcp(check, how, trace);
    case 'tls':
      return probeTls(check, how, trace);
    case 'dns':
      return probeDns(check, how, trace);
    case 'mail':
      return probeMail(check, how, trace);
    case 'udp':
      return probeUdp(check, how, trace);
    case 'ntp':
      return probeNtp(check, how, trace);
    case 'websocket':
      return import('./websocket.ts').then(({ probeWebSocket }) => probeWebSocket(check, how, trace));
    case 'grpc':
      return import('./grpc.ts').then(({ probeGrpc }) => probeGrpc(check, how, trace));
    case 'icmp':
      return probeIcmp(check, how, trace);
  }
};

/**
 * A deadline on the event loop's clock, for `probeRoster`. What held up the process is given back, up to as long again, and
 * what has come meanwhile is read: timers go before sockets, and would call an answer late that waits to be read.
 */
export const timerDeadline = (ms: number): Deadline => {
  const controller = new AbortController();
  const dueAt = performance.now() + ms;
  const abort = (): void => {
    if (timer) controller.abort();
  };
  const onTime = (): void => {
    const heldUpMs = performance.now() - dueAt;
    if (heldUpMs < 1) setImmediate(abort);
    else timer = setTimeout(() => setImmediate(abort), Math.min(heldUpMs, ms));
  };
  let timer: NodeJS.Timeout | undefined = setTimeout(onTime, ms);
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return { signal: controller.signal, cancel };
};

/** For all attempts of the process. */
export const turn = openTurns({
  now: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
  yielded: setImmediate,
  later: (ms, go) => void setTimeout(go, ms),
});

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
