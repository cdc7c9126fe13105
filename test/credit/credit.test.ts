import { describe, expect, test } from 'vitest';
import type { Amount, Credit, Quantity, Range, Schedule, Terms } from '../../shared/contract/terms.ts';
import { type Evidence, noEvidence, type PastPeriod } from '../../shared/measure/evidence.ts';
import { settle } from '../../shared/statement/settle.ts';
import {
  at,
  type Case,
  clientOf,
  outages,
  plainClause,
  plainClient,
  plainCredit,
  plainService,
  plainTime,
  settled,
  withMeasure,
} from '../statement/a-contract.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const share = (text: string): Amount => ({ kind: 'share', share: text });
/** `[99/100, 1)` in the mathematicians' way. */
const range = (text: string): Range => {
  const [, open, from, to, close] = /^([[(])([^,]*),([^\])]*)([\])])$/.exec(text.replaceAll(' ', '')) ?? [];
  return { ...(from ? { from } : {}), fromIncluded: open === '[', ...(to ? { to } : {}), toIncluded: close === ']' };
};
const bands = (rows: Readonly<Record<string, Amount>>, overlap: 'first' | 'last' = 'first'): Schedule => ({
  kind: 'bands',
  overlap,
  bands: Object.entries(rows).map(([text, pays]) => ({ range: range(text), pays })),
});
const steps = (unitMs: number | string, round: 'down' | 'up' | 'exact', pays: Amount): Schedule => ({
  kind: 'steps',
  unit: `${unitMs}`,
  round,
  pays,
});
const credit = (quantity: Quantity, schedule: Schedule, more: Partial<Credit> = {}): Credit => ({
  ...plainCredit,
  id: 'c',
  quantity,
  schedule,
  ...more,
});

/** Three outages of June 2026, of 20, 40 and 90 minutes: 2.5 hours of 720. */
const june = outages(
  ['2026-06-05T08:00:00Z', '2026-06-05T08:20:00Z'],
  ['2026-06-05T20:00:00Z', '2026-06-05T20:40:00Z'],
  ['2026-06-20T08:00:00Z', '2026-06-20T09:30:00Z'],
);

const owed = (one: Credit, more: Case = {}) => {
  const { clause, evidence, ...rest } = more;
  return settled({
    ...rest,
    clause: { ...clause, credits: [one] },
    evidence: { ...june, ...evidence },
    period: '2026-06',
  });
};

