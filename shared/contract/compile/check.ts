/** An endpoint as written, to the check that probes run. */

import type { Check } from '../../probe/check.ts';
import { canonicalHost, forbiddenHost } from '../address.ts';
import type { WrittenEndpoint } from '../language/service.ts';
import type { Path, Reading } from './reading.ts';

type Http = Exclude<NonNullable<WrittenEndpoint['http']>, string>;

/** What an endpoint inherits from the terms of its service. */
export interface ProbeSettings {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly confirm: number;
}

export interface CheckReading extends Pick<Reading, 'complain'> {
  /** Whether probers run where private addresses can be reached; metadata services never can be. */
  readonly privateAddresses: boolean;
}

const judgeHost = (host: string | undefined, path: Path, want: string, reading: CheckReading): void => {
  if (host === undefined) reading.complain(path, 'bad-value', want);
  const forbidden = host === undefined ? undefined : forbiddenHost(host);
  if (!forbidden || (forbidden.reach === 'private' && reading.privateAddresses)) return;
  const mend = 'an address that the client is reached at from the internet';
  reading.complain(path, 'forbidden-address', `${mend}: ${host} is ${forbidden.is}`);
};

const wantUrl = 'an address that begins with http:// or https://, such as https://www.example.com/health';

const judgeUrl = (text: string, path: Path, reading: CheckReading): string => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) reading.complain(path, 'bad-value', wantUrl);
  else if (url.username !== '' || url.password !== '')
    reading.complain(path, 'bad-value', 'no name or password in an address: plans are not a place for secrets');
  else judgeHost(canonicalHost(url.hostname), path, wantUrl, reading);
  return url?.href ?? 'https://invalid.example/';
};

const lowerKeys = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const statusRanges = (written: Http['status'], path: Path, reading: CheckReading): [number, number][] =>
  (written ?? ['200-399']).map((status, i) => {
    const [low = 0, high = low] = typeof status === 'number' ? [status] : status.split('-').map(Number);
    if (low > high) reading.complain([...path, i], 'out-of-range', 'the smaller code first, such as "200-299"');
    return [low, high];
  });

const httpCheck = (
  written: Http | string,
  path: Path,
  base: ProbeSettings & { id: string },
  reading: CheckReading,
): Check => {
  const http: Http = typeof written === 'string' ? { url: written } : written;
  const method = http.method ?? 'GET';
  if (http.body !== undefined && method !== 'POST')
    reading.complain([...path, 'body'], 'contradiction', 'a body only with "method: POST"', [...path, 'method']);
  if (http.text !== undefined && method === 'HEAD')
    reading.complain([...path, 'text'], 'contradiction', 'a text only with GET or POST: HEAD is answered without one', [
      ...path,
      'method',
    ]);
  return {
    ...base,
    kind: 'http',
    url: judgeUrl(http.url, typeof written === 'string' ? path : [...path, 'url'], reading),
    method,
    headers: lowerKeys(http.headers),
    ...(http.body !== undefined && { body: http.body }),
    expect: {
      status: statusRanges(http.status, [...path, 'status'], reading),
      ...(http.text !== undefined && { text: http.text }),
      headers: lowerKeys(http['answer-headers']),
    },
    redirects: http.redirects ?? 5,
  };
};

const wantTcp = 'a host and a port, such as mail.example.com:993 or "[2001:db8::25]:25"';

const tcpCheck = (written: string, path: Path, base: ProbeSettings & { id: string }, reading: CheckReading): Check => {
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:/\s]+):(\d{1,5})$/.exec(written) ?? [];
  const port = Number(digits);
  const canonical = port >= 1 && port <= 65_535 ? canonicalHost(host) : undefined;
  judgeHost(canonical, path, wantTcp, reading);
  return { ...base, kind: 'tcp', host: canonical ?? 'invalid.example', port: Math.min(Math.max(port, 1), 65_535) };
};

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
  };
  if (written.http !== undefined && written.tcp !== undefined)
    reading.complain([...path, 'tcp'], 'contradiction', 'http or tcp, not both: one endpoint for each', [
      ...path,
      'http',
    ]);
  if (written.http !== undefined) return httpCheck(written.http, [...path, 'http'], base, reading);
  if (written.tcp !== undefined) return tcpCheck(written.tcp, [...path, 'tcp'], base, reading);
  reading.complain(path, 'missing-field', 'what to probe: "http: https://…" or "tcp: host:port"');
  return { ...base, kind: 'tcp', host: 'invalid.example', port: 1 };
};
