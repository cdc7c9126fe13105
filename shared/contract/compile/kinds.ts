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
import { clientOf } from '../../probe/id.ts';
import { named } from '../../probe/secrets.ts';
import { canonicalHost } from '../address.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import { addressOf, hostAndPort, judgeHost, withPort } from './host.ts';
import type { CheckReading, Path } from './reading.ts';
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

export const tcpCheck = (written: Written<'tcp'>, path: Path, base: ProbeBase, reading: CheckReading): TcpCheck => {
  const { send, expect } = typeof written === 'string' ? {} : written;
  if (send !== undefined && expect === undefined)
    reading.complain([...path, 'send'], 'contradiction', 'what to expect too: "expect: …"');
  return {
    ...base,
    kind: 'tcp',
    ...addressOf(written, path, reading),
    ...(send !== undefined && { send: named(send, clientOf(base.id)) }),
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
  send: named(written.send, clientOf(base.id)),
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
