/** What an HTTP check may ask for, as written, and how it is refused. */
import { describe, expect, test } from 'vitest';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { checkSchema } from '../../shared/probe/check-schema.ts';
import { clientOf, filesOf, plainClient, plainProvider, problemsOf } from './folders.ts';

const at = (http: string) =>
  plainClient.replace('{ http: https://www.example.com/ }', `{ http: { url: "https://www.example.com/", ${http} } }`);
const checkOf = (client: string) => checkSchema.parse(clientOf(client).services[0]?.endpoints[0]?.check);

test.each([
  ['regex: "version [0-9]+"', { expect: { status: [[200, 399]], headers: {}, regex: 'version [0-9]+' } }],
  [
    'json: [{ path: $.status, is: ok }, { path: "$.queue", at-most: 100, at-least: 0 }, { path: $.errors, exists: false }]',
    {
      expect: {
        json: [
          { path: '$.status', is: 'ok' },
          { path: '$.queue', atLeast: 0, atMost: 100 },
          { path: '$.errors', exists: false },
        ],
      },
    },
  ],
  ['json: [{ path: $.note, is: null, exists: true }]', { expect: { json: [{ path: '$.note', is: null }] } }],
  ['text: ok, most: 256 KiB', { mostBytes: 256 * 1024 }],
  ['text: ok, most: 1 MiB', { mostBytes: 1024 * 1024 }],
  ['http2: true', { http2: true }],
  ['method: PUT, body: x', { method: 'PUT', body: 'x' }],
  ['method: OPTIONS', { method: 'OPTIONS' }],
  [
    'headers: { Authorization: "Bearer {{secret:api.token}}", X-Api-Key: "{{parameter:KEY}}" }',
    {
      headers: {
        authorization: 'Bearer {{secret:vigie/acme/api.token}}',
        'x-api-key': '{{parameter:/vigie/acme/KEY}}',
      },
    },
  ],
  ['method: POST, body: "{\\"key\\": \\"{{secret:KEY}}\\"}"', { body: '{"key": "{{secret:vigie/acme/KEY}}"}' }],
  ['method: POST, body: "Dear {{name}}"', { body: 'Dear {{name}}' }],
])('%s', (http, wanted) => {
  expect(checkOf(at(http))).toMatchObject(wanted);
});

test.each([
  ['regex: "(?=ahead)"', 'http.regex', 'without lookahead'],
  ['regex: "(a)\\\\1"', 'http.regex', 'invalid escape sequence'],
  ['regex: "(("', 'http.regex', 'missing closing'],
  ['regex: "(a{0,30}){33}(b{0,30}){33}"', 'http.regex', 'a smaller pattern'],
  [`regex: "${'a'.repeat(501)}"`, 'http.regex', 'at most 500 characters'],
  ['json: [{ path: status, is: ok }]', 'http.json[0].path', 'a JSON path such as $.status'],
  ['json: [{ path: "$.a[?match(@.b, \'(a+)+\')]" }]', 'http.json[0].path', 'without match() and search()'],
  ['json: [{ path: $.a, regex: "(" }]', 'http.json[0].regex', 'missing closing'],
  ['json: [{ path: $.a, is: x, exists: false }]', 'http.json[0].is', 'no is where "exists: false"'],
  ['json: [{ path: $.a, equals: x }]', 'http.json[0]', 'path'],
  ['json: []', 'http.json', ''],
  ['text: ok, most: 2 MiB', 'http.most', 'from 1 KiB to 1 MiB'],
  ['text: ok, most: 65536', 'http.most', 'a size from 1 KiB to 1 MiB, such as 256 KiB'],
  ['most: 256 KiB', 'http.most', 'text, regex or json'],
  ['method: HEAD, json: [{ path: $.a }]', 'http.json', 'HEAD is answered without a body'],
  ['method: GET, body: x', 'http.body', 'POST'],
  ['method: DELETE', 'http.method', 'GET, HEAD, POST, PUT or OPTIONS'],
  ['headers: { Authorization: "Bearer abc" }', 'http.headers.Authorization', '{{secret:NAME}}'],
  ['headers: { X-Token: "{{secret:other/TOKEN}}" }', 'http.headers.X-Token', '{{secret:NAME}}'],
  ['headers: { X-Any: "{{secret: KEY}}" }', 'http.headers.X-Any', '{{parameter:NAME}}'],
  ['method: POST, body: "{{Secret:KEY}}"', 'http.body', '{{secret:NAME}}'],
])('%s is refused', (http, path, want) => {
  const said = problemsOf(at(http)).map(formatProblem).join('\n');
  expect(said).toContain(path);
  expect(said).toContain(want);
});