describe('one fee of 1,000.00, one credit', () => {
  const of = (name: string, one: Credit, minor: number, more: Case = {}) => ({ name, one, minor, more });
  test.each([
    of('per started hour of all downtime', credit('downtime', steps(hourMs, 'up', share('1/100'))), 30_00),
    of('per whole hour of all downtime', credit('downtime', steps(hourMs, 'down', share('1/100'))), 20_00),
    of('in proportion to the hours', credit('downtime', steps(hourMs, 'exact', share('1/100'))), 25_00),
    of('per started hour of each outage', credit('outage-each', steps(hourMs, 'up', share('1/100'))), 40_00),
    of('per whole hour of each outage', credit('outage-each', steps(hourMs, 'down', share('1/100'))), 10_00),
    of('ten times the fee of the time down', credit('downtime', steps('service-time', 'exact', share('10'))), 34_72),
    of('the same, over a month of 730 hours', credit('downtime', steps('service-time', 'exact', share('10'))), 34_25, {
      measure: { denominator: { fixedMs: 730 * hourMs } },
    }),
    of(
      'a multiple that the contract rounds first',
      credit('downtime', steps('service-time', 'exact', share('10')), { roundShare: { decimals: 2, mode: 'half-up' } }),
      30_00,
    ),
    of(
      'a table on the length of each outage',
      credit('outage-each', bands({ '[1800000,3600000)': share('1/20'), '[3600000,)': share('1/10') })),
      150_00,
    ),
    of(
      'a table on the total',
      credit('downtime', bands({ '[0,3600000]': share('0'), '(3600000,)': share('1/5') })),
      200_00,
    ),
    of('beyond what 99.9 % allow', credit('excess', steps(minuteMs, 'exact', { kind: 'money', minor: 100 })), 106_80),
    of(
      'per started half point under the target',
      credit('shortfall', steps('1/200', 'up', { kind: 'money', minor: 10_00 })),
      10_00,
    ),
    of(
      'a day for each bad day of an hour',
      credit('day-each', bands({ '[3600000,)': { kind: 'days', count: '1' } })),
      66_67,
    ),
    of(
      'a day is a thirty-first where the contract says so',
      credit('day-each', bands({ '[3600000,)': { kind: 'days', count: '1' } }), {
        base: { of: 'service', factor: '1', dayDivisor: 31 },
      }),
      64_52,
    ),
    of(
      'an hour of the fee for each clock hour that lost more than half of itself',
      credit('hour-each', bands({ '(1800000,)': { kind: 'hours', count: '1' } })),
      2_78,
    ),
    of('hours of the fee', credit('once', steps(1, 'exact', { kind: 'hours', count: '36' })), 50_00),
    of('a number of outages', credit('outage-count', bands({ '[0,2]': share('0'), '(2,)': share('3/10') })), 300_00),
    of(
      'an entry credit, then whole half hours after the first',
      credit('outage-each', {
        ...steps(30 * minuteMs, 'down', share('1/100')),
        first: { pays: share('1/50'), upTo: `${30 * minuteMs}` },
      } as Schedule),
      80_00,
    ),
    of(
      'only outages that are long enough',
      credit('outage-each', steps(hourMs, 'exact', share('1/10')), { only: range(`[${hourMs},)`) }),
      150_00,
    ),
    of(
      'each outage capped by its own length',
      credit('outage-each', steps(minuteMs, 'exact', share('1/100')), {
        capEach: [
          { range: range('[0,3600000)'), pays: share('1/10') },
          { range: range('[3600000,)'), pays: share('1/4') },
        ],
      }),
      450_00,
    ),
    of(
      'the whole credit capped',
      credit('outage-each', steps(minuteMs, 'exact', share('1/100')), { cap: share('1/4') }),
      250_00,
    ),
    of(
      'a quarter of the fee is at stake',
      credit('once', steps(1, 'exact', share('1/5')), { base: { of: 'service', factor: '1/4', dayDivisor: 30 } }),
      50_00,
    ),
    of(
      'a gate that holds',
      credit('once', steps(1, 'exact', share('1/10')), { gates: [{ kind: 'below', share: '999/1000' }] }),
      100_00,
    ),
    of(
      'a gate that does not',
      credit('once', steps(1, 'exact', share('1/10')), { gates: [{ kind: 'below', share: '99/100' }] }),
      0,
    ),
    of(
      'one outage too long',
      credit('once', steps(1, 'exact', { kind: 'money', minor: 400_00 }), {
        gates: [{ kind: 'outages', longestOverMs: 89 * minuteMs }],
      }),
      400_00,
    ),
    of(
      'as long as allowed',
      credit('once', steps(1, 'exact', { kind: 'money', minor: 400_00 }), {
        gates: [{ kind: 'outages', longestOverMs: 90 * minuteMs }],
      }),
      0,
    ),
    of(
      'too many outages',
      credit('once', steps(1, 'exact', { kind: 'money', minor: 400_00 }), {
        gates: [{ kind: 'outages', countOver: 2 }],
      }),
      400_00,
    ),
    of(
      'overlapping bands: the first',
      credit('figure', bands({ '[99/100,1]': share('1/10'), '[0,999/1000]': share('1/5') })),
      100_00,
    ),
    of(
      'overlapping bands: the last',
      credit('figure', bands({ '[99/100,1]': share('1/10'), '[0,999/1000]': share('1/5') }, 'last')),
      200_00,
    ),
    of(
      'a hole in the table pays nothing',
      credit('figure', bands({ '[999/1000,1]': share('0'), '[0,99/100)': share('1/5') })),
      0,
    ),
    of(
      'a figure that is rounded before it is tested',
      credit('figure', bands({ '[997/1000,1]': share('0'), '[0,997/1000)': share('1/5') })),
      0,
      { clause: { tested: { decimals: 1, mode: 'half-up' } } },
    ),
  ])('$name', ({ one, minor, more }) => {
    expect(owed(one, more).creditMinor).toBe(minor);
  });

  test('days of service instead of money', () => {
    const statement = owed(credit('outage-each', steps(hourMs, 'down', { kind: 'extension-days', count: '2' })));
    expect(statement.creditMinor).toBe(0);
    expect(statement.services[0]?.extensionDays).toBe('2');
  });

  test('every item shows its quantity, its band and its money', () => {
    const line = owed(credit('outage-each', bands({ '[1800000,3600000)': share('1/20'), '[3600000,)': share('1/10') })))
      .services[0]?.parts[0]?.lines[0];
    expect(line?.items.map(({ of, quantity, band, minor }) => [of, quantity, band, minor])).toEqual([
      ['2026-06-05T08:00:00.000Z', '1200000', undefined, '0'],
      ['2026-06-05T20:00:00.000Z', '2400000', 0, '5000'],
      ['2026-06-20T08:00:00.000Z', '5400000', 1, '10000'],
    ]);
  });

  test('a gate that did not hold is named', () => {
    const line = owed(credit('once', steps(1, 'exact', share('1/10')), { gates: [{ kind: 'below', share: '99/100' }] }))
      .services[0]?.parts[0]?.lines[0];
    expect(line).toMatchObject({ gatedBy: 'below', minor: 0, items: [] });
  });
});

