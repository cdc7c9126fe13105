import { expect, test } from 'vitest';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { planSchema } from '../../shared/contract/plan.ts';
import { clientOf, filesOf, plainClient, plainProvider, planOf, problemsOf, withTerms } from './folders.ts';

test('the smallest folder is a plan', () => {
  const plan = planOf(plainClient);
  expect(planSchema.parse(plan)).toEqual(plan);
  expect(plan.clients[0]).toMatchObject({
    id: 'acme',
    language: 'en',
    zone: 'Europe/Paris',
    currency: 'EUR',
    agreement: 'client',
    services: [{ id: 'web', versions: [{ from: '2026-01-01', feeMinor: 100_00 }] }],
  });
});

test('an endpoint is known by client, service and name', () => {
  const [service] = clientOf(plainClient).services;
  expect(service?.endpoints[0]).toMatchObject({
    id: 'acme/web/www',
    check: {
      id: 'acme/web/www',
      kind: 'http',
      url: 'https://www.example.com/',
      everyMs: 60_000,
      timeoutMs: 10_000,
      confirm: 2,
      retryMs: 5_000,
      places: ['home'],
      quorum: 'majority',
    },
  });
  expect(service?.compose).toEqual({ kind: 'all', of: [{ kind: 'endpoint', id: 'acme/web/www' }] });
});

const inWeb = (line: string) => plainClient.replace('    fee: 100.00 EUR\n', `    fee: 100.00 EUR\n${line}\n`);
const at = (endpoint: string) => plainClient.replace('{ http: https://www.example.com/ }', endpoint);

test.each([
  ['{ tls: "www.example.com:443" }', { kind: 'tls', host: 'www.example.com', port: 443, validForMs: 0 }],
  [
    '{ tls: { at: "192.0.32.7:443", name: www.example.com, valid-for: 21 d } }',
    { kind: 'tls', host: '192.0.32.7', port: 443, name: 'www.example.com', validForMs: 21 * 86_400_000 },
  ],
  ['{ dns: www.Example.com. }', { kind: 'dns', name: 'www.example.com', type: 'A', expect: [] }],
  ['{ dns: { name: gone.example.com, exists: false } }', { kind: 'dns', expect: 'none' }],
  [
    '{ dns: { name: example.com, type: AAAA, answers: ["2606:4700:0::1"], resolver: "2606:4700::53" } }',
    { type: 'AAAA', expect: ['2606:4700::1'], resolver: { host: '2606:4700::53', port: 53 } },
  ],
  [
    '{ dns: { name: example.com, type: MX, resolver: "ns1.example.com:5353" } }',
    { type: 'MX', resolver: { host: 'ns1.example.com', port: 5353 } },
  ],
  ['{ smtp: "mx.example.com:25" }', { kind: 'mail', protocol: 'smtp', port: 25, encryption: 'starttls' }],
  ['{ imap: "mail.example.com:993" }', { kind: 'mail', protocol: 'imap', encryption: 'tls', validForMs: 0 }],
  [
    '{ pop3: { at: "mail.example.com:110", encryption: none } }',
    { kind: 'mail', protocol: 'pop3', port: 110, encryption: 'none' },
  ],
  ['{ tcp: { at: "a.example.com:22", expect: SSH-2.0 } }', { kind: 'tcp', port: 22, expect: 'SSH-2.0' }],
  [
    '{ tcp: { at: "a.example.com:6379", send: "PING\\r\\n", expect: +PONG } }',
    { kind: 'tcp', send: 'PING\r\n', expect: '+PONG' },
  ],
  [
    '{ websocket: "wss://live.example.com/feed?x=1" }',
    { kind: 'websocket', url: 'wss://live.example.com/feed?x=1', headers: {} },
  ],
  [
    '{ websocket: { url: "ws://live.example.com", headers: { Origin: https://example.com }, protocol: mqtt, send: hi, expect: ho } }',
    {
      url: 'ws://live.example.com/',
      headers: { origin: 'https://example.com' },
      protocol: 'mqtt',
      send: 'hi',
      expect: 'ho',
    },
  ],
  ['{ grpc: "api.example.com:443" }', { kind: 'grpc', host: 'api.example.com', port: 443, service: '', secure: true }],
  [
    '{ grpc: { at: "api.example.com:50051", service: orders.v1.Orders, tls: false } }',
    { kind: 'grpc', port: 50051, service: 'orders.v1.Orders', secure: false },
  ],
  ['{ grpc: { at: "192.0.32.7:443", name: Api.example.com } }', { kind: 'grpc', name: 'api.example.com' }],
  [
    '{ any: [{ tcp: "a.example.com:443" }, { name: Backup, dns: b.example.com }] }',
    {
      kind: 'composite',
      atLeast: 1,
      members: [
        { name: 'a.example.com:443', check: { id: 'acme/web/www#1', kind: 'tcp', timeoutMs: 10_000 } },
        { name: 'Backup', check: { id: 'acme/web/www#2', kind: 'dns' } },
      ],
    },
  ],
  ['{ all: [{ tcp: "a.example.com:443" }, { ntp: a.example.com }], every: 5 min }', { atLeast: 2, everyMs: 300_000 }],
  [
    '{ at-least: 2, of: [{ ntp: a.example.com }, { ntp: b.example.com }, { ntp: c.example.com }] }',
    { kind: 'composite', atLeast: 2, members: [{}, {}, { name: 'c.example.com:123' }] },
  ],
  [
    '{ heartbeat: { every: 1 d, grace: 2 h } }',
    { kind: 'heartbeat', beatEveryMs: 86_400_000, graceMs: 7_200_000, places: ['home'], retryMs: 0 },
  ],
  ['{ heartbeat: { every: 1 h, generation: 2 } }', { generation: 2 }],
  ['{ heartbeat: 1 h }', { beatEveryMs: 3_600_000, graceMs: 360_000 }],
  ['{ heartbeat: 5 min, places: [home] }', { beatEveryMs: 300_000, graceMs: 60_000 }],
  ['{ ntp: ntp.example.com }', { kind: 'ntp', host: 'ntp.example.com', port: 123 }],
  ['{ ntp: "ntp.example.com:1123" }', { kind: 'ntp', port: 1123 }],
  [
    '{ udp: { at: "a.example.com:5060", send: "OPTIONS", expect: "200" } }',
    { kind: 'udp', port: 5060, send: 'OPTIONS', expect: '200' },
  ],
])('%s is a check', (endpoint, check) => {
  expect(clientOf(at(endpoint)).services[0]?.endpoints[0]?.check).toMatchObject(check);
});

