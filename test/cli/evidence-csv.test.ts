import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceFromCsv } from '../../cli/evidence-csv.ts';
import { csvKinds } from '../../cli/evidence-kinds.ts';
import { exits } from '../../cli/refusal.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { clientOf } from '../contract/folders.ts';
import { examplesDir, run } from './run.ts';

const client = clientOf(`id: acme
name: Acme
since: 2025-01-01
services:
  mail:
    fee: 100.00 EUR
    severity: critical
    endpoints:
      smtp: { tcp: "mail.example.com:25" }
      web: { http: https://mail.example.com/ }
    terms:
      target: 99.9 %
      maintenance: { notice: 48 h }
      credits:
        - { when: availability < 99.9 %, pay: 10 % }
      response: { critical: { response: 5 min } }
      clauses:
        errors:
          requests: { mode: mean, interval: 5 min, empty: good }
          target: 99.99 %
          credits:
            - { when: availability < 99.99 %, pay: 5 % }
      limits: { year-cap: 2 % }
`);
const read = (text: string) => evidenceFromCsv(text, 'october.csv', client);
const problems = (text: string): string[] => {
  const decoded = read(text);
  return decoded.ok ? [] : decoded.problems.map(formatProblem);
};
const page = readFileSync('docs/formats.md', 'utf8');
const example = /```csv\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'vigie-csv-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const at = (iso: string): number => Date.parse(`${iso}:00+02:00`);
const whole = {
  endpoints: {
    'acme/mail/smtp': { outages: [{ start: at('2026-10-14T10:00'), end: at('2026-10-14T11:20') }] },
    'acme/mail/web': { outages: [] },
  },
  maintenance: [
    {
      ...{ id: 'm1', start: at('2026-10-14T09:00'), end: at('2026-10-14T10:30'), declaredAt: at('2026-10-10T18:00') },
      ...{ kind: 'scheduled', services: ['mail'], by: 'Nadia', reason: 'Storage upgrade, rack 4' },
    },
  ],
  incidents: [
    {
      ...{ id: 'T-17', service: 'mail', severity: 'critical', openedAt: at('2026-10-14T10:05'), pauses: [] },
      ...{ respondedAt: at('2026-10-14T10:15'), resolvedAt: at('2026-10-14T11:20') },
    },
  ],
  requests: {
    mail: {
      usual: { total: 1000, failed: 0 },
      runs: [{ start: at('2026-10-20T12:00'), end: at('2026-10-20T12:10'), total: 1000, failed: 800 }],
    },
  },
  history: { mail: { periods: [], creditedThisYearMinor: 1250, owedEverMinor: 1250, maintenanceUsedMs: 0 } },
  contractHistory: { creditedThisYearMinor: 1250, owedEverMinor: 1250 },
};

test.each([
  { name: 'commas', text: example },
  {
    name: 'semicolons, a mark and the line ends of Windows',
    text: `\uFEFF${example.replace('upgrade, rack', 'upgrade# rack').replaceAll(',', ';').replace('#', ',').replaceAll('\n', '\r\n')}`,
  },
  { name: 'milliseconds', text: example.replace('2026-10-14 11:20,,,,,,,,,,', `${at('2026-10-14T11:20')},,,,,,,,,,`) },
  { name: 'offsets', text: example.replaceAll(/(2026-10-\d\d) (\d\d:\d\d)/g, '$1T$2:00+02:00') },
])('the same facts as JSON and as CSV, with $name, give the same bytes', async ({ text }) => {
  const contract = write('acme.json', JSON.stringify(client));
  const simulate = (evidence: string) =>
    run(['simulate', '--contract', contract, '--evidence', evidence, '--period', '2026-10']);
  const [json, csv] = [await simulate(write('o.json', JSON.stringify(whole))), await simulate(write('o.csv', text))];
  expect(csv).toEqual(json);
  expect(JSON.parse(csv.out)).toMatchObject({ status: 'ready', creditMinor: 11_50 }); // 15.00, and 12.50 of 24.00 are used up
});

test('the page names every kind and every column of it', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| ([^|]*)\|$/gm)].map(
    ([, kind = '', must = '', may = '']) => [
      kind,
      { must: must.match(/[a-z]+/g) ?? [], may: may.match(/[a-z]+/g) ?? [] },
    ],
  );
  expect(Object.fromEntries(rows)).toMatchObject(csvKinds);
});

test('every kind is read', () => {
  const decoded = read(
    [
      'kind,id,service,endpoint,place,state,type,start,end,declared,count,amount,due,done,by,reason,affected,confirmed,ticket',
      'samples,,,mail/smtp,eu,up,,2026-10-01 00:00,2026-10-02 00:00,,1441',
      'outage,,,acme/mail/web,,,,2026-10-25T02:30:00+02:00,2026-10-25T02:30:00+01:00,,,,,,,,25 %,2026-10-25 02:31,2026-10-25 02:40',
      'exclusion,e1,,,,,third-party,2026-10-03 00:00,2026-10-03 01:00,2026-10-04 00:00,,,,,Ada,"the ""other"" line"',
      'delivery,d1,mail,,,,,,,,,99.90,2026-10-05,2026-10-06,,',
      'fee,,mail,,,,,,,,,120.00',
      'claim,,mail,,,,,2026-11-02 09:00',
      'credited,,,,,,,,,,,5',
    ].join('\n'),
  );
  expect(decoded.ok ? decoded.value : decoded.problems).toMatchObject({
    endpoints: {
      'acme/mail/smtp': { places: { eu: [{ state: 'up', count: 1441 }] } },
      'acme/mail/web': {
        outages: [{ affected: '1/4', start: at('2026-10-25T02:30'), end: at('2026-10-25T02:30') + 3_600_000 }],
      },
    },
    exclusions: [{ id: 'e1', kind: 'third-party', reason: 'the "other" line' }],
    deliveries: [{ id: 'd1', valueMinor: 9990, due: '2026-10-05' }],
    fees: { mail: 12_000 },
    claims: { mail: at('2026-11-02T10:00') },
    contractHistory: { creditedThisYearMinor: 500 },
  });
});

describe('what is wrong is told with its line, its column and the mend', () => {
  test.each([
    { name: 'no kind', text: 'start,end\n', want: /^october\.csv:1 {2}kind {2}missing-field/ },
    { name: 'an empty file', text: '', want: /^october\.csv:1 {2}kind {2}missing-field/ },
    {
      name: 'a column that is none',
      text: 'kind,startt\n',
      want: /:1:2 {2}startt {2}unknown-field: .*did you mean "start"/,
    },
    { name: 'a column twice', text: 'kind,start,start\n', want: /:1:3 {2}start {2}duplicate-id/ },
    {
      name: 'a kind that is none',
      text: 'kind,start\noutige,\n',
      want: /:2:1 {2}kind {2}bad-value: .*did you mean "outage"/,
    },
    {
      name: 'a cell that is missing',
      text: 'kind,endpoint,start,end\noutage,all,2026-10-01 00:00,\n',
      want: /:2:4 {2}end {2}missing-field/,
    },
    {
      name: 'a cell that says nothing',
      text: 'kind,endpoint,reason\nwatched,all,because\n',
      want: /:2:3 {2}reason {2}unknown-field: saw "because", want nothing/,
    },
    {
      name: 'a spreadsheet’s own dates',
      text: 'kind,endpoint,start,end\noutage,all,13/10/2026 18:00,2026-10-13 19:00\n',
      want: /:2:3 {2}start {2}bad-value: .*2026-10-13 18:00/,
    },
    {
      name: 'a day that the calendar has not',
      text: 'kind,endpoint,start,end\noutage,all,2026-02-30 18:00,2026-10-13 19:00\n',
      want: /:2:3 {2}start {2}bad-value/,
    },
    {
      name: 'an end before its start',
      text: 'kind,endpoint,start,end\noutage,all,2026-10-13 18:00,2026-10-13 17:00\n',
      want: /:2:4 {2}end {2}contradiction/,
    },
    {
      name: 'an endpoint that nobody has',
      text: 'kind,endpoint\nwatched,mail/smpt\n',
      want: /:2:2 {2}endpoint {2}unknown-reference: .*did you mean "mail\/smtp"/,
    },
    {
      name: 'a service that nobody has',
      text: 'kind,service,amount\nfee,male,1\n',
      want: /:2:2 {2}service {2}unknown-reference/,
    },
    { name: 'half a cent', text: 'kind,service,amount\nfee,mail,1.005\n', want: /:2:3 {2}amount {2}bad-value/ },
    {
      name: 'a comma before the cents',
      text: 'kind;service;amount\nfee;mail;1,50\n',
      want: /:2:3 {2}amount {2}bad-value/,
    },
    {
      name: 'a second fee',
      text: 'kind,service,amount\nfee,mail,1\nfee,mail,2\n',
      want: /:3:2 {2}service {2}duplicate-id/,
    },
    {
      name: 'outages beside samples',
      text: 'kind,endpoint,place,state,start,end,count\nwatched,mail/smtp,,,,,\nsamples,mail/smtp,eu,up,2026-10-01 00:00,2026-10-02 00:00,9\n',
      want: /:3:1 {2}kind {2}contradiction/,
    },
    {
      name: 'a pause of nothing',
      text: 'kind,id,start,end\npause,T9,2026-10-01 00:00,2026-10-01 01:00\n',
      want: /:2:2 {2}id {2}unknown-reference/,
    },
    { name: 'more cells than columns', text: 'kind,endpoint\nwatched,all,x\n', want: /:2 {2}bad-value: saw 3 cells/ },
    { name: 'a quote that does not end', text: 'kind,endpoint\nwatched,"all\n', want: /:\d {2}syntax/ },
    { name: 'what is not UTF-8', text: 'kind,endpoint\nwatched,\uFFFD\n', want: /:2 {2}encoding/ },
  ])('$name', ({ text, want }) => expect(problems(text)[0]).toMatch(want));

  test('the line of a row is the one that it begins on, after texts of several lines', () => {
    const rows =
      'kind,endpoint,start,end,id,declared,by,reason\nmaintenance,,2026-10-01 00:00,2026-10-01 01:00,m,2026-09-01 00:00,Ada,"two\nlines"\n';
    expect(problems(`${rows}\nnothing,,,,,,,\nnothing,,,,,,,"a\nb"\n`).map((one) => one.split('  ')[0])).toEqual([
      'october.csv:5:1',
      'october.csv:6:1',
    ]);
  });

  test('through the command, nothing is settled', async () => {
    const evidence = write('wrong.csv', 'kind,endpoint\nwatched,nope\n');
    const contract = `${examplesDir}/clients/cooperative-des-vergers.yaml`;
    const argv = ['simulate', '--contract', contract, '--evidence', evidence, '--period', '2026-10'];
    expect(await run(argv)).toMatchObject({
      code: exits.problems,
      out: '',
      err: expect.stringContaining('wrong.csv:2:2'),
    });
    const line = JSON.stringify({
      id: 1,
      contract: join(process.cwd(), contract),
      evidence: 'wrong.csv',
      period: '2026-10',
    });
    const { out } = await run(['simulate', '--batch', write('cases.jsonl', line)]);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: expect.stringContaining('wrong.csv:2:2') });
  });

  test('anything at all is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const decoded = read(`kind,endpoint,start,end\n${text}`);
        if (!decoded.ok) expect(decoded.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
