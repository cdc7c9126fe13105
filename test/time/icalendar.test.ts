import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOf, expandCalendar } from '../../shared/time/icalendar-expand.ts';
import { readCalendar } from '../../shared/time/icalendar-read.ts';
import { interval } from '../../shared/time/span.ts';

const file = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: readonly string[]): string[] => ['BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT'];
const year = interval(Date.parse('2026-01-01T00:00Z'), Date.parse('2027-01-01T00:00Z'));

const expanded = (text: string, span = year, most = 400) => {
  const read = readCalendar(text, 'Europe/Paris');
  if (!read.ok)
    throw new Error(read.faults.map(({ line, saw, want }) => `${line}: saw ${saw}, want ${want}`).join('\n'));
  const all = expandCalendar(read.events, span, most);
  if (!all.ok) throw new Error(all.faults.map(({ line, saw }) => `${line}: saw ${saw}`).join('\n'));
  return all.value.occurrences;
};
const short = (at: number): string => new Date(at).toISOString().slice(0, 16);
const told = (text: string, span = year): string[] =>
  expanded(text, span).map(({ start, end }) => `${short(start)} ${short(end)}`);

describe('an event', () => {
  test.each([
    {
      name: 'is on the clock of its zone',
      lines: ['DTSTART;TZID=America/New_York:20261130T220000', 'DTEND;TZID=America/New_York:20261201T000000'],
      want: ['2026-12-01T03:00 2026-12-01T05:00'],
    },
    {
      name: 'is in UTC with a Z',
      lines: ['DTSTART:20261130T220000Z', 'DURATION:PT1H30M'],
      want: ['2026-11-30T22:00 2026-11-30T23:30'],
    },
    {
      name: 'that floats is on the reader’s clock',
      lines: ['DTSTART:20261130T220000', 'DURATION:PT1H'],
      want: ['2026-11-30T21:00 2026-11-30T22:00'],
    },
    {
      name: 'of a day is a day of the reader’s, 25 hours where the clock goes back',
      lines: ['DTSTART;VALUE=DATE:20261025'],
      want: ['2026-10-24T22:00 2026-10-25T23:00'],
    },
    {
      name: 'of several days ends before its DTEND',
      lines: ['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261226'],
      want: ['2026-12-23T23:00 2026-12-25T23:00'],
    },
    {
      name: 'may name its zone as Windows does',
      lines: ['DTSTART;TZID=Romance Standard Time:20261130T220000', 'DURATION:PT1H'],
      want: ['2026-11-30T21:00 2026-11-30T22:00'],
    },
    {
      name: 'may name its zone at the end of a path',
      lines: ['DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20261130T220000', 'DURATION:PT1H'],
      want: ['2026-11-30T21:00 2026-11-30T22:00'],
    },
    {
      name: 'that recurs keeps its wall clock, and leaves out what is excepted',
      lines: [
        'DTSTART;TZID=Europe/Paris:20260906T020000',
        'DURATION:PT2H',
        'RRULE:FREQ=MONTHLY;BYDAY=1SU;COUNT=4',
        'EXDATE;TZID=Europe/Paris:20261004T020000',
      ],
      want: [
        '2026-09-06T00:00 2026-09-06T02:00',
        '2026-11-01T01:00 2026-11-01T03:00',
        '2026-12-06T01:00 2026-12-06T03:00',
      ],
    },
    {
      name: 'may have dates of its own',
      lines: ['DTSTART:20261001T100000Z', 'DURATION:PT1H', 'RDATE:20261005T100000Z,20261009T100000Z'],
      want: [
        '2026-10-01T10:00 2026-10-01T11:00',
        '2026-10-05T10:00 2026-10-05T11:00',
        '2026-10-09T10:00 2026-10-09T11:00',
      ],
    },
    {
      name: 'whose rule ends at a floating time ends on its own clock',
      lines: ['DTSTART;TZID=Europe/Paris:20261130T220000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;UNTIL=20261201T220000'],
      want: ['2026-11-30T21:00 2026-11-30T22:00', '2026-12-01T21:00 2026-12-01T22:00'],
    },
    {
      name: 'that is cancelled is none',
      lines: ['DTSTART:20261130T220000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'],
      want: [],
    },
    {
      name: 'that can never happen happens once',
      lines: ['DTSTART;VALUE=DATE:20260131', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
      want: ['2026-01-30T23:00 2026-01-31T23:00'],
    },
  ])('$name', ({ lines, want }) => expect(told(file(...event(...lines)))).toEqual(want));

  test('is read over folded lines, with escapes, under any line end', () => {
    const text = file(
      ...event('DTSTART:20261130T220000Z', 'DURATION:PT1H', 'SUMMARY:Réseau\\, bai', ' e 4'),
    ).replaceAll('\r\n', '\n');
    expect(expanded(text)[0]?.event.summary).toBe('Réseau, baie 4');
  });

  test('of a series may be moved or cancelled by itself, also out of the span or into it', () => {
    const series = event('DTSTART:20261101T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY');
    const moved = event('RECURRENCE-ID:20261108T100000Z', 'DTSTART:20261109T120000Z', 'DURATION:PT2H');
    const cancelled = event(
      'RECURRENCE-ID:20261115T100000Z',
      'DTSTART:20261115T100000Z',
      'DURATION:PT1H',
      'STATUS:CANCELLED',
    );
    const late = event('RECURRENCE-ID:20261206T100000Z', 'DTSTART:20261129T120000Z', 'DURATION:PT1H');
    const november = interval(Date.parse('2026-11-01T00:00Z'), Date.parse('2026-12-01T00:00Z'));
    expect(told(file(...late, ...series, ...moved, ...cancelled), november)).toEqual([
      '2026-11-01T10:00 2026-11-01T11:00',
      '2026-11-09T12:00 2026-11-09T14:00',
      '2026-11-22T10:00 2026-11-22T11:00',
      '2026-11-29T10:00 2026-11-29T11:00',
      '2026-11-29T12:00 2026-11-29T13:00',
    ]);
  });

  test('that comes twice is what its higher SEQUENCE says', () => {
    const newer = event('DTSTART:20261130T220000Z', 'DURATION:PT2H', 'SEQUENCE:2');
    const older = event('DTSTART:20261130T220000Z', 'DURATION:PT1H', 'SEQUENCE:1');
    expect(told(file(...newer, ...older))).toEqual(['2026-11-30T22:00 2026-12-01T00:00']);
  });
});

test('days are those of all-day events, each once', () => {
  const christmas = event('DTSTART;VALUE=DATE:20201225', 'RRULE:FREQ=YEARLY');
  const thanksgiving = [
    'BEGIN:VEVENT',
    'UID:two',
    'DTSTART;VALUE=DATE:20201126',
    'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH',
    'END:VEVENT',
  ];
  const two = interval(Date.parse('2026-01-01T00:00Z'), Date.parse('2028-01-01T00:00Z'));
  expect(daysOf(expanded(file(...christmas, ...thanksgiving), two))).toEqual([
    '2026-11-26',
    '2026-12-25',
    '2027-11-25',
    '2027-12-25',
  ]);
});

describe('what is wrong is told with its line', () => {
  const timed = ['DTSTART:20261130T220000Z', 'DURATION:PT1H'];
  test.each([
    { name: 'no calendar at all', text: 'hello\n', line: 1, code: 'syntax' },
    { name: 'an empty file', text: '', line: 1, code: 'syntax' },
    {
      name: 'a file that stops in the middle',
      text: 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n',
      line: 2,
      code: 'syntax',
    },
    { name: 'ends that cross', text: 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n', line: 3, code: 'syntax' },
    { name: 'a line that is none', text: file(...event('NONSENSE', ...timed)), line: 6, code: 'syntax' },
    { name: 'no UID', text: file('BEGIN:VEVENT', ...timed, 'END:VEVENT'), line: 4, code: 'missing-field' },
    { name: 'no DTSTART', text: file(...event('DURATION:PT1H')), line: 4, code: 'missing-field' },
    { name: 'no end', text: file(...event('DTSTART:20261130T220000Z')), line: 4, code: 'missing-field' },
    {
      name: 'a zone that nobody knows',
      text: file(...event('DTSTART;TZID=Mars/Base:20261130T220000', 'DURATION:PT1H')),
      line: 6,
      code: 'unknown-zone',
    },
    {
      name: 'a day that the calendar has not',
      text: file(...event('DTSTART;VALUE=DATE:20260230')),
      line: 6,
      code: 'bad-value',
    },
    {
      name: 'the year 1',
      text: file(...event('DTSTART;VALUE=DATE:00010101', 'RRULE:FREQ=DAILY')),
      line: 6,
      code: 'bad-value',
    },
    {
      name: 'an end before the beginning',
      text: file(...event('DTSTART:20261130T220000Z', 'DTEND:20261130T210000Z')),
      line: 7,
      code: 'bad-value',
    },
    {
      name: 'a length of nothing',
      text: file(...event('DTSTART:20261130T220000Z', 'DURATION:PT0S')),
      line: 7,
      code: 'bad-value',
    },
    { name: 'two ends', text: file(...event(...timed, 'DTEND:20261130T230000Z')), line: 7, code: 'contradiction' },
    {
      name: 'each second, for ever',
      text: file(...event(...timed, 'RRULE:FREQ=SECONDLY')),
      line: 8,
      code: 'bad-value',
    },
    {
      name: 'two rules',
      text: file(...event(...timed, 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY')),
      line: 9,
      code: 'contradiction',
    },
    {
      name: 'a day that names a time',
      text: file(...event(...timed, 'EXDATE;VALUE=DATE:20261130')),
      line: 8,
      code: 'contradiction',
    },
    {
      name: 'all that follows',
      text: file(...event('RECURRENCE-ID;RANGE=THISANDFUTURE:20261130T220000Z', ...timed)),
      line: 6,
      code: 'bad-value',
    },
    {
      name: 'a period',
      text: file(...event(...timed, 'RDATE;VALUE=PERIOD:20261130T220000Z/PT1H')),
      line: 8,
      code: 'bad-value',
    },
    { name: 'too deep a nest', text: 'BEGIN:VCALENDAR\n'.repeat(60_000), line: 9, code: 'syntax' },
    {
      name: 'too many events',
      text: file(...'BEGIN:X\nEND:X\n'.repeat(6_000).split('\n')),
      line: 10_002,
      code: 'too-large',
    },
    { name: 'too large a file', text: file(`X-A:${'a'.repeat(2_000_000)}`), line: 1, code: 'too-large' },
  ])('$name', ({ text, line, code }) => {
    const read = readCalendar(text, 'Europe/Paris');
    expect(read.ok ? 'read' : read.faults[0]).toMatchObject({ line, code });
  });

  test('too many occurrences, with the line of the rule', () => {
    const read = readCalendar(file(...event(...timed, 'RRULE:FREQ=DAILY')), 'UTC');
    expect(read.ok && expandCalendar(read.events, year, 20)).toMatchObject({
      ok: false,
      faults: [{ code: 'too-large', line: 8 }],
    });
  });

  test('anything at all is read or refused, and never throws', () => {
    const word = fc.constantFrom(
      'BEGIN:VEVENT',
      'END:VEVENT',
      'UID:a',
      'DTSTART:20261130',
      'DTSTART;TZID=:x',
      'RRULE:FREQ=DAILY;COUNT=0',
      'DURATION:P',
      'EXDATE:,',
      ' x',
      'RECURRENCE-ID:2',
      ';',
      ':',
      '"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (lines) => {
        const read = readCalendar(file(...lines), 'UTC');
        if (read.ok) expandCalendar(read.events, year, 10);
        else expect(read.faults[0]?.line).toBeGreaterThan(0);
      }),
    );
  });
});