test('agents alone send a ping, also to a private address', () => {
  const provider = `${plainProvider}places: { lyon: { agent: true }, nice: { agent: true } }\n`;
  const ping = (places: string) => at(`{ icmp: "10.1.2.3", places: ${places} }`);
  const [endpoint] = clientOf(ping('[nice, lyon]'), provider).services[0]?.endpoints ?? [];
  expect(endpoint?.check).toMatchObject({ kind: 'icmp', host: '10.1.2.3', places: ['lyon', 'nice'] });
  expect(problemsOf(ping('[lyon, home]'), provider).map(({ code }) => code)).toContain('contradiction');
});

test('heartbeats are judged at home, wherever the rest is probed from', () => {
  const provider = `${plainProvider}places: { lyon: { agent: true }, nice: { agent: true } }\nterms: { probe: { places: [lyon] } }\n`;
  const [endpoint] = clientOf(at('{ heartbeat: 1 h }'), provider).services[0]?.endpoints ?? [];
  expect(endpoint?.check.places).toEqual(['home']);
  const [problem, ...others] = problemsOf(at('{ heartbeat: 1 h, places: [lyon] }'), provider);
  expect(problem).toMatchObject({ code: 'contradiction', want: expect.stringContaining('no "places:" but home') });
  expect(others).toEqual([]);
});

