import { expect, test } from 'vitest';
import { readFolder } from '../../cli/read-folder.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { overPromised } from '../../shared/contract/over-promised.ts';
import { review } from '../../shared/contract/review.ts';
import { evidenceSchema } from '../../shared/measure/evidence.ts';
import { clientOf, plainClient, plainProvider, planOf, withTerms } from './folders.ts';

const told = 'notify: [{ email: it@acme.example }]\n';
const codes = (client: string, provider?: string) => review(planOf(told + client, provider)).map(({ code }) => code);

test.each([
  ['a target that the sampling cannot prove', 'target: 99.999 %', 'unprovable-target'],
  ['a target that slow probes cannot prove', 'target: 99.99 %\nprobe: { every: 5 min }', 'unprovable-target'],
  ['a maintenance cap as large as the month', 'maintenance: { cap: 28 d per month }', 'cap-over-period'],
  [
    'a cap as large as the service hours of the month',
    'maintenance: { cap: 40 h per month }\nhours: { weekly: ["mon 08:00-18:00"] }',
    'cap-over-period',
  ],
  [
    'a band that another one covers',
    'credits:\n  main:\n    overlap: first\n    bands: [{ when: availability < 99.9 %, pay: 9 % }, { when: availability < 99 %, pay: 20 % }]',
    'tier-never-applies',
  ],
  [
    'a worse month that pays less',
    'credits: [{ when: availability < 99.9 %, pay: 20 % }, { when: availability < 99 %, pay: 10 % }]',
    'tier-pays-less',
  ],
  [
    'a band over the cap',
    'credits: [{ when: availability < 99.9 %, pay: 60 % }]\nlimits: { cap: 50 % }',
    'tier-over-cap',
  ],
  [
    'a breach that owes nothing',
    'target: 99.9 %\ncredits: [{ when: availability < 99 %, pay: 10 % }]',
    'breach-without-credit',
  ],
  [
    'a credit for a promise that was kept',
    'target: 99 %\ncredits:\n  main: { bands: [{ when: 99.5 % <= availability < 100 %, pay: 1 % }, { when: availability < 99.5 %, pay: 2 % }] }',
    'credit-without-breach',
  ],
  [
    'response times that nobody can be reached for',
    'response:\n  critical: { response: 1 h }',
    'response-without-contact',
  ],
  [
    'a window outside the hours of maintenance',
    'maintenance:\n  within: { weekly: ["sun 01:00-06:00"] }\n  windows:\n    late: { rule: FREQ=MONTHLY;BYDAY=1SU, first: 2026-01-04, at: "09:00", for: 1 h }',
    'window-outside-hours',
  ],
])('%s is found', (_, terms, code) => {
  expect(codes(withTerms(terms))).toEqual([code]);
});

test('a promise that nothing measures is found', () => {
  const bare = plainClient.replace(
    '    endpoints:\n      www: { http: https://www.example.com/ }\n',
    '    terms: { target: 99 % }\n',
  );
  expect(codes(bare)).toEqual(['no-endpoint']);
});

test('a client whom nobody tells anything is found', () => {
  expect(review(planOf(plainClient)).map(({ code }) => code)).toEqual(['nobody-told', 'nobody-told']);
});

test('an IPv6 address that AWS is to probe is found, and one that an agent probes is not', () => {
  const of = (url: string, more = '') =>
    codes(plainClient.replace('{ http: https://www.example.com/ }', `{ http: "${url}"${more} }`), agents);
  const agents = `${plainProvider}places: { lyon: { agent: true } }\n`;
  expect(of('https://[2606:4700::1111]/')).toEqual(['no-ipv6']);
  expect(of('https://[2606:4700::1111]/', ', places: [lyon]')).toEqual([]);
  expect(of('https://1.1.1.1/')).toEqual([]);
});

test('a contact who cannot be reached is found', () => {
  expect(codes(plainClient, `${plainProvider}contacts: { eve: { name: Eve } }\n`)).toEqual(['unreachable-contact']);
});

test.each(['examples/atelier-ops'])('%s has nothing to find', async (folder) => {
  const decoded = decodeFolder(await readFolder(folder));
  expect(decoded.ok ? review(decoded.value).filter(({ code }) => code !== 'nobody-told') : decoded.problems).toEqual(
    [],
  );
});

test('a promise that the past would have broken is told with its price', () => {
  const client = clientOf(
    withTerms('target: 99.9 %\ncredits: [{ when: availability < 99.9 %, pay: 10 % }]').replace(
      'since: 2026-01-01',
      'since: 2026-11-01',
    ),
  );
  const month = (period: string, minutes: number) => {
    const start = Date.parse(`${period}-10T10:00Z`);
    const outages = minutes > 0 ? [{ start, end: start + minutes * 60_000 }] : [];
    const evidence = evidenceSchema.parse({
      schema: 1,
      endpoints: { 'acme/web/www': { outages } },
      maintenance: [],
      exclusions: [],
      incidents: [],
      requests: {},
      deliveries: [],
      history: {},
      contractHistory: { creditedThisYearMinor: 0, owedEverMinor: 0 },
      fees: {},
      claims: {},
    });
    return { period, evidence };
  };
  expect(overPromised(client, [month('2026-08', 0), month('2026-09', 50), month('2026-10', 30)])).toEqual([
    {
      code: 'over-promised',
      client: 'acme',
      service: 'web',
      term: 'target',
      text: 'the promise would have been broken in 1 of the last 3 months measured (2026-09), for 10.00 EUR of credits',
    },
  ]);
});
