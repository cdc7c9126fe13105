/** How credit engines went wrong elsewhere: each defect that was found in one is a test here that would catch it. */
import { describe, expect, test } from 'vitest';
import type { Credit } from '../../shared/contract/terms.ts';
import type { EvidenceSegment, MaintenanceWindow } from '../../shared/measure/evidence.ts';
import { epochMs } from '../../shared/time/span.ts';
import {
  at,
  clauseOf,
  endpointId,
  excused,
  outages,
  plainCredit,
  plainService,
  plainTerms,
  settled,
} from '../statement/a-contract.ts';

const hourMs = 3_600_000;

/** 99.95 / 99.5 / 99 / 95 pay 5, 25, 50 and 100 per cent. */
const bands: Credit = {
  ...plainCredit,
  schedule: {
    kind: 'bands',
    overlap: 'first',
    bands: [
      ['1999/2000', '199/200', '1/20'],
      ['199/200', '99/100', '1/4'],
      ['99/100', '19/20', '1/2'],
      ['19/20', undefined, '1'],
    ].map(([to, from, share]) => ({
      range: {
        ...(from === undefined ? {} : { from }),
        fromIncluded: from !== undefined,
        to: to ?? '1',
        toIncluded: false,
      },
      pays: { kind: 'share', share: share ?? '1' },
    })),
  },
};

const window = (start: string, end: string, declaredAt: string): MaintenanceWindow => ({
  id: `w-${start}`,
  start: at(start),
  end: at(end),
  declaredAt: at(declaredAt),
  kind: 'scheduled',
  by: 'ops',
  reason: 'upgrade',
});

describe('credits', () => {
  test('nothing is paid where the promise was kept: 216 minutes of a month at 99.5 % are 99.5 %', () => {
    const statement = settled({
      // 720 h of June, 0.5 % of which are 216 min
      clause: { target: '199/200', credits: [{ ...bands, gates: [{ kind: 'below', share: '199/200' }] }] },
      evidence: outages(['2026-06-10T00:00:00Z', '2026-06-10T03:36:00Z']),
      period: '2026-06',
    });
    expect(clauseOf(statement).figure?.exact).toBe('199/200');
    expect(statement.creditMinor).toBe(0);
  });

  test('bands never add up: the one that holds the figure pays alone', () => {
    const statement = settled({
      clause: { credits: [bands] },
      evidence: outages(['2026-06-10T00:00:00Z', '2026-06-11T00:00:00Z']),
      period: '2026-06',
    });
    expect(statement.creditMinor).toBe(500_00);
  });

  test('the cap is of the month, not of each outage', () => {
    const each: Credit = {
      ...plainCredit,
      quantity: 'outage-each',
      schedule: { kind: 'steps', unit: `${hourMs}`, round: 'up', pays: { kind: 'share', share: '1' } },
    };
    const statement = settled({
      clause: { credits: [each] },
      terms: { limits: { cap: { kind: 'share', share: '1' } } },
      evidence: outages(
        ['2026-10-01T10:00:00Z', '2026-10-01T10:30:00Z'],
        ['2026-10-02T10:00:00Z', '2026-10-02T10:30:00Z'],
        ['2026-10-03T10:00:00Z', '2026-10-03T10:30:00Z'],
      ),
    });
    expect(statement.services[0]?.grossMinor).toBe(3_000_00);
    expect(statement.services[0]?.cuts).toEqual([{ by: 'cap-service', minor: 2_000_00 }]);
    expect(statement.creditMinor).toBe(1_000_00);
  });

  test('a figure of 99.4951 % is not rounded up to 99.50 and out of its band', () => {
    const downMs = Math.round(720 * hourMs * 0.005049);
    const statement = settled({
      clause: { credits: [bands] },
      evidence: {
        endpoints: {
          [endpointId]: {
            outages: [{ start: at('2026-06-10T00:00:00Z'), end: epochMs(at('2026-06-10T00:00:00Z') + downMs) }],
          },
        },
      },
      period: '2026-06',
    });
    expect(clauseOf(statement).figure?.percent).toBe('99.495100');
    expect(statement.creditMinor).toBe(250_00);
  });

  test('99.996 % never prints as 100', () => {
    const statement = settled({ evidence: outages(['2026-10-10T00:00:00Z', '2026-10-10T00:01:47Z']) });
    expect(clauseOf(statement).figure?.percent).toBe('99.996010');
  });
});

