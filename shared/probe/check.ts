/** What to test and how often, and what one attempt can answer. */
import type { EpochMs } from '../time/span.ts';

/** Why a probe failed, in words that a client understands. The order is the wire order of `run.ts`: append only. */
export const failureCauses = [
  'dns',
  'refused',
  'connect-timeout',
  'tls',
  'response-timeout',
  'status',
  'content',
  'reset',
  'too-large',
  'redirects',
  'forbidden-address',
  'unreachable',
  'protocol',
  'expiring',
  'no-starttls',
  'silent',
  'reported',
] as const;
export type FailureCause = (typeof failureCauses)[number];

/** `majority`: and at least two where three or more places probe. */
export type Quorum = 'majority' | number;

export interface CheckBase {
  /** `client/service/endpoint`: unique in a plan and stable for the endpoint's life. */
  readonly id: string;
  /** Between two probes, in ms: whole minutes, or 10, 15, 20 or 30 s. */
  readonly everyMs: number;
  /** One deadline for the whole probe, redirects included, in ms. */
  readonly timeoutMs: number;
  /** Failures in a row that make an outage, at least 1. */
  readonly confirm: number;
  /** How long after a failed attempt a second one may still save the probe, in ms; 0 for none. Both are one sample. */
  readonly retryMs: number;
  /** Ids of the places that probe it, sorted. */
  readonly places: readonly string[];
  /** How many of the places that know must see an outage; as in the terms. */
  readonly quorum: Quorum;
}

export interface HttpCheck extends CheckBase {
  readonly kind: 'http';
  readonly url: string;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expect: {
    /** Inclusive ranges of status codes. */
    readonly status: readonly (readonly [number, number])[];
    /** Must occur in the part of the body that is read, compared as UTF-8. */
    readonly text?: string;
    /** RE2's; must match somewhere in the part of the body that is read. */
    readonly regex?: string;
    /** All of these. The body must be JSON and end within `mostBytes`. */
    readonly json?: readonly JsonExpectation[];
    /** Header names in lower case and the value each must contain. */
    readonly headers: Readonly<Record<string, string>>;
  };
  /** Redirects followed before the probe fails; 0 judges the first answer. */
  readonly redirects: number;
  /** How much of the body is read, once it is decoded. @default 64 KiB */
  readonly mostBytes?: number;
  /** Offers HTTP/2 to the server, which chooses. @default false: HTTP/1.1 costs less, and every server speaks it */
  readonly http2?: boolean;
}

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** Of JSON: what a path finds must be there, and each value that it finds must be as all the other fields say. */
export interface JsonExpectation {
  /** RFC 9535, without `match()` and `search()`. */
  readonly path: string;
  readonly is?: string | number | boolean | null;
  readonly contains?: string;
  /** RE2's. */
  readonly regex?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** `false`: the path must find nothing. */
  readonly exists?: false;
}

export interface TcpCheck extends CheckBase {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Sent as UTF-8 once the connection is made. */
  readonly send?: string;
  /** Must occur in the first 64 KiB that are received. */
  readonly expect?: string;
}

export interface TlsCheck extends CheckBase {
  readonly kind: 'tls';
  readonly host: string;
  readonly port: number;
  /** The name that is asked for and that the certificate must carry, where it is not the host. */
  readonly name?: string;
  /** The certificate must hold for so long from now, in ms; 0 where it must only hold now. */
  readonly validForMs: number;
}

export const recordTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const;
export type RecordType = (typeof recordTypes)[number];

export interface DnsCheck extends CheckBase {
  readonly kind: 'dns';
  readonly name: string;
  readonly type: RecordType;
  /** Whom to ask. Left out, the resolver of the place. */
  readonly resolver?: { readonly host: string; readonly port: number };
  /** Records that must all be in the answer, among others; or `none`: the name must not exist. */
  readonly expect: readonly string[] | 'none';
}

export const mailProtocols = ['smtp', 'imap', 'pop3'] as const;

