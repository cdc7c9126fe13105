/**
 * One month, thirteen answers. March 2026 in Paris has 743 hours: 44,580 minutes. A window of 240 minutes was announced;
 * the service was down for 180 minutes of it and still down ten minutes after its end. Later it was down for 34.45
 * minutes, of which the first two were retries. For 120 minutes nothing was measured. Each tool hard-wires one way of
 * counting this; here each is a set of contract fields, and the figure is the tool's.
 */
import { expect, test } from 'vitest';
import type { Period, TimeMeasure } from '../../shared/contract/terms.ts';
import type { Evidence, EvidenceSegment } from '../../shared/measure/evidence.ts';
import { formatDecimal, fraction, parseFraction, times } from '../../shared/money/fraction.ts';
import { epochMs, type Interval } from '../../shared/time/span.ts';
import { at, clauseOf, endpointId, excused, settled } from '../statement/a-contract.ts';

const minuteMs = 60_000;
const month = { start: at('2026-03-01T00:00:00+01:00'), end: at('2026-04-01T00:00:00+02:00') };
const window = { start: at('2026-03-10T01:00:00+01:00'), end: at('2026-03-10T05:00:00+01:00') };
const first = { start: at('2026-03-10T02:00:00+01:00'), end: at('2026-03-10T05:10:00+01:00') };
const second = { start: at('2026-03-20T14:00:00+01:00'), end: epochMs(at('2026-03-20T14:00:00+01:00') + 2_067_000) };
const gap = { start: at('2026-03-25T08:00:00+01:00'), end: at('2026-03-25T10:00:00+01:00') };

/** Probes every `everyMs`, the first `phaseMs` into the month; a stretch without a change is one segment. */
const probed = (everyMs: number, phaseMs: number): Partial<Evidence> => {
  const next = (instant: number) =>
    month.start + phaseMs + Math.ceil((instant - month.start - phaseMs) / everyMs) * everyMs;
  const stretch = (state: 'up' | 'down', { start, end }: Interval): EvidenceSegment => {
    const [firstAt, lastAt] = [next(start), next(end) - everyMs];
    return { state, firstAt: epochMs(firstAt), lastAt: epochMs(lastAt), count: (lastAt - firstAt) / everyMs + 1 };
  };
  const segments = [
    stretch('up', { start: month.start, end: first.start }),
    stretch('down', first),
    stretch('up', { start: first.end, end: second.start }),
    stretch('down', second),
    stretch('up', { start: second.end, end: gap.start }),
    stretch('up', { start: gap.end, end: month.end }),
  ];
  return {
    endpoints: { [endpointId]: { places: { paris: segments } } },
    maintenance: [
      {
        id: 'march',
        ...window,
        declaredAt: at('2026-03-01T09:00:00Z'),
        kind: 'scheduled',
        by: 'ops',
        reason: 'upgrade',
      },
    ],
  };
};

/** Every three seconds: fine enough that nothing of these facts is lost between two probes. */
const exactly = probed(3000, 0);

const windows = (treat: 'exclude' | 'up' | 'down' | 'lost'): Partial<TimeMeasure> => ({
  maintenance: { scheduled: { ...excused, treat }, emergency: excused, recurring: [] },
});

interface Accounting {
  readonly tool: string;
  readonly measure: Partial<TimeMeasure>;
  readonly period?: Period['kind'];
  readonly evidence?: Partial<Evidence>;
  readonly percent: string;
  readonly credit: boolean;
}