test.each([
  [
    'an unknown field is named with the one that was meant',
    plainClient.replace('name: Acme', 'name: Acme\nlangage: fr'),
    'unknown-field',
    3,
    'did you mean "language"?',
  ],
  [
    'a missing name is told at the top of the file',
    plainClient.replace('name: Acme\n', ''),
    'missing-field',
    1,
    'a name',
  ],
  ['a target of 999 is out of range', withTerms('target: 999 %'), 'out-of-range', 10, '100 %'],
  ['a target without its sign says how to write it', withTerms('target: 999'), 'bad-value', 10, '99.9 %'],
  [
    'tiers that overlap name the other one',
    withTerms('credits:\n  - { when: availability < 99 %, pay: 5 % }\n  - { when: availability < 99.5 %, pay: 9 % }'),
    'tier-overlap',
    12,
    'clients/acme.yaml:11',
  ],
  [
    'a bound without a side is ambiguous',
    withTerms('credits:\n  - { when: below 99 %, pay: 5 % }'),
    'ambiguous-bound',
    11,
    '<=',
  ],
  [
    'a hole between bands must be written',
    withTerms(
      'credits:\n  - { when: 99 % <= availability < 99.5 %, pay: 5 % }\n  - { when: availability < 98 %, pay: 9 % }',
    ),
    'tier-gap',
    11,
    'gaps: allowed',
  ],
  ['an unknown zone is near a known one', `zone: Europe/Pari\n${plainClient}`, 'unknown-zone', 1, '"Europe/Paris"'],
  ['an offset is no zone', `zone: "+01:00"\n${plainClient}`, 'unknown-zone', 1, 'IANA'],
  ['an unknown currency is refused', `currency: EUX\n${plainClient}`, 'unknown-currency', 1, '"EUR"'],
  [
    'an amount finer than its currency is refused',
    plainClient.replace('100.00 EUR', '100.005 EUR'),
    'bad-value',
    6,
    '2 decimals',
  ],
  [
    'an amount in another currency is a contradiction',
    plainClient.replace('100.00 EUR', '100 USD'),
    'contradiction',
    6,
    'EUR',
  ],
  ['a service needs a fee', plainClient.replace('    fee: 100.00 EUR\n', ''), 'missing-field', 5, '0 EUR'],
  [
    'a metadata address is refused',
    at('{ http: http://169.254.169.254/latest/ }'),
    'forbidden-address',
    8,
    'cloud metadata',
  ],
  ['a link-local address is refused', at('{ tcp: "[fe80::1]:25" }'), 'forbidden-address', 8, 'link-local'],
  ['a loopback address in disguise is refused', at('{ http: "http://0x7f.1/" }'), 'forbidden-address', 8, '127.0.0.1'],
  ['a private address is refused', at('{ tcp: "10.1.2.3:25" }'), 'forbidden-address', 8, 'private'],
  [
    'a password in an address is refused',
    at('{ http: "https://me:secret@www.example.com/" }'),
    'bad-value',
    8,
    'secrets',
  ],
  [
    'a credential in a header is refused',
    at('{ http: { url: "https://www.example.com/", headers: { Authorization: "Bearer abc" } } }'),
    'bad-value',
    8,
    'secrets',
  ],
  [
    'so is a key of one’s own',
    at('{ http: { url: "https://www.example.com/", headers: { x-api-key: abc } } }'),
    'bad-value',
    8,
    'secrets',
  ],
  [
    'a name does not steer a terminal',
    `name: "Acme\\e[2J"\n${plainClient.replace(/^name:.*\n/m, '')}`,
    'bad-value',
    1,
    'control',
  ],
  ['an address needs its scheme', at('{ http: www.example.com }'), 'bad-value', 8, 'https://'],
  [
    'a private address is refused for TLS too',
    at('{ tls: { at: "10.1.2.3:443" } }'),
    'forbidden-address',
    8,
    'private',
  ],
  ['a page is no WebSocket', at('{ websocket: https://www.example.com/ }'), 'bad-value', 8, 'wss://'],
  ['a WebSocket has no fragment', at('{ websocket: "wss://www.example.com/#a" }'), 'bad-value', 8, 'without "#"'],
  ['nor a private address', at('{ websocket: "wss://10.1.2.3/" }'), 'forbidden-address', 8, 'private'],
  [
    'what opens a WebSocket is not for a contract to say',
    at('{ websocket: { url: "wss://a.example.com", headers: { Sec-WebSocket-Key: abc } } }'),
    'bad-value',
    8,
    'none of the headers',
  ],
  [
    'what is said to a WebSocket is said for an answer',
    at('{ websocket: { url: "wss://a.example.com", send: hi } }'),
    'contradiction',
    8,
    'expect',
  ],
  ['a port is needed for gRPC', at('{ grpc: api.example.com }'), 'bad-value', 8, 'mail.example.com:993'],
  [
    'what is asked in clear has no certificate',
    at('{ grpc: { at: "api.example.com:80", tls: false, name: api.example.com } }'),
    'contradiction',
    8,
    'tls: false',
  ],
  [
    'members alone are not enough: how many of them?',
    at('{ of: [{ ntp: a.example.com }, { ntp: b.example.com }] }'),
    'missing-field',
    8,
    'at-least: 2',
  ],
  ['nor is a number', at('{ at-least: 2 }'), 'missing-field', 8, 'of: ['],
  [
    'no more can be up than there are',
    at('{ at-least: 3, of: [{ ntp: a.example.com }, { ntp: b.example.com }] }'),
    'contradiction',
    8,
    'at most 2',
  ],
  [
    'a member is asked in one way',
    at('{ any: [{ ntp: a.example.com, dns: a.example.com }, { ntp: b.example.com }] }'),
    'contradiction',
    8,
    'one member for each',
  ],
  [
    'a member asks something',
    at('{ any: [{ name: A }, { ntp: b.example.com }] }'),
    'missing-field',
    8,
    'what to probe',
  ],
  ['one member is an endpoint', at('{ any: [{ ntp: a.example.com }] }'), 'out-of-range', 8, '2 to 10 members'],
  [
    'no composite holds another',
    at('{ any: [{ all: [{ ntp: a.example.com }] }, { ntp: b.example.com }] }'),
    'unknown-field',
    8,
    '',
  ],
  [
    'a member keeps to the internet too',
    at('{ any: [{ tcp: "10.1.2.3:25" }, { ntp: b.example.com }] }'),
    'forbidden-address',
    8,
    'private',
  ],
  ['a heartbeat is no second', at('{ heartbeat: 30 s }'), 'out-of-range', 8, 'from 1 min to 400 d'],
  [
    'no generation is the noughth',
    at('{ heartbeat: { every: 1 h, generation: 0 } }'),
    'out-of-range',
    8,
    'from 1 to 999',
  ],
  ['nor is it probed', at('{ heartbeat: 1 h, ntp: a.example.com }'), 'contradiction', 8, 'not both'],
  ['Lambda sends no ping', at('{ icmp: www.example.com }'), 'contradiction', 8, 'home is AWS Lambda, which cannot'],
  ['a port is needed for TLS', at('{ tls: www.example.com }'), 'bad-value', 8, 'mail.example.com:993'],
  [
    'a name has no scheme',
    at('{ tls: { at: "a.example.com:1", name: "https://a" } }'),
    'bad-value',
    8,
    'www.example.com',
  ],
  [
    'what is left of a certificate has a unit',
    at('{ tls: { at: "a.example.com:1", valid-for: 14 } }'),
    'wrong-kind',
    8,
    'duration',
  ],
  ['a record has a type that there is', at('{ dns: { name: a.example.com, type: AA } }'), 'bad-value', 8, 'AAAA'],
  ['a web address is no name', at('{ dns: "https://a.example.com" }'), 'bad-value', 8, 'www.example.com'],
  [
    'what does not exist has no answers',
    at('{ dns: { name: a.example.com, exists: false, answers: ["192.0.32.7"] } }'),
    'contradiction',
    8,
    'exists: false',
  ],
  [
    'a resolver at a metadata address is refused',
    at('{ dns: { name: a.example.com, resolver: 169.254.169.254 } }'),
    'forbidden-address',
    8,
    'cloud metadata',
  ],
  ['a port is needed for mail', at('{ smtp: mail.example.com }'), 'bad-value', 8, 'mail.example.com:993'],
  ['a private mail server is refused', at('{ imap: { at: "10.1.2.3:143" } }'), 'forbidden-address', 8, 'private'],
  [
    'no certificate lasts where there is none',
    at('{ pop3: { at: "a.example.com:110", encryption: none, valid-for: 3 d } }'),
    'contradiction',
    8,
    'no certificate',
  ],
  [
    'what is sent wants an answer',
    at('{ tcp: { at: "a.example.com:6379", send: "PING" } }'),
    'contradiction',
    8,
    'expect',
  ],
  ['a private time server is refused', at('{ ntp: 10.1.2.3 }'), 'forbidden-address', 8, 'private'],
  ['UDP needs something to say', at('{ udp: { at: "a.example.com:5060" } }'), 'missing-field', 8, 'a text'],
  ['a port is needed for tcp', at('{ tcp: mail.example.com }'), 'bad-value', 8, 'mail.example.com:993'],
  [
    'one endpoint is probed one way',
    at('{ http: "https://a.example.com", tcp: "a.example.com:1" }'),
    'contradiction',
    8,
    'http or tcp',
  ],
  [
    'forty seconds are no interval',
    at('{ http: "https://a.example.com", every: 40 s }'),
    'out-of-range',
    8,
    'whole minutes',
  ],
  [
    'an endpoint that does not exist cannot be composed',
    inWeb('    up-when: { any: [www, ww2] }'),
    'unknown-reference',
    7,
    '"www"',
  ],
  [
    'more endpoints than there are cannot be up',
    inWeb('    up-when: { at-least: 2, of: [www] }'),
    'contradiction',
    7,
    'at most 1',
  ],
  ['a tier must be one of the provider’s', inWeb('    tier: gold'), 'unknown-reference', 7, 'provider.yaml'],
  [
    'the same name twice in a block names the first',
    `${plainClient}  web:\n    fee: 1 EUR\n`,
    'duplicate-id',
    9,
    'once',
  ],
  ['a tab is told as a tab', plainClient.replace('  web:', '\tweb:'), 'syntax', 5, 'spaces'],
  ['a second document is refused', `${plainClient}---\nid: other\n`, 'syntax', 9, 'one document'],
  ['an alias to nothing is refused', `${plainClient}notify: *everybody\n`, 'syntax', 9, 'anchor'],
  [
    'a day that the calendar lacks is refused',
    plainClient.replace('2026-01-01', '2026-02-30'),
    'bad-value',
    3,
    'calendar',
  ],
  [
    'an end before the beginning names both',
    `until: 2025-01-01\n${plainClient}`,
    'contradiction',
    1,
    'clients/acme.yaml:4',
  ],
  [
    'changes must follow one another',
    `${plainClient}    changes:\n      - { from: 2026-03-01, fee: 2 EUR }\n      - { from: 2026-02-01, fee: 3 EUR }\n`,
    'contradiction',
    11,
    'clients/acme.yaml:10',
  ],
  [
    'bytes that are not UTF-8 are told with their line',
    plainClient.replace('Acme', 'Acm\uFFFD'),
    'encoding',
    2,
    'UTF-8',
  ],
  ['a file that is no block of fields is refused', '- 1\n- 2\n', 'wrong-kind', 1, 'block of fields'],
  ['an empty file is refused', '', 'missing-field', 1, 'block of fields'],
])('%s', (_, client, code, line, want) => {
  const problems = problemsOf(client);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code, file: 'clients/acme.yaml', line });
  expect(problems[0]?.want).toContain(want);
});

