/** An HTTP check as written, to the check that probes run. */
import type { HttpCheck, JsonExpectation } from '../../probe/check.ts';
import { clientOf } from '../../probe/id.ts';
import { jsonPathOf, mostPathCharacters } from '../../probe/json-path.ts';
import { mostPatternCharacters, patternOf } from '../../probe/pattern.ts';
import { named } from '../../probe/secrets.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import type { ProbeBase } from './kinds.ts';
import type { CheckReading, Path } from './reading.ts';
import { judgeUrl, sentHeaders } from './web.ts';

type Http = Exclude<NonNullable<WrittenEndpoint['http']>, string>;
type WrittenJson = NonNullable<Http['json']>[number];

export const httpCheck = (written: Http | string, path: Path, base: ProbeBase, reading: CheckReading): HttpCheck => {
  const http: Http = typeof written === 'string' ? { url: written } : written;
  const method = http.method ?? 'GET';
  contradictions(http, path, reading);
  const url = judgeUrl(http.url, 'http', typeof written === 'string' ? path : [...path, 'url'], reading);
  const client = clientOf(base.id);
  return {
    ...base,
    kind: 'http',
    url,
    method,
    headers: sentHeaders(http.headers, client),
    ...(http.body !== undefined && { body: named(http.body, client) }),
    expect: {
      status: statusRanges(http.status, [...path, 'status'], reading),
      ...(http.text !== undefined && { text: http.text }),
      ...(http.regex !== undefined && { regex: judgeRegex(http.regex, [...path, 'regex'], reading) }),
      ...(http.json && { json: http.json.map((one, i) => jsonExpectation(one, [...path, 'json', i], reading)) }),
      headers: lowerKeys(http['answer-headers']),
    },
    redirects: http.redirects ?? 5,
    ...(http.most !== undefined && { mostBytes: http.most }),
    ...(http.http2 && { http2: true }),
  };
};

const looksInside = ['text', 'regex', 'json'] as const;

const contradictions = (http: Http, path: Path, reading: CheckReading): void => {
  const { method = 'GET', body, most, http2, url } = http;
  const asked = looksInside.filter((field) => http[field] !== undefined);
  if (body !== undefined && method !== 'POST' && method !== 'PUT')
    reading.complain([...path, 'body'], 'contradiction', 'a body only with "method: POST" or PUT', [...path, 'method']);
  for (const field of method === 'HEAD' ? asked : [])
    reading.complain(
      [...path, field],
      'contradiction',
      `${field} only with another method, such as GET: HEAD is answered without a body`,
      [...path, 'method'],
    );
  if (most !== undefined && asked.length === 0)
    reading.complain([...path, 'most'], 'contradiction', 'what to look for in so much too: text, regex or json');
  if (http2 && !url.toLowerCase().startsWith('https:'))
    reading.complain([...path, 'http2'], 'contradiction', 'http2 only with https: servers offer it in TLS', [
      ...path,
      'url',
    ]);
};

const statusRanges = (written: Http['status'], path: Path, reading: CheckReading): [number, number][] =>
  (written ?? ['200-399']).map((status, i) => {
    const [low = 0, high = low] = typeof status === 'number' ? [status] : status.split('-').map(Number);
    if (low > high) reading.complain([...path, i], 'out-of-range', 'the smaller code first, such as "200-299"');
    return [low, high];
  });

const lowerKeys = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const judgeRegex = (regex: string, path: Path, { complain }: CheckReading): string => {
  if (regex.length > mostPatternCharacters)
    complain(path, 'out-of-range', `a pattern of at most ${mostPatternCharacters} characters`);
  else {
    const pattern = patternOf(regex);
    if ('want' in pattern) complain(path, 'bad-value', pattern.want);
  }
  return regex;
};

const jsonExpectation = (written: WrittenJson, path: Path, reading: CheckReading): JsonExpectation => {
  const { exists = true, regex, 'at-least': atLeast, 'at-most': atMost, is, contains } = written;
  judgePath(written.path, [...path, 'path'], reading);
  const about = { is, contains, regex, 'at-least': atLeast, 'at-most': atMost };
  const [first] = Object.entries(about).filter(([, value]) => value !== undefined);
  if (!exists && first)
    reading.complain([...path, first[0]], 'contradiction', `no ${first[0]} where "exists: false": there is no value`, [
      ...path,
      'exists',
    ]);
  return {
    path: written.path,
    ...(is !== undefined && { is }),
    ...(contains !== undefined && { contains }),
    ...(regex !== undefined && { regex: judgeRegex(regex, [...path, 'regex'], reading) }),
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
    ...(!exists && { exists: false }),
  };
};

const judgePath = (source: string, path: Path, { complain }: CheckReading): void => {
  if (source.length > mostPathCharacters) {
    complain(path, 'out-of-range', `a path of at most ${mostPathCharacters} characters`);
    return;
  }
  const query = jsonPathOf(source);
  if ('want' in query) complain(path, 'bad-value', query.want);
};
