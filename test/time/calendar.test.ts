import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addMonths, dateOf, datesIn, instantOf, monthSpan, timeOf, weekdayOf } from '../../shared/time/calendar.ts';
import { hoursIn } from '../../shared/time/hours.ts';
import { settledSpan } from '../../shared/time/periods.ts';
import { occurrencesIn } from '../../shared/time/recurrence.ts';
import { epochMs, interval, totalMs } from '../../shared/time/span.ts';

const hourMs = 3_600_000;
const todays = ['2026-07-15T12:00:00Z', '2027-01-15T12:00:00Z'];
const hostZones = ['UTC', 'America/New_York', 'Pacific/Apia'];

/** A skipped time moves on by the gap, a repeated one is the earlier: by city, because every city has its own trap. */
const cities = [
  {
    city: 'New York repeats 01:30',
    date: '2026-11-01',
    time: '01:30',
    zone: 'America/New_York',
    iso: '2026-11-01T05:30:00Z',
  },
  {
    city: 'New York skips 02:30',
    date: '2026-03-08',
    time: '02:30',
    zone: 'America/New_York',
    iso: '2026-03-08T07:30:00Z',
  },
  {
    city: 'Havana repeats midnight',
    date: '2026-11-01',
    time: '00:30',
    zone: 'America/Havana',
    iso: '2026-11-01T04:30:00Z',
  },
  {
    city: 'Havana skips midnight',
    date: '2026-03-08',
    time: '00:00',
    zone: 'America/Havana',
    iso: '2026-03-08T05:00:00Z',
  },
  {
    city: 'Beirut skips midnight',
    date: '2026-03-29',
    time: '00:00',
    zone: 'Asia/Beirut',
    iso: '2026-03-28T22:00:00Z',
  },
  { city: 'Paris skips 02:30', date: '2026-03-29', time: '02:30', zone: 'Europe/Paris', iso: '2026-03-29T01:30:00Z' },
  { city: 'Paris repeats 02:30', date: '2026-10-25', time: '02:30', zone: 'Europe/Paris', iso: '2026-10-25T00:30:00Z' },
  {
    city: 'Lord Howe repeats half an hour',
    date: '2026-04-05',
    time: '01:45',
    zone: 'Australia/Lord_Howe',
    iso: '2026-04-04T14:45:00Z',
  },
  {
    city: 'Apia skipped a whole day',
    date: '2011-12-30',
    time: '12:00',
    zone: 'Pacific/Apia',
    iso: '2011-12-30T22:00:00Z',
  },
  {
    city: 'Kathmandu is a quarter off',
    date: '2026-06-01',
    time: '00:00',
    zone: 'Asia/Kathmandu',
    iso: '2026-05-31T18:15:00Z',
  },
  {
    city: 'São Paulo keeps one time',
    date: '2026-10-18',
    time: '00:00',
    zone: 'America/Sao_Paulo',
    iso: '2026-10-18T03:00:00Z',
  },
];

const months = [
  { month: '2026-03', zone: 'Europe/Paris', hours: 743 },
  { month: '2026-10', zone: 'Europe/Paris', hours: 745 },
  { month: '2026-11', zone: 'America/New_York', hours: 721 },
  { month: '2026-04', zone: 'Australia/Lord_Howe', hours: 720.5 },
  { month: '2011-12', zone: 'Pacific/Apia', hours: 720 },
  { month: '2028-02', zone: 'UTC', hours: 696 },
];

describe.each(todays.flatMap((today) => hostZones.map((host) => ({ today, host }))))(
  'on $today, on a host in $host',
  ({ today, host }) => {
    const before = process.env.TZ;
    beforeEach(() => {
      process.env.TZ = host;
      vi.useFakeTimers({ now: new Date(today) });
    });
    afterEach(() => {
      vi.useRealTimers();
      process.env.TZ = before;
    });

    test('the host really reads its clocks there', () => {
      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(host);
      expect(new Date().toISOString()).toBe(new Date(today).toISOString());
    });

    test.each(cities)('$city', ({ date, time, zone, iso }) => {
      expect(new Date(instantOf(date, time, zone)).toISOString()).toBe(new Date(iso).toISOString());
    });

    test.each(months)('$month in $zone has $hours hours', ({ month, zone, hours }) => {
      const { start, end } = monthSpan(month, zone);
      expect((end - start) / hourMs).toBe(hours);
    });

    test('weekly hours keep their wall clock, and a night shift ends the next morning', () => {
      const nights = { zone: 'Europe/Paris', weekly: [{ days: [6], from: '22:00', to: '06:00' }], holidays: [] };
      const october = monthSpan('2026-10', 'Europe/Paris');
      // Five Saturdays; the last night but one is an hour longer.
      expect(totalMs(hoursIn(nights, october)) / hourMs).toBe(8 + 8 + 8 + 9 + 2);
    });

    test('a recurring window stays at two in the morning', () => {
      const sundays = {
        rrule: 'FREQ=WEEKLY;BYDAY=SU',
        zone: 'Europe/Paris',
        date: '2026-01-04',
        time: '02:00',
        lengthMs: hourMs,
      };
      const found = occurrencesIn(sundays, monthSpan('2026-10', 'Europe/Paris'));
      expect(found.map(({ start }) => new Date(start).toISOString().slice(5, 16))).toEqual([
        '10-04T00:00',
        '10-11T00:00',
        '10-18T00:00',
        '10-25T00:00',
      ]);
      expect(occurrencesIn(sundays, monthSpan('2026-11', 'Europe/Paris'))[0]?.start).toBe(
        Date.parse('2026-11-01T01:00:00Z'),
      );
    });
  },
);