describe('a gate on months in a row', () => {
  const gated = credit('once', steps(1, 'exact', share('1/10')), {
    gates: [{ kind: 'consecutive', periods: 3, share: '999/1000' }],
  });
  const past = (period: string, figure: string | undefined): PastPeriod => ({
    period,
    figures: figure === undefined ? {} : { availability: { figure } },
  });
  test.each([
    {
      name: 'the third bad month pays',
      periods: [past('2026-04', '99/100'), past('2026-05', '9989/10000')],
      minor: 100_00,
    },
    {
      name: 'a good month between breaks the row',
      periods: [past('2026-04', '99/100'), past('2026-05', '999/1000')],
      minor: 0,
    },
    { name: 'and so does one before it', periods: [past('2026-04', '1'), past('2026-05', '99/100')], minor: 0 },
    {
      name: 'a month that was never settled is not a bad one',
      periods: [past('2026-04', undefined), past('2026-05', '99/100')],
      minor: 0,
    },
    { name: 'two months are not three', periods: [past('2026-05', '99/100')], minor: 0 },
  ])('$name', ({ periods, minor }) => {
    const history = { mail: { periods, creditedThisYearMinor: 0, owedEverMinor: 0, maintenanceUsedMs: 0 } };
    expect(owed(gated, { evidence: { history } }).creditMinor).toBe(minor);
  });
});

describe('rounding happens once, at the line', () => {
  const third = credit('once', steps(1, 'exact', share('1/80000'))); // 1.25 cents
  test.each([
    { round: 'half-even' as const, minor: 1 },
    { round: 'up' as const, minor: 2 },
    { round: 'down' as const, minor: 1 },
  ])('$round', ({ round, minor }) => {
    expect(owed(third, { terms: { round } }).creditMinor).toBe(minor);
  });

  test('a half goes to the even cent', () => {
    const half = (minor: number) =>
      credit('once', steps(1, 'exact', { kind: 'share', share: `${minor * 2 + 1}/200000` }));
    expect([0, 1, 2, 3].map((n) => owed(half(n)).creditMinor)).toEqual([0, 2, 2, 4]);
  });
});

describe('limits, in their order', () => {
  const tenth = credit('once', steps(1, 'exact', share('1/10'))); // 100.00
  const limited = (limits: Terms['limits'], evidence: Partial<Evidence> = {}) => {
    const statement = owed(tenth, { terms: { limits }, evidence });
    return [statement.creditMinor, statement.services[0]?.cuts];
  };
  const history = { periods: [], creditedThisYearMinor: 1_150_00, owedEverMinor: 0, maintenanceUsedMs: 0 };

  test.each([
    {
      name: 'a minimum of exactly the credit is paid',
      limits: { minimum: { minor: 100_00, than: 'at-least' as const } },
      want: [100_00, []],
    },
    {
      name: 'unless it must be more',
      limits: { minimum: { minor: 100_00, than: 'more' as const } },
      want: [0, [{ by: 'minimum', minor: 100_00 }]],
    },
    {
      name: 'a cap in days',
      limits: { cap: { kind: 'days' as const, count: '1' } },
      want: [33_33, [{ by: 'cap-service', minor: 66_67 }]],
    },
    {
      name: 'a franchise holds all of it back',
      limits: { franchise: { minor: 300_00 } },
      want: [0, [{ by: 'franchise', minor: 100_00 }]],
    },
    {
      name: 'the year first counts what was paid in it',
      limits: { yearCap: share('1/10') },
      want: [50_00, [{ by: 'cap-year', minor: 50_00 }]],
    },
  ])('$name', ({ limits, want }) => {
    expect(limited(limits, { history: { mail: history } })).toEqual(want);
  });

  test('a franchise that is passed lets everything through', () => {
    expect(
      limited({ franchise: { minor: 300_00 } }, { history: { mail: { ...history, owedEverMinor: 250_00 } } }),
    ).toEqual([100_00, []]);
  });

  test('the contract caps what its services owe together', () => {
    const client = clientOf({ clause: { credits: [tenth] } });
    const [mail] = client.services;
    if (!mail) throw new Error('no service');
    const statement = settle({
      client: {
        ...client,
        services: [mail, { ...mail, id: 'web' }],
        versions: [{ from: '2025-01-01', terms: { limits: { cap: share('3/40') }, round: 'half-even' } }],
      },
      period: '2026-06',
      evidence: { ...noEvidence, ...june },
      provenance: { planVersion: 'v' },
    });
    expect([statement.grossMinor, statement.creditMinor, statement.cuts]).toEqual([
      200_00,
      150_00,
      [{ by: 'cap-contract', minor: 50_00 }],
    ]);
  });
});

