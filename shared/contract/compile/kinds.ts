/** Endpoints that are no web pages, as written, to the checks that probes run. */
import type {
  DnsCheck,
  GrpcCheck,
  IcmpCheck,
  MailCheck,
  NtpCheck,
  Quorum,
  TcpCheck,
  TlsCheck,
  UdpCheck,
} from '../../probe/check.ts';
import { named } from '../../probe/secrets.ts';
import { canonicalHost, forbiddenHost } from '../address.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import { isOnInternet } from '../places.ts';
import type { PlacePlan } from '../plan.ts';
import type { Path, Reading } from './reading.ts';
import { canonicalRecord, recordFault } from './records.ts';

type Written<Kind extends keyof WrittenEndpoint> = NonNullable<WrittenEndpoint[Kind]>;

/** What an endpoint inherits from the terms of its service. */
export interface ProbeSettings {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly confirm: number;
  readonly retryMs: number;
  readonly quorum: Quorum;
}

export type ProbeBase = ProbeSettings & { readonly id: string; readonly places: readonly string[] };

/** Whose endpoint it is, and so whose secrets it may refer to. */
export const clientOf = ({ id }: ProbeBase): string => id.split('/')[0] ?? '';

export interface CheckReading extends Pick<Reading, 'complain'> {
  /** The places that probe the endpoint. */
  readonly places: readonly PlacePlan[];
  /** Whether even places on the internet reach private addresses, as those of a local AWS do. */
  readonly privateAddresses: boolean;
}

export const judgeHost = (host: string | undefined, path: Path, want: string, reading: CheckReading): void => {
  if (host === undefined) reading.complain(path, 'bad-value', want);
  const forbidden = host === undefined ? undefined : forbiddenHost(host);
  if (!forbidden || (reading.privateAddresses && forbidden.reach !== 'never')) return;
  const blind = reading.places.find(isOnInternet);
  if (forbidden.reach === 'private' && !blind) return; // VPCs and agents reach whatever is near them
  const mend = {
    never: 'an address that the client is reached at from the internet',
    loopback: 'an address that others reach it at too, not that of whatever machine probes',
    private: `an address that the client is reached at from the internet, or "places:" with VPCs and agents alone, not ${blind?.id}`,
  }[forbidden.reach];
  reading.complain(path, 'forbidden-address', `${mend}: ${host} is ${forbidden.is}`);
};

const wantAddress = 'a host and a port, such as mail.example.com:993 or "[2001:db8::25]:25"';

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const hostAndPort = (written: string, path: Path, reading: CheckReading): HostAndPort => {
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:/\s]+):(\d{1,5})$/.exec(written) ?? [];
  const port = Number(digits);
  const canonical = port >= 1 && port <= 65_535 ? canonicalHost(host) : undefined;
  judgeHost(canonical, path, wantAddress, reading);
  return { host: canonical ?? 'invalid.example', port: Math.min(Math.max(port, 1), 65_535) };
};

/** The host and port of a kind that may be written as these alone. */
const addressOf = (written: string | { readonly at: string }, path: Path, reading: CheckReading): HostAndPort =>
  typeof written === 'string' ? hostAndPort(written, path, reading) : hostAndPort(written.at, [...path, 'at'], reading);

export const tcpCheck = (written: Written<'tcp'>, path: Path, base: ProbeBase, reading: CheckReading): TcpCheck => {
  const { send, expect } = typeof written === 'string' ? {} : written;
  if (send !== undefined && expect === undefined)
    reading.complain([...path, 'send'], 'contradiction', 'what to expect too: "expect: …"');
  return {
    ...base,
    kind: 'tcp',
    ...addressOf(written, path, reading),
    ...(send !== undefined && { send: named(send, clientOf(base)) }),
    ...(expect !== undefined && { expect }),
  };
};

export const tlsCheck = (written: Written<'tls'>, path: Path, base: ProbeBase, reading: CheckReading): TlsCheck => {
  const { name, 'valid-for': validForMs = 0 } = typeof written === 'string' ? {} : written;
  return { ...base, kind: 'tls', ...addressOf(written, path, reading), ...nameOf(name, path, reading), validForMs };
};

const nameOf = (name: string | undefined, path: Path, reading: CheckReading): { readonly name?: string } => {
  const canonical = name === undefined ? undefined : canonicalHost(name);
  if (name !== undefined && canonical === undefined)
    reading.complain([...path, 'name'], 'bad-value', 'a name such as www.example.com');
  return canonical === undefined ? {} : { name: canonical };
};