test('every problem of every file comes at once, in the order of their lines', () => {
  const bad = withTerms(
    'target: 999 %\ncredits:\n  - { when: availability < 99 %, pay: 5 % }\n  - { when: availability < 99.5 %, pay: 9 % }',
  )
    .replace('name: Acme', 'name: Acme\nzone: Europe/Pariss\ncurrency: EUX\nnotfy: []')
    .replace('https://www.example.com/', 'http://169.254.169.254/');
  const decoded = decodeFolder([
    ...filesOf(bad, plainProvider.replace('language: en', 'language: de')),
    { path: 'clients/zeta.yaml', text: plainClient },
  ]);
  expect(decoded.ok ? [] : decoded.problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
    'clients/acme.yaml:3 unknown-zone',
    'clients/acme.yaml:4 unknown-currency',
    'clients/acme.yaml:5 unknown-field',
    'clients/acme.yaml:11 forbidden-address',
    'clients/acme.yaml:13 out-of-range',
    'clients/acme.yaml:16 tier-overlap',
    'clients/zeta.yaml:1 duplicate-id',
    'provider.yaml:3 bad-value',
  ]);
});

test('a folder without provider or clients says what is missing', () => {
  const decoded = decodeFolder([]);
  expect(decoded.ok ? [] : decoded.problems.map(({ code, file }) => [code, file])).toEqual([
    ['missing-file', 'clients/'],
    ['missing-file', 'provider.yaml'],
  ]);
});