describe('several clauses', () => {
  const clauses = [
    { ...plainClause, credits: [credit('once', steps(1, 'exact', share('1/10')))] },
    {
      ...withMeasure({ minimumOutage: { ms: hourMs, than: 'at-least', on: 'event', counts: 'whole' } }),
      id: 'long',
      credits: [credit('outage-each', steps(hourMs, 'up', share('1/8')))],
    },
  ];
  test.each([
    { combine: 'sum' as const, minor: 350_00, cuts: [] },
    { combine: 'max' as const, minor: 250_00, cuts: [{ by: 'best-clause', minor: 100_00 }] },
  ])('$combine', ({ combine, minor, cuts }) => {
    const statement = settled({ terms: { clauses, combine }, evidence: june, period: '2026-06' });
    expect([statement.creditMinor, statement.services[0]?.cuts]).toEqual([minor, cuts]);
  });
});

describe('bases', () => {
  const tenth = (base: Partial<Credit['base']>) =>
    credit('once', steps(1, 'exact', share('1/10')), { base: { ...plainCredit.base, ...base } });
  const twoEndpoints = {
    compose: {
      kind: 'all' as const,
      of: plainService.endpoints.concat([]).flatMap(({ id }) => [
        { kind: 'endpoint' as const, id },
        { kind: 'endpoint' as const, id: 'acme/mail/imap' },
      ]),
    },
    endpoints: plainService.endpoints.flatMap((endpoint) => [
      { ...endpoint, feeMinor: 300_00 },
      { ...endpoint, id: 'acme/mail/imap', feeMinor: 700_00 },
    ]),
  };

  test('the part of the endpoints that were down', () => {
    const client = clientOf({ clause: { credits: [tenth({ of: 'endpoints' })] } });
    const [mail] = client.services;
    if (!mail) throw new Error('no service');
    const evidence = { ...noEvidence, endpoints: { ...june.endpoints, 'acme/mail/imap': { outages: [] } } };
    const statement = settle({
      client: { ...client, services: [{ ...mail, ...twoEndpoints }] },
      period: '2026-06',
      evidence,
      provenance: { planVersion: 'v' },
    });
    expect(statement.creditMinor).toBe(30_00);
  });

  test('a quarter is three months of fees, and one instalment where the contract says so', () => {
    const period = { zone: 'Europe/Paris', kind: { kind: 'quarter' as const } };
    expect(owed(tenth({}), { terms: { period } }).creditMinor).toBe(300_00);
    expect(owed(tenth({ per: 'written' }), { terms: { period } }).creditMinor).toBe(100_00);
  });

  test('a quarter owes nothing before it is over', () => {
    const period = { zone: 'Europe/Paris', kind: { kind: 'quarter' as const } };
    const may = settled({
      terms: { period },
      evidence: outages(['2026-05-05T00:00:00Z', '2026-05-06T00:00:00Z']),
      period: '2026-05',
    });
    expect([may.services[0]?.closes, may.creditMinor, may.services[0]?.parts[0]?.clauses[0]?.met]).toEqual([
      false,
      0,
      false,
    ]);
  });

  test('what was really billed comes before the plan', () => {
    expect(owed(tenth({}), { evidence: { fees: { mail: 4_000_00 } } }).creditMinor).toBe(400_00);
  });
});

