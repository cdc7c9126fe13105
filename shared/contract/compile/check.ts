/** An endpoint as written, to the check that probes run. */

import { type Check, mailProtocols, type SingleCheck } from '../../probe/check.ts';
import { minuteMs } from '../../probe/check-schema.ts';
import type { WrittenEndpoint, WrittenMember } from '../language/endpoint.ts';
import { judgeClear } from './clear.ts';
import { compositeCheck } from './composite.ts';
import { heartbeatCheck } from './heartbeat.ts';
import { httpCheck } from './http.ts';
import {
  dnsCheck,
  grpcCheck,
  icmpCheck,
  mailCheck,
  ntpCheck,
  type ProbeBase,
  type ProbeSettings,
  tcpCheck,
  tlsCheck,
  udpCheck,
} from './kinds.ts';
import type { CheckReading, Path } from './reading.ts';
import { webSocketCheck } from './web.ts';

const singleKinds = ['http', 'websocket', 'grpc', 'tcp', 'tls', 'dns', 'udp', 'ntp', ...mailProtocols, 'icmp'] as const;

/** What stands for the way in which an endpoint is probed: no two of them may. */
export const ways = [...singleKinds, 'any', 'all', 'of', 'heartbeat'] as const;

export const checkOf = (
  id: string,
  written: WrittenEndpoint,
  inherited: ProbeSettings,
  path: Path,
  reading: CheckReading,
): Check => {
  const base = {
    id,
    everyMs: written.every ?? inherited.everyMs,
    timeoutMs: written.timeout ?? inherited.timeoutMs,
    confirm: written.confirm ?? inherited.confirm,
    retryMs: written.retry ?? inherited.retryMs,
    places: reading.places.map(({ id }) => id),
    quorum: inherited.quorum,
  };
  if (base.everyMs < minuteMs && base.timeoutMs > base.everyMs)
    reading.complain(
      written.timeout === undefined ? path : [...path, 'timeout'],
      'contradiction',
      `a timeout of ${base.everyMs / 1_000} s at most: under a minute, a probe is over before the next one begins`,
    );
  const [way, second] = ways.filter((one) => written[one] !== undefined);
  if (way && second)
    reading.complain([...path, second], 'contradiction', `${way} or ${second}, not both: one endpoint for each`, [
      ...path,
      way,
    ]);
  if (written.heartbeat !== undefined) return heartbeatCheck(written.heartbeat, written.places, path, base, reading);
  return compositeCheck(written, path, base, reading, singleCheck) ?? singleCheck(written, path, base, reading);
};

const singleCheck = (written: WrittenMember, path: Path, base: ProbeBase, reading: CheckReading): SingleCheck => {
  const check = checkWritten(written, path, base, reading);
  judgeClear(check, path, reading);
  return check;
};

const checkWritten = (written: WrittenMember, path: Path, base: ProbeBase, reading: CheckReading): SingleCheck => {
  if (written.http !== undefined) return httpCheck(written.http, [...path, 'http'], base, reading);
  if (written.websocket !== undefined) return webSocketCheck(written.websocket, [...path, 'websocket'], base, reading);
  if (written.grpc !== undefined) return grpcCheck(written.grpc, [...path, 'grpc'], base, reading);
  if (written.tcp !== undefined) return tcpCheck(written.tcp, [...path, 'tcp'], base, reading);
  if (written.tls !== undefined) return tlsCheck(written.tls, [...path, 'tls'], base, reading);
  if (written.dns !== undefined) return dnsCheck(written.dns, [...path, 'dns'], base, reading);
  if (written.udp !== undefined) return udpCheck(written.udp, [...path, 'udp'], base, reading);
  if (written.ntp !== undefined) return ntpCheck(written.ntp, [...path, 'ntp'], base, reading);
  if (written.icmp !== undefined) return icmpCheck(written.icmp, [...path, 'icmp'], base, reading);
  for (const protocol of mailProtocols) {
    const mail = written[protocol];
    if (mail !== undefined) return mailCheck(protocol, mail, [...path, protocol], base, reading);
  }
  reading.complain(path, 'missing-field', 'what to probe, such as "http: https://…" or "tcp: host:port"');
  return { ...base, kind: 'tcp', host: 'invalid.example', port: 1 };
};