test('private addresses pass where probers can reach them, metadata never does', () => {
  const local = (url: string) => decodeFolder(filesOf(at(`{ http: "${url}" }`)), { privateAddresses: true }).ok;
  expect(local('http://127.0.0.1:8080/')).toBe(true);
  expect(local('http://10.0.0.7/')).toBe(true);
  expect(local('http://169.254.169.254/')).toBe(false);
  expect(local('http://[::ffff:169.254.169.254]/')).toBe(false);
  expect(local('http://metadata.google.internal/')).toBe(false);
});

test('a problem in a tier that nobody has yet is still a problem', () => {
  const tiers =
    'tiers:\n  gold:\n    name: Gold\n    terms:\n      credits:\n        - { when: availability < 98 %, pay: 1 % }\n        - { when: availability < 99 %, pay: 2 % }\n';
  expect(problemsOf(plainClient, plainProvider + tiers)).toMatchObject([
    { code: 'tier-overlap', file: 'provider.yaml', line: 12 },
  ]);
});

test('a problem in the provider’s terms is told once, not once a client', () => {
  const decoded = decodeFolder([
    ...filesOf(plainClient, `${plainProvider}terms: { hours: { weekly: ["mon 08:00-09:00"], holidays: [fr] } }\n`),
    { path: 'clients/b.yaml', text: plainClient.replace('acme', 'b') },
  ]);
  expect(decoded.ok ? 0 : decoded.problems.length).toBe(1);
});