describe('claims', () => {
  const claimed = (within: NonNullable<Terms['claim']>['within'], anchor: 'period-end' | 'outage-end', when?: string) =>
    owed(credit('once', steps(1, 'exact', share('1/10'))), {
      terms: { claim: { anchor, within } },
      evidence: when ? { claims: { mail: at(when) } } : {},
    });

  test.each([
    {
      name: 'thirty days after the month, to its last instant',
      within: { days: 30 },
      anchor: 'period-end' as const,
      until: '2026-07-30T22:00:00.000Z',
    },
    {
      name: 'a month after the month',
      within: { months: 1 },
      anchor: 'period-end' as const,
      until: '2026-07-31T22:00:00.000Z',
    },
    {
      name: 'three days after the last outage',
      within: { days: 3 },
      anchor: 'outage-end' as const,
      until: '2026-06-23T22:00:00.000Z',
    },
    {
      name: 'five business days after the last outage, a Saturday',
      within: { businessDays: 5 },
      anchor: 'outage-end' as const,
      until: '2026-06-26T22:00:00.000Z',
    },
    {
      name: 'seventy-two hours',
      within: { ms: 72 * hourMs },
      anchor: 'outage-end' as const,
      until: '2026-06-23T09:30:00.000Z',
    },
  ])('$name', ({ within, anchor, until }) => {
    const state = claimed(within, anchor).services[0]?.claim;
    expect(new Date(state?.until ?? 0).toISOString()).toBe(until);
    const last = new Date((state?.until ?? 0) - 1).toISOString();
    expect(claimed(within, anchor, last).creditMinor).toBe(100_00);
    const late = claimed(within, anchor, until);
    expect([late.creditMinor, late.services[0]?.cuts]).toEqual([0, [{ by: 'late-claim', minor: 100_00 }]]);
  });
});

describe('rights', () => {
  const rightsOf = (
    rights: Terms['rights'],
    periods: { period: string; figures: Record<string, { figure?: string; downMs?: string }> }[] = [],
  ) =>
    settled({
      terms: { rights },
      evidence: {
        ...june,
        history: { mail: { periods, creditedThisYearMinor: 0, owedEverMinor: 0, maintenanceUsedMs: 0 } },
      },
      period: '2026-06',
    }).rights.map(({ id, because }) => [id, because]);
  const past = (period: string, figure: string) => ({ period, figures: { availability: { figure } } });
  const breaches = (count: number, of: number) => ({
    kind: 'breaches' as const,
    id: 'leave',
    clause: 'availability',
    count,
    of,
    bad: { below: '999/1000' },
  });

  test('two bad months of three', () => {
    const months = [past('2026-04', '99/100'), past('2026-05', '1')];
    expect(rightsOf([breaches(2, 3)], months)).toEqual([['leave', ['2026-04', '2026-06']]]);
    expect(rightsOf([breaches(2, 2)], months)).toEqual([]);
    expect(rightsOf([breaches(3, 3)], months)).toEqual([]);
  });

  test('one month is enough where the contract says so', () => {
    expect(rightsOf([breaches(1, 1)])).toEqual([['leave', ['2026-06']]]);
    expect(rightsOf([{ ...breaches(1, 1), bad: { downOverMs: 150 * minuteMs } }])).toEqual([]);
    expect(rightsOf([{ ...breaches(1, 1), bad: { downOverMs: 150 * minuteMs - 1 } }])).toEqual([
      ['leave', ['2026-06']],
    ]);
  });

  test('so many outages in any so many days', () => {
    const rolling = {
      kind: 'rolling' as const,
      id: 'chronic',
      clause: 'availability',
      days: 15,
      countOver: 1,
      shortestMs: 0,
    };
    expect(rightsOf([rolling])).toEqual([['chronic', ['2026-06-05T08:00:00.000Z', '2026-06-05T20:00:00.000Z']]]);
    expect(rightsOf([{ ...rolling, countOver: 2 }])).toEqual([]);
    expect(rightsOf([{ ...rolling, days: 16, countOver: 2 }])).toHaveLength(1);
    expect(rightsOf([{ ...rolling, days: 14, shortestMs: 30 * minuteMs }])).toEqual([]);
  });

  test('a right that an earlier month gave is not given again', () => {
    const rolling = {
      kind: 'rolling' as const,
      id: 'chronic',
      clause: 'availability',
      days: 15,
      countOver: 1,
      shortestMs: 0,
    };
    const july = settled({ terms: { rights: [rolling] }, evidence: june, period: '2026-07' });
    expect(july.rights.map(({ because }) => because)).toEqual([]);
  });

  test('so many hours in any so many days', () => {
    const rolling = {
      kind: 'rolling' as const,
      id: 'chronic',
      clause: 'availability',
      days: 1,
      totalOverMs: hourMs,
      shortestMs: 0,
    };
    expect(rightsOf([rolling])).toEqual([['chronic', ['2026-06-20T08:00:00.000Z']]]);
    expect(rightsOf([{ ...rolling, totalOverMs: 90 * minuteMs }])).toEqual([]);
  });
});

test('the plain contract is what the plan’s schema says', async () => {
  const { clientPlanSchema } = await import('../../shared/contract/plan.ts');
  expect(clientPlanSchema.parse(plainClient)).toEqual(plainClient);
  expect(plainTime.kind).toBe('time');
});