test('HTTP/2 is offered in TLS alone', () => {
  const clear = at('http2: true').replace('https://www', 'http://www');
  expect(problemsOf(clear).map(formatProblem).join()).toContain('http2 only with https');
});

test('an address holds no secret', () => {
  const address = plainClient.replace('https://www.example.com/', '"https://www.example.com/?key={{secret:KEY}}"');
  expect(problemsOf(address).map(formatProblem).join()).toContain('no secret in an address');
});

const near = `${plainProvider}places: { lyon: { agent: true } }\n`;
const endpoint = (written: string): string => plainClient.replace('{ http: https://www.example.com/ }', written);

test.each([
  [
    '{ tcp: { at: "a.example.com:6379", send: "AUTH {{secret:REDIS}}\\r\\n", expect: +OK }, places: [lyon] }',
    'AUTH {{secret:vigie/acme/REDIS}}\r\n',
  ],
  ['{ udp: { at: "a.example.com:9000", send: "{{parameter:KEY}}" }, places: [lyon] }', '{{parameter:/vigie/acme/KEY}}'],
  ['{ websocket: { url: "wss://a.example.com/", send: "{{secret:KEY}}", expect: ok } }', '{{secret:vigie/acme/KEY}}'],
])('%s', (written, send) => {
  expect(clientOf(endpoint(written), near).services[0]?.endpoints[0]?.check).toMatchObject({ send });
});

describe('a secret that would be sent in clear', () => {
  const headers = 'headers: { Authorization: "{{secret:KEY}}" }';
  const written = [
    [`http: { url: "http://a.example.com/", ${headers} }`, 'http.url', 'begins with https://'],
    ['http: { url: "http://a.example.com/", method: POST, body: "{{parameter:KEY}}" }', 'http.url', 'https://'],
    [`websocket: { url: "ws://a.example.com/", ${headers} }`, 'websocket.url', 'begins with wss://'],
    ['websocket: { url: "ws://a.example.com/", send: "{{secret:K}}", expect: ok }', 'websocket.url', 'wss://'],
    ['tcp: { at: "a.example.com:6379", send: "{{secret:K}}", expect: ok }', 'tcp.send', 'without secrets'],
    ['udp: { at: "a.example.com:6379", send: "{{secret:K}}" }', 'udp.send', 'without secrets'],
  ] as const;

  test.each(written)('is refused over the internet: %s', (check, path, want) => {
    for (const places of ['', ', places: [home, lyon]'])
      expect(problemsOf(endpoint(`{ ${check}${places} }`), near)).toMatchObject([
        {
          ...{ code: 'contradiction', file: 'clients/acme.yaml', line: 8 },
          path: `services.web.endpoints.www.${path}`,
          want: expect.stringContaining(want),
        },
      ]);
    expect(problemsOf(endpoint(`{ any: [{ ${check} }, { ${check} }] }`), near)).toHaveLength(2);
  });

  test.each(written)('is sent within a network: %s', (check) => {
    expect(problemsOf(endpoint(`{ ${check}, places: [lyon] }`), near)).toEqual([]);
  });

  test.each(written)('and so is everything else, anywhere: %s', (check) => {
    expect(problemsOf(endpoint(`{ ${check.replaceAll(/Authorization|\{\{.*?\}\}/g, 'X-Plain')} }`), near)).toEqual([]);
  });

  test('is nobody’s business on a local AWS', () => {
    const [[check]] = written;
    expect(decodeFolder(filesOf(endpoint(`{ ${check} }`)), { privateAddresses: true }).ok).toBe(true);
  });
});