describe('who is settled, and over what', () => {
  test('a service that ended inside the month is settled for its days, whatever its state on the day of the run', () => {
    const statement = settled({
      service: { until: '2026-10-11' },
      evidence: outages(['2026-10-05T00:00:00Z', '2026-10-05T01:00:00Z']),
    });
    expect(clauseOf(statement).time?.wholeMs).toBe(10 * 24 * hourMs);
    expect(statement.creditMinor).toBe(100_00); // 1 h of 240 h: 99.58 %
  });

  test('a service that ended before the month is not on the statement', () => {
    expect(settled({ service: { until: '2026-10-01' }, evidence: outages() }).services).toEqual([]);
  });

  test.each([
    { life: 'activation', serviceMs: 12 * 24 * hourMs },
    { life: 'whole-period', serviceMs: 720 * hourMs },
  ] as const)(
    'a service activated on the 19th counts from its activation, or for the month: $life',
    ({ life, serviceMs }) => {
      const statement = settled({
        measure: { life },
        service: { since: '2026-11-19' },
        evidence: outages(),
        period: '2026-11',
      });
      expect(clauseOf(statement).time?.serviceMs).toBe(`${serviceMs}`);
    },
  );

  test('months begin and end in the contract’s zone, not in UTC', () => {
    // 23:30 UTC on 30 September is already October in Paris; 22:30 UTC on 31 October is still October until 23:00 UTC.
    const statement = settled({
      evidence: outages(
        ['2026-09-30T21:30:00Z', '2026-09-30T22:30:00Z'],
        ['2026-10-31T22:30:00Z', '2026-10-31T23:30:00Z'],
      ),
    });
    expect(clauseOf(statement).time?.downMs.measured).toBe(`${hourMs}`);
  });

  test('the first instant of the next month belongs to the next month', () => {
    const first = '2026-10-31T23:00:00.000Z';
    const outage = outages([first, '2026-10-31T23:00:01Z']);
    expect(clauseOf(settled({ evidence: outage })).time?.downMs.measured).toBe('0');
    expect(clauseOf(settled({ evidence: outage, period: '2026-11' })).time?.downMs.measured).toBe('1000');
  });

  test('an outage that still runs at the end of the month counts until then, and goes on in the next', () => {
    const open: EvidenceSegment[] = [
      { firstAt: at('2026-10-01T00:00:00Z'), lastAt: at('2026-10-31T20:59:00Z'), state: 'up', count: 44_000 },
      { firstAt: at('2026-10-31T21:00:00Z'), lastAt: at('2026-10-31T23:30:00Z'), state: 'down', count: 151 },
    ];
    const evidence = { endpoints: { [endpointId]: { places: { paris: open } } } };
    expect(clauseOf(settled({ evidence })).time?.downMs.measured).toBe(`${2 * hourMs}`);
    expect(clauseOf(settled({ evidence, period: '2026-11' })).time?.downMs.measured).toBe(`${30 * 60_000 + 130_000}`);
  });

  test('a month of 745 hours is not 30 days', () => {
    expect(clauseOf(settled({ evidence: outages() })).time?.serviceMs).toBe(`${745 * hourMs}`);
    expect(clauseOf(settled({ evidence: outages(), period: '2026-03' })).time?.serviceMs).toBe(`${743 * hourMs}`);
  });

  test('no service time breaches nothing', () => {
    const holidays = Array.from({ length: 31 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`);
    const statement = settled({
      measure: {
        hours: {
          zone: 'Europe/Paris',
          weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
          holidays,
        },
      },
      evidence: outages(['2026-10-10T00:00:00Z', '2026-10-12T00:00:00Z']),
    });
    expect(clauseOf(statement).figure).toBeUndefined();
    expect(clauseOf(statement).met).toBeUndefined();
    expect(statement.creditMinor).toBe(0);
  });
});

describe('maintenance', () => {
  const day = outages(['2026-10-10T01:00:00Z', '2026-10-10T05:00:00Z']);
  const rule = (more: object) => ({
    maintenance: { scheduled: { ...excused, ...more }, emergency: excused, recurring: [] },
  });
  const down = (measure: object, windows: MaintenanceWindow[]) =>
    clauseOf(settled({ measure, evidence: { ...day, maintenance: windows } })).time?.downMs.measured;

  test('probing goes on: what overruns the announced end is downtime', () => {
    expect(down(rule({}), [window('2026-10-10T01:00:00Z', '2026-10-10T04:00:00Z', '2026-10-01T00:00:00Z')])).toBe(
      `${hourMs}`,
    );
  });

  test.each([
    { name: 'notice of exactly 48 hours is enough', declaredAt: '2026-10-08T01:00:00.000Z', left: 0 },
    { name: 'a millisecond less excuses nothing', declaredAt: '2026-10-08T01:00:00.001Z', left: 4 * hourMs },
  ])('$name', ({ declaredAt, left }) => {
    const windows = [window('2026-10-10T01:00:00Z', '2026-10-10T05:00:00Z', declaredAt)];
    expect(down(rule({ noticeMs: 48 * hourMs }), windows)).toBe(`${left}`);
  });

  test('late: partial excuses from declaration and notice on', () => {
    const windows = [window('2026-10-10T01:00:00Z', '2026-10-10T05:00:00Z', '2026-10-08T02:00:00Z')];
    expect(down(rule({ noticeMs: 48 * hourMs, late: 'partial' }), windows)).toBe(`${hourMs}`);
  });

  test('a window declared afterwards excuses nothing where notice is asked, and everything where none is', () => {
    const windows = [window('2026-10-10T01:00:00Z', '2026-10-10T05:00:00Z', '2026-10-11T00:00:00Z')];
    expect(down(rule({ noticeMs: 1 }), windows)).toBe(`${4 * hourMs}`);
    expect(down(rule({}), windows)).toBe('0');
  });

  test('overlapping windows are united before the cap, which cuts the window in which it is reached', () => {
    const windows = [
      window('2026-10-10T01:00:00Z', '2026-10-10T03:00:00Z', '2026-10-01T00:00:00Z'),
      window('2026-10-10T02:00:00Z', '2026-10-10T05:00:00Z', '2026-10-01T00:00:00Z'),
    ];
    expect(down(rule({ cap: { ms: 3 * hourMs, per: 'period' } }), windows)).toBe(`${hourMs}`);
  });

  test('a cap of the year counts the windows of the months before', () => {
    const windows = [
      window('2026-02-01T01:00:00Z', '2026-02-01T03:00:00Z', '2026-01-01T00:00:00Z'),
      window('2026-10-10T01:00:00Z', '2026-10-10T05:00:00Z', '2026-10-01T00:00:00Z'),
    ];
    expect(down(rule({ cap: { ms: 3 * hourMs, per: 'year' } }), windows)).toBe(`${3 * hourMs}`);
  });

  test('a window over the month’s end counts in each month for its part', () => {
    const windows = [window('2026-10-31T21:00:00Z', '2026-11-01T02:00:00Z', '2026-10-01T00:00:00Z')];
    const evidence = { ...outages(['2026-10-31T21:00:00Z', '2026-11-01T02:00:00Z']), maintenance: windows };
    const capped = rule({ cap: { ms: hourMs, per: 'period' } });
    expect(clauseOf(settled({ measure: capped, evidence })).time?.downMs.measured).toBe(`${hourMs}`);
    expect(clauseOf(settled({ measure: capped, evidence, period: '2026-11' })).time?.downMs.measured).toBe(
      `${2 * hourMs}`,
    );
  });

  test('availability stays between nothing and everything, however windows and hours lie', () => {
    const statement = settled({
      measure: {
        hours: { zone: 'Europe/Paris', weekly: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }], holidays: [] },
      },
      evidence: {
        ...outages(['2026-10-01T00:00:00Z', '2026-10-31T00:00:00Z']),
        maintenance: [window('2026-10-03T00:00:00Z', '2026-10-28T00:00:00Z', '2026-09-01T00:00:00Z')],
      },
    });
    const figure = clauseOf(statement).figure?.exact;
    expect(figure).toMatch(/^\d+\/\d+$|^[01]$/);
  });

  test('service hours keep their wall clock after a clock change', () => {
    // Friday 23 and Monday 26 October, 08:00 to 18:00 in Paris: 06:00Z before the change on the 25th, 07:00Z after it.
    const statement = settled({
      measure: {
        hours: { zone: 'Europe/Paris', weekly: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }], holidays: [] },
      },
      evidence: outages(
        ['2026-10-23T05:00:00Z', '2026-10-23T07:00:00Z'],
        ['2026-10-26T06:00:00Z', '2026-10-26T08:00:00Z'],
      ),
    });
    expect(clauseOf(statement).time?.downMs.measured).toBe(`${2 * hourMs}`);
  });
});

describe('samples', () => {
  const minute = (count: number) => count * 60_000;
  const start = at('2026-10-10T00:00:00Z');
  const segment = (from: number, count: number, state: EvidenceSegment['state']): EvidenceSegment => ({
    firstAt: epochMs(start + minute(from)),
    lastAt: epochMs(start + minute(from + count - 1)),
    state,
    count,
  });
  const seen = (...segments: EvidenceSegment[]) => ({ endpoints: { [endpointId]: { places: { paris: segments } } } });

  test('time is weighed, samples are not counted: a faster retry costs nothing', () => {
    const slow = seen(segment(0, 10, 'up'), segment(10, 10, 'down'), segment(20, 10, 'up'));
    const fast = seen(segment(0, 10, 'up'), { ...segment(10, 10, 'down'), count: 60 }, segment(20, 10, 'up'));
    expect(clauseOf(settled({ evidence: fast })).time?.downMs).toEqual(
      clauseOf(settled({ evidence: slow })).time?.downMs,
    );
  });

  test('a month without a sample is held for a human, and breaches nothing', () => {
    const statement = settled({ measure: { coverageFloor: '9/10' }, evidence: {} });
    expect(statement.status).toBe('held');
    expect(statement.holds).toEqual([
      { service: 'mail', clause: 'availability', code: 'coverage', saw: '0', want: '9/10' },
    ]);
    expect(clauseOf(statement).figure).toBeUndefined();
    expect(statement.creditMinor).toBe(0);
  });

  test('samples twice and out of order change nothing', () => {
    const segments = [segment(0, 10, 'up'), segment(10, 3, 'down'), segment(13, 10, 'up')];
    const twice = [...segments, ...segments].reverse();
    expect(settled({ evidence: seen(...twice) })).toEqual(settled({ evidence: seen(...segments) }));
  });

  test('a failure that was not confirmed is no outage, and what Vigie missed does not break a row', () => {
    const alone = seen(segment(0, 10, 'up'), segment(10, 1, 'down'), segment(11, 10, 'up'));
    const row = seen(
      segment(0, 10, 'up'),
      segment(10, 1, 'down'),
      segment(11, 1, 'unknown'),
      segment(12, 1, 'down'),
      segment(13, 9, 'up'),
    );
    expect(clauseOf(settled({ measure: { confirm: 2 }, evidence: alone })).time?.downMs.measured).toBe('0');
    expect(clauseOf(settled({ measure: { confirm: 2 }, evidence: row })).time?.downMs.measured).toBe(`${minute(2)}`);
  });

  test('a breach that the bounds do not settle says so', () => {
    // 45 minutes measured of 44 min 42 s allowed; at least 44.
    const evidence = outages();
    const probes = seen({ ...segment(-14_000, 14_000, 'up') }, segment(0, 45, 'down'), {
      ...segment(45, 31_000, 'up'),
    });
    const clause = clauseOf(settled({ measure: { unknown: 'up' }, evidence: { ...evidence, ...probes } }));
    expect(clause.time?.downMs).toEqual({
      atLeast: `${minute(44)}`,
      measured: `${minute(45)}`,
      atMost: `${minute(46)}`,
    });
    expect(clause.met).toBe(false);
    expect(clause.settledByMeasurement).toBe(false);
  });
});

test('what was not seen before the period joins no outage of it', () => {
  // Half known before the month: the weighted service is unknown there, so its outage begins with the month.
  const probe = (from: string, to: string, state: EvidenceSegment['state']): EvidenceSegment => ({
    firstAt: at(from),
    lastAt: at(to),
    state,
    count: 100,
  });
  const evidence = {
    endpoints: {
      a: {
        places: {
          paris: [
            probe('2026-09-30T20:00:00Z', '2026-09-30T22:20:00Z', 'down'),
            probe('2026-09-30T22:21:00Z', '2026-10-31T23:00:00Z', 'up'),
          ],
        },
      },
      b: { places: { paris: [probe('2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z', 'up')] } },
    },
  };
  const part = (id: string) => ({ weight: 1, part: { kind: 'endpoint' as const, id } });
  const statement = settled({
    measure: {
      reachMs: 130_000,
      compose: { kind: 'weighted', of: [part('a'), part('b')] },
      minimumOutage: { ms: hourMs, than: 'at-least', on: 'event', counts: 'whole' },
    },
    evidence,
  });
  expect(
    clauseOf(statement).time?.outages.map(({ start, verdict }) => [new Date(start).toISOString(), verdict]),
  ).toEqual([['2026-09-30T22:00:00.000Z', 'short']]);
});

test('a change of the terms in mid-month settles each part under its own, with its own part of the fee', () => {
  const version = plainService.versions[0];
  if (!version) throw new Error('no version');
  const [clause] = plainTerms.clauses;
  if (!clause) throw new Error('no clause');
  const harsher = {
    ...plainTerms,
    clauses: [
      {
        ...clause,
        target: '9999/10000',
        credits: [
          {
            ...plainCredit,
            schedule: {
              kind: 'bands' as const,
              overlap: 'first' as const,
              bands: [
                {
                  range: { fromIncluded: false, to: '9999/10000', toIncluded: false },
                  pays: { kind: 'share' as const, share: '1/2' },
                },
              ],
            },
          },
        ],
      },
    ],
  };
  const statement = settled({
    service: { versions: [version, { from: '2026-11-16', feeMinor: 1_000_00, terms: harsher }] },
    evidence: outages(
      ['2026-11-10T00:00:00Z', '2026-11-10T00:10:00Z'],
      ['2026-11-20T00:00:00Z', '2026-11-20T00:10:00Z'],
    ),
    period: '2026-11',
  });
  // Ten minutes of 15 days are 99.953 %: the old terms are met and the new ones are not.
  expect(statement.services[0]?.parts.map(({ from, clauses }) => [from, clauses[0]?.met])).toEqual([
    ['2025-01-01', true],
    ['2026-11-16', false],
  ]);
  expect(statement.services[0]?.parts.map(({ lines }) => lines[0]?.minor)).toEqual([0, 250_00]);
  expect(statement.services[0]?.feeMinor).toBe(1_000_00);
});

test('a change of the terms before the activation makes no part of its own', () => {
  const [version] = plainService.versions;
  if (!version) throw new Error('no version');
  const statement = settled({
    service: { since: '2026-11-19', versions: [version, { ...version, from: '2026-11-10' }] },
    evidence: outages(),
    period: '2026-11',
  });
  expect(statement.services[0]?.parts.map(({ from }) => from)).toEqual(['2026-11-10']);
});
