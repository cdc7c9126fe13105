import { expect, test } from 'vitest';
import { problemsOf, termsOf, withTerms } from './folders.ts';

const main = (terms: string) => termsOf(terms).clauses[0];
const measure = (terms: string) => {
  const found = main(terms)?.measure;
  if (found?.kind !== 'time') throw new Error('not a measure of time');
  return found;
};
const credits = (terms: string) => main(terms)?.credits;

test('nothing written is the plain convention: exact time, unknown left out, no credits', () => {
  expect(termsOf('{}')).toMatchObject({
    period: { zone: 'Europe/Paris', kind: { kind: 'month' } },
    feePer: 'month',
    combine: 'sum',
    limits: {},
    round: 'half-even',
    rights: [],
  });
  expect(measure('{}')).toMatchObject({
    degraded: 'up',
    confirm: 2,
    clock: 'outage',
    quorum: 'majority',
    unknown: 'exclude',
    coverageFloor: '9/10',
    granularity: { kind: 'exact' },
    denominator: 'service-time',
    maintenance: { scheduled: { treat: 'exclude', noticeMs: 0 }, emergency: { treat: 'down' } },
  });
});

test.each([
  ['calendar quarter', { kind: 'quarter' }],
  ['billing month from day 15', { kind: 'billing-month', day: 15 }],
  ['contract year', { kind: 'contract-year', since: '2026-01-01' }],
  ['rolling 30 days', { kind: 'rolling-days', days: 30 }],
  ['rolling 24 hours', { kind: 'rolling-hours', hours: 24 }],
])('a period can be a %s', (period, kind) => {
  expect(termsOf(`period: ${period}`).period).toEqual({ zone: 'Europe/Paris', kind });
});

const range = (from: string | undefined, fromIncluded: boolean, to: string | undefined, toIncluded: boolean) => ({
  ...(from && { from }),
  fromIncluded,
  ...(to && { to }),
  toIncluded,
});

test('bands that are open on one side are a ladder: each reaches as far as the next begins', () => {
  const ladder = `credits:
  - { when: availability < 99.9 %, pay: 5 % }
  - { when: availability <= 99 %, pay: 10 % }
  - { when: availability < 95 %, pay: 50 % }`;
  expect(credits(ladder)?.[0]).toMatchObject({
    quantity: 'figure',
    schedule: {
      kind: 'bands',
      bands: [
        { range: range('99/100', false, '999/1000', false), pays: { kind: 'share', share: '1/20' } },
        { range: range('19/20', true, '99/100', true) },
        { range: range(undefined, false, '19/20', false) },
      ],
    },
  });
});

test('a ladder of durations climbs', () => {
  const ladder = 'credits:\n  - { when: downtime > 4 h, pay: 1 day }\n  - { when: downtime > 8 h, pay: 3 days }';
  expect(credits(ladder)?.[0]).toMatchObject({
    quantity: 'downtime',
    schedule: {
      bands: [
        { range: range('14400000', false, '28800000', true), pays: { kind: 'days', count: '1' } },
        { range: range('28800000', false, undefined, false) },
      ],
    },
  });
});

test('a hole that is written is a hole, and an overlap that is written has its precedence', () => {
  const bands = (more: string) => `credits:
  main:
    bands:
      - { when: 99 % <= availability < 99.5 %, pay: 5 % }
      - { when: 90 % <= availability < 98 %, pay: 10 % }
${more}`;
  expect(credits(bands('    gaps: allowed'))?.[0]?.schedule).toMatchObject({ overlap: 'first' });
  const over = bands('    overlap: last').replace('90 % <= availability < 98 %', '90 % <= availability <= 99 %');
  expect(credits(over)?.[0]?.schedule).toMatchObject({ overlap: 'last' });
});

test.each([
  [
    'a multiple of the fee for the time lost',
    'steps: { of: downtime, each: whole period, count: in-proportion, pay: 1000 % }',
    { kind: 'steps', unit: 'whole-period', round: 'exact', pays: { share: '10' } },
  ],
  [
    'so much per started half hour',
    'steps: { of: outage, each: 30 min, count: started, pay: 2 % }',
    { unit: '1800000', round: 'up' },
  ],
  [
    'so much per completed tenth of a percent',
    'steps: { of: shortfall, each: 0.1 %, count: completed, pay: 1 % }',
    { unit: '1/1000', round: 'down' },
  ],
  [
    'an amount once, behind a gate',
    'fixed: 50 EUR\n    only-if: [{ an-outage-longer-than: 4 h }]',
    { unit: '1', pays: { kind: 'money', minor: 5000 } },
  ],
])('%s', (_, schedule, compiled) => {
  expect(credits(`credits:\n  main:\n    ${schedule}`)?.[0]?.schedule).toMatchObject(compiled);
});

test('gates, caps and bases stand beside a schedule', () => {
  const written = `credits:
  main:
    steps: { of: outage, each: 1 h, count: started, pay: 5 % }
    only: outage > 30 min
    only-if: [availability < 99.9 %, { below: 99 %, periods-running: 2 }]
    base: { of: endpoints, share: 50 %, day: 30 }
    cap-each: [{ when: 0 min <= outage <= 4 h, pay: 10 % }, { when: 4 h < outage <= 8 h, pay: 20 % }]
    cap: 100 %`;
  expect(credits(written)?.[0]).toMatchObject({
    id: 'main',
    quantity: 'outage-each',
    only: range('1800000', false, undefined, false),
    gates: [
      { kind: 'below', share: '999/1000' },
      { kind: 'consecutive', periods: 2, share: '99/100' },
    ],
    base: { of: 'endpoints', factor: '1/2', dayDivisor: 30 },
    capEach: [{ range: range('0', true, '14400000', true) }, { range: range('14400000', false, '28800000', true) }],
    cap: { kind: 'share', share: '1' },
  });
});

