import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ruleField } from '../../shared/contract/language/rule.ts';
import { occurrencesIn } from '../../shared/time/recurrence.ts';
import { interval } from '../../shared/time/span.ts';

const accepts = (rule: string): boolean => ruleField.safeParse(rule).success;

test.each([
  ['the first Sunday of each month', 'FREQ=MONTHLY;BYDAY=1SU', true],
  ['two days a week, every other week', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH', true],
  ['the last weekday of each month', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', true],
  ['until an instant', 'FREQ=DAILY;UNTIL=20261231T225959Z', true],
  ['no frequency', 'BYDAY=SU', false],
  ['a frequency of seconds', 'FREQ=SECONDLY', false],
  ['a day that is none', 'FREQ=MONTHLY;BYDAY=9XX', false],
  ['a numbered day of the week', 'FREQ=WEEKLY;BYDAY=1SU', false],
  ['an interval of nothing', 'FREQ=DAILY;INTERVAL=0', false],
  ['a thirty-second of the month', 'FREQ=MONTHLY;BYMONTHDAY=32', false],
  ['half a date', 'FREQ=DAILY;UNTIL=2026', false],
  ['an end twice', 'FREQ=DAILY;COUNT=3;UNTIL=20261231', false],
  ['a part twice', 'FREQ=DAILY;FREQ=WEEKLY', false],
  ['a start, which stands beside the rule', 'FREQ=DAILY;DTSTART=20260101', false],
  ['a part of the prototype', 'FREQ=DAILY;constructor=1', false],
])('%s: %s', (_, rule, good) => {
  expect(accepts(rule)).toBe(good);
});

const part = fc.oneof(
  fc.constantFrom(
    'FREQ=DAILY',
    'FREQ=WEEKLY',
    'FREQ=MONTHLY',
    'FREQ=YEARLY',
    'WKST=SU',
    'COUNT=5',
    'UNTIL=20261020',
    'UNTIL=20261020T100000Z',
  ),
  fc.integer({ min: 0, max: 1200 }).map((n) => `INTERVAL=${n}`),
  fc
    .array(fc.tuple(fc.constantFrom('', '1', '-1', '5', '+2', '6'), fc.constantFrom('MO', 'SU', 'XX')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((days) => `BYDAY=${days.map((day) => day.join('')).join(',')}`),
  fc.integer({ min: -40, max: 40 }).map((n) => `BYMONTHDAY=${n}`),
  fc.integer({ min: 0, max: 14 }).map((n) => `BYMONTH=${n}`),
  fc.integer({ min: -400, max: 400 }).map((n) => `BYSETPOS=${n}`),
);

test('every rule that is taken can be walked', () => {
  const october = interval(Date.parse('2026-10-01T00:00Z'), Date.parse('2026-11-01T00:00Z'));
  fc.assert(
    fc.property(
      fc.constantFrom('FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=YEARLY'),
      fc.array(part, { maxLength: 3 }),
      (freq, rest) => {
        const rrule = [freq, ...rest].join(';');
        fc.pre(accepts(rrule));
        const windows = occurrencesIn(
          { rrule, zone: 'Europe/Paris', date: '2026-01-04', time: '02:00', lengthMs: 3_600_000 },
          october,
        );
        expect(windows.every(({ start, end }) => start < october.end && end > october.start)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