export interface MailCheck extends CheckBase {
  readonly kind: 'mail';
  readonly protocol: (typeof mailProtocols)[number];
  readonly host: string;
  readonly port: number;
  /** From the first byte, after the greeting, or not at all. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  /** As for TLS. */
  readonly validForMs: number;
}

export interface UdpCheck extends CheckBase {
  readonly kind: 'udp';
  readonly host: string;
  readonly port: number;
  /** Sent as UTF-8, in one datagram. */
  readonly send: string;
  /** Must occur in one datagram of the answer; left out, any answer will do. */
  readonly expect?: string;
}

export interface NtpCheck extends CheckBase {
  readonly kind: 'ntp';
  readonly host: string;
  readonly port: number;
}

export interface WebSocketCheck extends CheckBase {
  readonly kind: 'websocket';
  /** `ws` or `wss`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The subprotocol that is asked for, and that the server must take. */
  readonly protocol?: string;
  /** Sent as a text message once the connection is open. */
  readonly send?: string;
  /** Must occur in one of the messages that make up the first 64 KiB. */
  readonly expect?: string;
}

/** The health protocol of gRPC. */
export interface GrpcCheck extends CheckBase {
  readonly kind: 'grpc';
  readonly host: string;
  readonly port: number;
  /** Whose health is asked for: `package.Service`; empty for the server as a whole. */
  readonly service: string;
  /** Whether it is asked over TLS. */
  readonly secure: boolean;
  /** As for TLS. */
  readonly name?: string;
}

/** Whether a host answers to ping. Only agents may ask. */
export interface IcmpCheck extends CheckBase {
  readonly kind: 'icmp';
  readonly host: string;
}

/** One that asks one thing of one host. */
export type SingleCheck =
  | HttpCheck
  | TcpCheck
  | TlsCheck
  | DnsCheck
  | MailCheck
  | UdpCheck
  | NtpCheck
  | WebSocketCheck
  | GrpcCheck
  | IcmpCheck;

/** Several, judged as one within one probe. */
export interface CompositeCheck extends CheckBase {
  readonly kind: 'composite';
  /** How many of the members must be up: 1 for any of them, their number for all. */
  readonly atLeast: number;
  readonly members: readonly { readonly name: string; readonly check: SingleCheck }[];
}

/** A job or a device that calls a signed address of ours. Judged at home alone, where its beats are. */
export interface HeartbeatCheck extends CheckBase {
  readonly kind: 'heartbeat';
  /** Between two beats, in ms. */
  readonly beatEveryMs: number;
  /** How much later a beat may come, in ms. */
  readonly graceMs: number;
  /** Of its address: another one is another address, and what calls the old one is not heard. @default 1 */
  readonly generation?: number;
}

export type Check = SingleCheck | CompositeCheck | HeartbeatCheck;

/** How long each phase took by itself, in ms. A phase that a probe does not have, or did not reach, is absent. */
export interface Timings {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** From the request to the first byte of its answer. */
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

/** What an attempt learned on its way to a verdict. */
export interface Learned {
  readonly timings?: Timings;
  /** That was connected to, or tried last. */
  readonly address?: string;
  /** When the server's own certificate ends, where one was seen. */
  readonly certificateEndsAt?: EpochMs;
}

/** `unknown` means that Vigie could not tell: never the client's downtime, never their uptime. */
export type Verdict = Learned & Judgement;

type Judgement =
  /** Latency runs from the probe's start to the first byte of the judged answer; for TCP and TLS, to the connection; for DNS, UDP and NTP, to the answer; for mail, to the greeting; for WebSockets, to the opening. */
  | { readonly state: 'up'; readonly latencyMs: number }
  | { readonly state: 'down'; readonly cause: FailureCause; readonly detail: string }
  | { readonly state: 'unknown'; readonly detail: string };

/** One attempt. It ends when `signal` aborts, and names the phase that the deadline cut. */
export type Probe = (check: Check, signal: AbortSignal) => Promise<Verdict>;

/** The verdict that held at an instant, as one place saw it. */
export interface Sample {
  readonly at: EpochMs;
  readonly state: Verdict['state'];
}