describe('recurrence', () => {
  const november = monthSpan('2026-11', 'Europe/Paris');
  const rule = (rrule: string) => ({
    rrule,
    zone: 'Europe/Paris',
    date: '2026-01-03',
    time: '22:00',
    lengthMs: hourMs,
  });
  const starts = (rrule: string) =>
    occurrencesIn(rule(rrule), november).map(({ start }) => new Date(start).toISOString());

  test.each([
    { rrule: 'FREQ=MONTHLY;BYDAY=1SA', want: ['2026-11-07T21:00:00.000Z'] },
    { rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1', want: ['2026-11-30T21:00:00.000Z'] },
    { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=3', want: [] },
    { rrule: 'FREQ=WEEKLY;BYDAY=SA;UNTIL=20261107T210000Z', want: ['2026-11-07T21:00:00.000Z'] },
    { rrule: 'FREQ=WEEKLY;BYDAY=SA;UNTIL=20261107T205959Z', want: [] },
  ])('$rrule', ({ rrule, want }) => {
    expect(starts(rrule)).toEqual(want);
  });

  test('a window that begins before the span and reaches into it is found', () => {
    const late = {
      rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
      zone: 'Europe/Paris',
      date: '2026-01-31',
      time: '23:00',
      lengthMs: 4 * hourMs,
    };
    expect(occurrencesIn(late, november).map(({ start }) => dateOf(start, 'Europe/Paris'))).toEqual([
      '2026-10-31',
      '2026-11-30',
    ]);
  });
});

describe('periods', () => {
  const paris = (kind: Parameters<typeof settledSpan>[0]['kind'], label: string) => {
    const { start, end, closes } = settledSpan({ zone: 'Europe/Paris', kind }, label);
    return [dateOf(start, 'Europe/Paris'), dateOf(end, 'Europe/Paris'), closes];
  };
  test.each([
    { kind: { kind: 'month' as const }, label: '2026-10', want: ['2026-10-01', '2026-11-01', true] },
    { kind: { kind: 'quarter' as const }, label: '2026-11', want: ['2026-10-01', '2026-12-01', false] },
    { kind: { kind: 'quarter' as const }, label: '2026-12', want: ['2026-10-01', '2027-01-01', true] },
    { kind: { kind: 'year' as const }, label: '2026-12', want: ['2026-01-01', '2027-01-01', true] },
    { kind: { kind: 'billing-month' as const, day: 15 }, label: '2026-10', want: ['2026-09-15', '2026-10-15', true] },
    { kind: { kind: 'billing-month' as const, day: 1 }, label: '2026-10', want: ['2026-10-01', '2026-11-01', true] },
    { kind: { kind: 'billing-month' as const, day: 31 }, label: '2026-03', want: ['2026-02-28', '2026-03-31', true] },
    {
      kind: { kind: 'contract-year' as const, since: '2024-10-15' },
      label: '2026-10',
      want: ['2025-10-15', '2026-10-15', true],
    },
    {
      kind: { kind: 'contract-year' as const, since: '2024-11-01' },
      label: '2026-10',
      want: ['2025-11-01', '2026-11-01', true],
    },
    {
      kind: { kind: 'contract-year' as const, since: '2024-02-29' },
      label: '2026-02',
      want: ['2025-02-28', '2026-02-28', true],
    },
    {
      kind: { kind: 'contract-year' as const, since: '2024-10-15' },
      label: '2026-11',
      want: ['2026-10-15', '2026-12-01', false],
    },
    { kind: { kind: 'rolling-days' as const, days: 30 }, label: '2026-10', want: ['2026-10-02', '2026-11-01', true] },
    { kind: { kind: 'month' as const }, label: '2026-Q4', want: ['2026-10-01', '2027-01-01', true] },
    { kind: { kind: 'month' as const }, label: '2026', want: ['2026-01-01', '2027-01-01', true] },
    { kind: { kind: 'month' as const }, label: '2026-10-05/2026-11-02', want: ['2026-10-05', '2026-11-02', true] },
  ])('$kind.kind $label', ({ kind, label, want }) => {
    expect(paris(kind, label)).toEqual(want);
  });

  test('the last 720 hours are 720 hours, whatever the clocks do', () => {
    const { start, end } = settledSpan(
      { zone: 'Europe/Paris', kind: { kind: 'rolling-hours', hours: 720 } },
      '2026-03',
    );
    expect(end - start).toBe(720 * hourMs);
  });
});

test('dates count days and months without a zone', () => {
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(addMonths('2026-12-31', -1)).toBe('2026-11-30');
  expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
  expect(weekdayOf('2026-11-22')).toBe(7);
  expect(timeOf(epochMs(Date.parse('2026-10-25T00:30:00Z')), 'Europe/Paris')).toBe('02:30:00.000');
  expect(
    datesIn(interval(Date.parse('2026-10-24T21:59:00Z'), Date.parse('2026-10-24T22:00:01Z')), 'Europe/Paris'),
  ).toEqual(['2026-10-24', '2026-10-25']);
});
