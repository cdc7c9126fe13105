import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFolder } from '../../cli/read-folder.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { SourceFile } from '../../shared/contract/source.ts';
import { filesOf, plainClient, plainProvider, withTerms } from './folders.ts';

const provider = `${plainProvider}holidays: { france: holidays/france.ics, office: [2026-12-24] }\n`;
const client = `${plainClient}    terms: { target: 99 %, hours: { weekly: ["mon-fri 08:00-18:00"], holidays: [france, office] } }\n`;
const day = (uid: string, ...lines: readonly string[]) => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT'];
const calendar = (...lines: readonly string[]): SourceFile => ({
  path: 'holidays/france.ics',
  text: ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
});
const bastille = day('bastille', 'DTSTART;VALUE=DATE:20000714', 'RRULE:FREQ=YEARLY', 'SUMMARY:Fête nationale');

const decoded = (files: readonly SourceFile[]) => decodeFolder(files);
const holidays = (files: readonly SourceFile[]): readonly string[] | undefined => {
  const plan = decoded(files);
  if (!plan.ok) throw new Error(JSON.stringify(plan.problems));
  const measure = plan.value.clients[0]?.services[0]?.versions[0]?.terms.clauses[0]?.measure;
  return measure?.kind === 'time' ? measure.hours?.holidays : undefined;
};
const problems = (files: readonly SourceFile[]) => {
  const plan = decoded(files);
  return plan.ok ? [] : plan.problems;
};

test('days that recur are written out from the first since to five years past the newest day', () => {
  const easter = day('easter', 'DTSTART;VALUE=DATE:20260406');
  const gone = day('gone', 'DTSTART;VALUE=DATE:20260407', 'STATUS:CANCELLED');
  expect(holidays([...filesOf(client, provider), calendar(...bastille, ...easter, ...gone)])).toEqual([
    '2026-04-06',
    '2026-07-14',
    '2026-12-24',
    '2027-07-14',
    '2028-07-14',
    '2029-07-14',
    '2030-07-14',
    '2031-07-14',
  ]);
});

test('a change of terms carries the years on', () => {
  const changed = `${client}    changes: [{ from: 2028-02-01, terms: { target: 99.5 % } }]\n`;
  expect(holidays([...filesOf(changed, provider), calendar(...bastille)])?.at(-1)).toBe('2033-07-14');
});

test('a calendar of several days gives each of them', () => {
  const bridge = day('bridge', 'DTSTART;VALUE=DATE:20260514', 'DTEND;VALUE=DATE:20260516');
  expect(holidays([...filesOf(client, provider), calendar(...bridge)])).toEqual([
    '2026-05-14',
    '2026-05-15',
    '2026-12-24',
  ]);
});

test.each([
  {
    name: 'hours in place of days',
    lines: day('a', 'DTSTART:20260101T100000Z', 'DURATION:PT1H'),
    want: { code: 'bad-value', line: 3 },
  },
  {
    name: 'a rule that nobody knows',
    lines: day('a', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=HOURLY'),
    want: { code: 'bad-value', line: 6 },
  },
  {
    name: 'a day that the calendar has not',
    lines: day('a', 'DTSTART;VALUE=DATE:20260231'),
    want: { code: 'bad-value', line: 5 },
  },
  {
    name: 'each day',
    lines: day('a', 'DTSTART;VALUE=DATE:19990101', 'RRULE:FREQ=DAILY'),
    want: { code: 'too-large', line: 6 },
  },
  { name: 'what is not UTF-8', lines: day('a', 'SUMMARY:\uFFFD'), want: { code: 'encoding', line: 5 } },
])('$name is told with the file and the line', ({ lines, want }) => {
  expect(problems([...filesOf(client, provider), calendar(...lines)])).toMatchObject([
    { ...want, file: 'holidays/france.ics', path: 'holidays.france' },
  ]);
});

test('a calendar that is not there is told where it is named', () => {
  expect(problems(filesOf(client, provider))).toMatchObject([
    { code: 'missing-file', file: 'provider.yaml', line: 6, saw: '"holidays/france.ics"' },
  ]);
});

test.each(['../secret.ics', '/etc/passwd', 'clients/a.ics', 'france.csv'])('%s is no calendar beside it', (path) => {
  const wrong = provider.replace('holidays/france.ics', path);
  expect(problems([...filesOf(client, wrong), calendar(...bastille)])).toMatchObject([{ code: 'bad-value', line: 6 }]);
});

test('a folder brings its calendars along', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-holidays-'));
  for (const folder of ['clients', 'holidays']) mkdirSync(join(dir, folder));
  for (const { path, text } of [...filesOf(client, provider), calendar(...bastille)])
    writeFileSync(join(dir, path), text);
  expect(decoded(await readFolder(dir)).ok).toBe(true);
});

test.each([
  { name: 'a day with a letter too many', day: '2026-a05-01' },
  { name: 'a year and no more', day: '2026-' },
])('$name is no holiday', ({ day }) => {
  const text = withTerms(`target: 99 %\nhours: { weekly: ["mon-fri 08:00-19:00"], holidays: ["${day}"] }`);
  expect(problems(filesOf(text)).map(({ saw }) => saw)).toEqual([expect.stringContaining(day)]);
});