const rows: readonly Accounting[] = [
  {
    tool: 'Zabbix and Datadog monitors: window removed, gap up',
    measure: { ...windows('exclude'), unknown: 'up' },
    percent: '99.8998',
    credit: true,
  },
  { tool: 'window and gap removed', measure: windows('exclude'), percent: '99.8995', credit: true },
  {
    tool: 'window removed, gap down',
    measure: { ...windows('exclude'), unknown: 'down' },
    percent: '99.6291',
    credit: true,
  },
  {
    tool: 'older Zabbix, Datadog time slices, Kener: window up',
    measure: { ...windows('up'), unknown: 'up' },
    percent: '99.9003',
    credit: false,
  },
  {
    tool: 'Icinga DB: window up, outages from their confirmation',
    measure: { ...windows('up'), unknown: 'up', clock: 'confirmation', confirm: 41 },
    percent: '99.9048',
    credit: false,
  },
  {
    tool: 'Upptime: a month of 2,628,288 s, an outage that began in a window is none',
    measure: {
      maintenance: { scheduled: { ...excused, overrun: 'excused' }, emergency: excused, recurring: [] },
      denominator: { fixedMs: 2_628_288_000 },
    },
    percent: '99.9214',
    credit: false,
  },
  {
    tool: 'Uptime Kuma: beats, 44 of them down',
    measure: { ...windows('exclude'), granularity: { kind: 'samples' } },
    evidence: probed(minuteMs, 30_000),
    percent: '99.9005',
    credit: false,
  },
  {
    tool: 'Uptime Kuma half a minute later: 45 of them down',
    measure: { ...windows('exclude'), granularity: { kind: 'samples' } },
    evidence: probed(minuteMs, 0),
    percent: '99.8982',
    credit: true,
  },
  { tool: 'Gatus: window down, gap removed', measure: windows('down'), percent: '99.4952', credit: true },
  {
    tool: 'Healthchecks: no windows, gap up',
    measure: { ...windows('down'), unknown: 'up' },
    percent: '99.4965',
    credit: true,
  },
  {
    tool: 'OneUptime: the window leaves the status alone',
    measure: { ...windows('up'), unknown: 'up' },
    percent: '99.9003',
    credit: false,
  },
  {
    tool: 'OneUptime: the window is an outage',
    measure: { ...windows('lost'), unknown: 'up' },
    percent: '99.3619',
    credit: true,
  },
  {
    tool: 'Statping-ng: failures over successes',
    measure: { ...windows('down'), denominator: 'up-time' },
    percent: '99.4926',
    credit: true,
  },
  {
    tool: 'Peekaping: the window is missed once and divided by twice',
    measure: { ...windows('lost'), denominator: { fixedMs: (44_580 - 120 + 240) * minuteMs } },
    percent: '99.3636',
    credit: true,
  },
  {
    tool: 'rolling 30 days, gap up',
    measure: { ...windows('exclude'), unknown: 'up' },
    period: { kind: 'rolling-hours', hours: 720 },
    percent: '99.8965',
    credit: true,
  },
];

test.each(rows)('$tool: $percent %', ({ measure, period, evidence, percent, credit }) => {
  const statement = settled({
    measure: { reachMs: evidence ? minuteMs : 3000, ...measure },
    terms: { ...(period ? { period: { zone: 'Europe/Paris', kind: period } } : {}) },
    evidence: evidence ?? exactly,
    period: '2026-03',
  });
  const clause = clauseOf(statement);
  expect(formatDecimal(times(parseFraction(clause.figure?.exact ?? '0'), fraction(100)), 4)).toBe(percent);
  expect(clause.met).toBe(!credit);
  expect(statement.creditMinor > 0).toBe(credit);
});

test('the convention is on the statement, beside the figure that it gave', () => {
  const statement = settled({
    measure: { reachMs: 3000, unknown: 'up' },
    evidence: exactly,
    period: '2026-03',
  });
  const part = statement.services[0]?.parts[0];
  const measure = part?.terms.clauses[0]?.measure;
  expect(measure).toMatchObject({ unknown: 'up', clock: 'outage', maintenance: { scheduled: { treat: 'exclude' } } });
  expect(part?.clauses[0]?.time?.excluded.map(({ reason, treat }) => `${reason} ${treat}`)).toEqual([
    'scheduled exclude',
    'unknown up',
  ]);
});
