/** Hosts and ports as written: read, and judged by who is to reach them. */
import { canonicalHost, forbiddenHost } from '../address.ts';
import { isOnInternet } from '../places.ts';
import type { CheckReading, Path } from './reading.ts';

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

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** None where it is no `host:port` that anybody could connect to. */
export const readHostAndPort = (written: string): HostAndPort | undefined => {
  const [, name = '', digits = ''] = /^(\[[^\]]+\]|[^:/\s]+):(\d{1,5})$/.exec(written) ?? [];
  const [host, port] = [canonicalHost(name), Number(digits)];
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
};

const wantAddress = 'a host and a port, such as mail.example.com:993 or "[2001:db8::25]:25"';

export const hostAndPort = (written: string, path: Path, reading: CheckReading): HostAndPort => {
  const read = readHostAndPort(written);
  judgeHost(read?.host, path, wantAddress, reading);
  return read ?? { host: 'invalid.example', port: 1 };
};

/** The host and port of a kind that may be written as these alone. */
export const addressOf = (written: string | { readonly at: string }, path: Path, reading: CheckReading): HostAndPort =>
  typeof written === 'string' ? hostAndPort(written, path, reading) : hostAndPort(written.at, [...path, 'at'], reading);

/** A host that may leave out its port, with it. */
export const withPort = (written: string, port: number): string => {
  if (/^\[[^\]]+\]:\d+$|^[^:]+:\d+$/.test(written)) return written;
  return `${written.includes(':') && !written.startsWith('[') ? `[${written}]` : written}:${port}`;
};