export const grpcCheck = (written: Written<'grpc'>, path: Path, base: ProbeBase, reading: CheckReading): GrpcCheck => {
  const { service = '', tls = true, name } = typeof written === 'string' ? {} : written;
  if (name !== undefined && !tls)
    reading.complain([...path, 'name'], 'contradiction', 'no name of a certificate where "tls: false"', [
      ...path,
      'tls',
    ]);
  return {
    ...base,
    kind: 'grpc',
    ...addressOf(written, path, reading),
    service,
    secure: tls,
    ...nameOf(name, path, reading),
  };
};

/** Names that nobody can connect to, such as `_dmarc.example.com`, are asked for too. */
const recordName = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

export const dnsCheck = (written: Written<'dns'>, path: Path, base: ProbeBase, reading: CheckReading): DnsCheck => {
  const dns: Exclude<Written<'dns'>, string> = typeof written === 'string' ? { name: written } : written;
  const { type = 'A', answers = [], exists = true, resolver } = dns;
  const name = dns.name.toLowerCase().replace(/\.$/, '');
  if (!recordName.test(name))
    reading.complain(
      typeof written === 'string' ? path : [...path, 'name'],
      'bad-value',
      'a name such as www.example.com',
    );
  if (!exists && answers.length > 0)
    reading.complain([...path, 'answers'], 'contradiction', 'no answers where "exists: false": such a name has none', [
      ...path,
      'exists',
    ]);
  for (const [i, answer] of answers.entries()) {
    const want = recordFault(type, answer);
    if (want !== undefined) reading.complain([...path, 'answers', i], 'bad-value', want);
  }
  return {
    ...base,
    kind: 'dns',
    name,
    type,
    ...(resolver !== undefined && {
      resolver: hostAndPort(withPort(resolver, 53), [...path, 'resolver'], reading),
    }),
    expect: exists ? answers.map((answer) => canonicalRecord(type, answer)) : 'none',
  };
};

/** A host that may leave out its port, with it. */
const withPort = (written: string, port: number): string => {
  if (/^\[[^\]]+\]:\d+$|^[^:]+:\d+$/.test(written)) return written;
  return `${written.includes(':') && !written.startsWith('[') ? `[${written}]` : written}:${port}`;
};

/** Where TLS comes before any word (RFC 8314). */
const tlsPorts: ReadonlySet<number> = new Set([465, 993, 995]);

export const mailCheck = (
  protocol: MailCheck['protocol'],
  written: Written<MailCheck['protocol']>,
  path: Path,
  base: ProbeBase,
  reading: CheckReading,
): MailCheck => {
  const { encryption, 'valid-for': validForMs = 0 } = typeof written === 'string' ? {} : written;
  if (encryption === 'none' && validForMs > 0)
    reading.complain([...path, 'valid-for'], 'contradiction', 'no certificate to judge where "encryption: none"', [
      ...path,
      'encryption',
    ]);
  const at = addressOf(written, path, reading);
  return {
    ...base,
    kind: 'mail',
    protocol,
    ...at,
    encryption: encryption ?? (tlsPorts.has(at.port) ? 'tls' : 'starttls'),
    validForMs,
  };
};

export const udpCheck = (written: Written<'udp'>, path: Path, base: ProbeBase, reading: CheckReading): UdpCheck => ({
  ...base,
  kind: 'udp',
  ...addressOf(written, path, reading),
  send: named(written.send, clientOf(base)),
  ...(written.expect !== undefined && { expect: written.expect }),
});

export const ntpCheck = (written: string, path: Path, base: ProbeBase, reading: CheckReading): NtpCheck => ({
  ...base,
  kind: 'ntp',
  ...hostAndPort(withPort(written, 123), path, reading),
});

/** Lambda functions may open TCP and UDP sockets, and no others. */
export const icmpCheck = (written: string, path: Path, base: ProbeBase, reading: CheckReading): IcmpCheck => {
  const host = canonicalHost(written);
  judgeHost(host, path, 'a name or an address such as 192.0.2.1', reading);
  const elsewhere = reading.places.find(({ kind }) => kind !== 'agent');
  if (elsewhere)
    reading.complain(
      path,
      'contradiction',
      `"places:" with agents alone: ${elsewhere.id} is AWS Lambda, which cannot send a ping; or "tcp: host:port"`,
    );
  return { ...base, kind: 'icmp', host: host ?? 'invalid.example' };
};
