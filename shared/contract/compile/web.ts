/** What checks with an address of the web have in common, and the WebSocket among them. */
import type { WebSocketCheck } from '../../probe/check.ts';
import { clientOf } from '../../probe/id.ts';
import { hasWrongReference, named, refersToSecret } from '../../probe/secrets.ts';
import { canonicalHost } from '../address.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import { judgeHost } from './host.ts';
import type { ProbeBase } from './kinds.ts';
import type { CheckReading, Path } from './reading.ts';

const wanted = {
  http: 'an address that begins with http:// or https://, such as https://www.example.com/health',
  ws: 'an address that begins with ws:// or wss://, such as wss://live.example.com/feed',
} as const;

/** @param scheme Without the `s` of its encrypted form, which may be written as well. */
export const judgeUrl = (text: string, scheme: keyof typeof wanted, path: Path, reading: CheckReading): string => {
  const url = URL.parse(text);
  if (!url || ![`${scheme}:`, `${scheme}s:`].includes(url.protocol))
    reading.complain(path, 'bad-value', wanted[scheme]);
  else if (url.username !== '' || url.password !== '')
    reading.complain(path, 'bad-value', 'no name or password in an address: plans are not a place for secrets');
  else if (refersToSecret(text) || hasWrongReference(text))
    reading.complain(
      path,
      'bad-value',
      'no secret in an address, which many may read: send it in a header or the body',
    );
  else judgeHost(canonicalHost(url.hostname), path, wanted[scheme], reading);
  return url?.href ?? `${scheme}://invalid.example/`;
};

/** Headers and texts that are sent, with the client's own names of secrets in them. */
export const sentHeaders = (headers: Readonly<Record<string, string>> = {}, client: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), named(value, client)]));

/** The library writes these itself; another word there would be a handshake of another kind. */
const handshake = /^(connection|upgrade|host|sec-websocket-.*)$/;

export const webSocketCheck = (
  written: NonNullable<WrittenEndpoint['websocket']>,
  path: Path,
  base: ProbeBase,
  reading: CheckReading,
): WebSocketCheck => {
  const { url, headers, protocol, send, expect } = typeof written === 'string' ? { url: written } : written;
  for (const name of Object.keys(headers ?? {}))
    if (handshake.test(name.toLowerCase()))
      reading.complain(
        [...path, 'headers', name],
        'bad-value',
        'none of the headers that open a WebSocket by themselves',
      );
  if (send !== undefined && expect === undefined)
    reading.complain([...path, 'send'], 'contradiction', 'what to expect too: "expect: …"');
  const href = judgeUrl(url, 'ws', typeof written === 'string' ? path : [...path, 'url'], reading);
  if (href.includes('#')) reading.complain(path, 'bad-value', 'an address without "#": a WebSocket has no fragments');
  return {
    ...base,
    kind: 'websocket',
    url: href,
    headers: sentHeaders(headers, clientOf(base.id)),
    ...(protocol !== undefined && { protocol }),
    ...(send !== undefined && { send: named(send, clientOf(base.id)) }),
    ...(expect !== undefined && { expect }),
  };
};