test('a tier’s amounts are judged in the currency of who uses it', () => {
  const tiers = 'tiers:\n  gold: { name: Gold, terms: { limits: { minimum: 1.00 USD } } }\n';
  expect(problemsOf(plainClient, plainProvider + tiers)).toEqual([]);
  const used = problemsOf(plainClient.replace('since:', 'tier: gold\nsince:'), plainProvider + tiers);
  expect(used).toMatchObject([{ code: 'contradiction', file: 'provider.yaml', line: 7 }]);
});

test('a severity in the catalogue must be one of the provider’s', () => {
  const services = 'services:\n  mail: { name: Mail, severity: urgent }\n';
  expect(problemsOf(plainClient, plainProvider + services)).toMatchObject([
    { code: 'unknown-reference', file: 'provider.yaml', line: 7 },
  ]);
});

test('a service cannot begin after the agreement has ended', () => {
  const late = plainClient.replace('    fee:', '    since: 2026-07-01\n    fee:');
  expect(problemsOf(`until: 2026-06-01\n${late}`)).toMatchObject([
    { code: 'contradiction', path: 'services.web.since' },
  ]);
});

test.each([
  ['A', 'www.example.com', '192.0.2.1'],
  ['AAAA', '192.0.32.7', '2001:db8::1'],
  ['MX', 'mail.example.com', '10 mail.example.com'],
  ['SRV', '10 sip.example.com', '10 5 5060 sip.example.com'],
  ['NS', '10 ns1.example.com', 'www.example.com'],
  ['CAA', '0 issue "letsencrypt.org"', '0 issue letsencrypt.org'],
  ['SOA', 'ns1.example.com', 'ns1.example.com hostmaster.example.com 7 3600 600 86400 300'],
])('an answer that no record %s could be is refused, not waited for: %s', (type, answer, like) => {
  const dns = (record: string) =>
    decodeFolder(filesOf(at(`{ dns: { name: a.example.com, type: ${type}, answers: ['${record}'] } }`)));
  const refused = dns(answer);
  expect(refused.ok ? [] : refused.problems).toMatchObject([
    { code: 'bad-value', want: `a record ${type} such as "${like}"` },
  ]);
  expect(dns(like).ok).toBe(true);
});