test('the response table makes a clause of each of its cells', () => {
  const clauses = termsOf(
    'response:\n  critical: { response: 30 min, resolution: 4 h, target: 95 % }\n  minor: { resolution: 2 business days }',
  ).clauses;
  expect(clauses.slice(1)).toMatchObject([
    {
      id: 'response-critical',
      target: '19/20',
      measure: { kind: 'tickets', of: 'response', severities: ['critical'], within: { ms: 1_800_000 }, pauses: true },
    },
    { id: 'resolution-critical', measure: { of: 'resolution', within: { ms: 14_400_000 } } },
    { id: 'resolution-minor', measure: { within: { businessDays: 2 } } },
  ]);
});

test('a cell of the response table may have a target and a price that the other cells have not', () => {
  const clauses = termsOf(
    'response:\n  critical:\n    target: 95 %\n    response: { within: 15 min, target: 99 %, credits: [{ when: elapsed > 30 min, pay: 5 % }] }\n    resolution: 4 h',
  ).clauses;
  expect(clauses.slice(1).map(({ target, credits }) => [target, credits.length])).toEqual([
    ['99/100', 1],
    ['19/20', 0],
  ]);
});

test('a clause of its own measures as the service does, but for what it says', () => {
  const [first, second] = termsOf(
    'downtime: { quorum: 1 }\nclauses:\n  strict: { target: 99 %, downtime: { minimum-outage: { longer-than: 5 min } } }',
  ).clauses;
  expect(second?.measure).toEqual({
    ...first?.measure,
    minimumOutage: { ms: 300_000, than: 'longer', on: 'event', counts: 'whole' },
  });
});

test('hours name the provider’s holidays and pass midnight', () => {
  expect(measure('hours: { weekly: ["sat-mon 22:00-06:00"], holidays: [2026-05-01] }').hours).toEqual({
    zone: 'Europe/Paris',
    weekly: [{ days: [1, 6, 7], from: '22:00', to: '06:00' }],
    holidays: ['2026-05-01'],
  });
});

test('a window that comes back keeps its rule, its wall time and its zone', () => {
  const windows =
    'maintenance:\n  windows:\n    sunday: { rule: FREQ=MONTHLY;BYDAY=1SU, first: 2026-01-04, at: "02:00", for: 2 h }';
  expect(measure(windows).maintenance.recurring).toEqual([
    {
      id: 'sunday',
      kind: 'scheduled',
      rrule: 'FREQ=MONTHLY;BYDAY=1SU',
      zone: 'Europe/Paris',
      date: '2026-01-04',
      time: '02:00',
      lengthMs: 7_200_000,
    },
  ]);
});

test('rights, limits and claims', () => {
  const terms = termsOf(`rights:
  leave: { below: 99 %, count: 3, of: 6 }
  chronic: { days: 30, outages-more-than: 5, shortest: 10 min }
limits: { minimum: { more-than: 5 EUR }, cap: 50 %, year-cap: 2 500 EUR, franchise: 100 EUR }
claim: { within: 5 business days, after: period-end }`);
  expect(terms.rights).toEqual([
    { kind: 'breaches', id: 'leave', clause: 'availability', count: 3, of: 6, bad: { below: '99/100' } },
    { kind: 'rolling', id: 'chronic', clause: 'availability', days: 30, countOver: 5, shortestMs: 600_000 },
  ]);
  expect(terms.limits).toEqual({
    minimum: { minor: 500, than: 'more' },
    cap: { kind: 'share', share: '1/2' },
    yearCap: { kind: 'money', minor: 250_000 },
    franchise: { minor: 10_000 },
  });
  expect(terms.claim).toEqual({ anchor: 'period-end', within: { businessDays: 5 } });
});

test.each([
  [
    'two minimum lengths contradict each other',
    'downtime: { minimum-outage: { at-least: 5 min, longer-than: 5 min } }',
    'contradiction',
  ],
  [
    'bands of two quantities are no table',
    'credits:\n  - { when: availability < 99 %, pay: 5 % }\n  - { when: downtime > 4 h, pay: 9 % }',
    'contradiction',
  ],
  ['a percentage is no duration', 'credits:\n  - { when: downtime > 5 %, pay: 5 % }', 'bad-value'],
  [
    'a credit is bands, steps or fixed',
    'credits:\n  main: { fixed: 5 %, bands: [{ when: availability < 99 %, pay: 5 % }] }',
    'contradiction',
  ],
  [
    'steps are in the unit of what they count',
    'credits:\n  main: { steps: { of: downtime, each: 1 %, count: started, pay: 5 % } }',
    'bad-value',
  ],
  ['a right looks at a clause that exists', 'rights:\n  leave: { clause: speed, below: 99 % }', 'unknown-reference'],
  ['a severity must be one of the provider’s', 'response:\n  urgent: { response: 1 h }', 'unknown-reference'],
  ['a list of holidays must exist', 'hours: { weekly: ["mon 08:00-09:00"], holidays: [france] }', 'unknown-reference'],
  [
    'a recurring window needs a rule of RFC 5545',
    'maintenance:\n  windows:\n    x: { rule: every sunday, first: 2026-01-04, at: "02:00", for: 2 h }',
    'bad-value',
  ],
  ['the main clause keeps its name', 'clauses:\n  availability: { target: 99 % }', 'duplicate-id'],
])('%s', (_, terms, code) => {
  expect(problemsOf(withTerms(terms)).map((problem) => problem.code)).toEqual([code]);
});
