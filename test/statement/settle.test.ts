import { describe, expect, test } from 'vitest';
import type { Amount, Credit, Right } from '../../shared/contract/terms.ts';
import { pastOf } from '../../shared/statement/history.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import {
  at,
  type Case,
  clauseOf,
  outages,
  plainClause,
  plainCredit,
  plainService,
  plainTerms,
  settled,
} from './a-contract.ts';

test('a month without an outage owes nothing', () => {
  const statement = settled({ evidence: outages() });
  expect(clauseOf(statement).figure?.exact).toBe('1');
  expect(statement.creditMinor).toBe(0);
});

test('a statement is what its schema says', () => {
  const statement = settled({ evidence: outages(['2026-10-10T00:00:00Z', '2026-10-10T01:00:00Z']) });
  expect(statementSchema.parse(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
});

test.each([
  // October 2026 in Paris has 745 h = 2 682 000 000 ms, so 99.9 % allow 2 682 000 ms: 44 min 42 s.
  { name: 'the target met exactly owes nothing', end: '2026-10-10T00:44:42.000Z', minor: 0 },
  { name: 'one millisecond past it owes a tenth', end: '2026-10-10T00:44:42.001Z', minor: 100_00 },
  { name: '99 % exactly is still in the first band', end: '2026-10-10T07:27:00Z', minor: 100_00 },
  { name: 'below 99 % a quarter is owed', end: '2026-10-10T07:27:00.001Z', minor: 250_00 },
])('$name', ({ end, minor }) => {
  expect(settled({ evidence: outages(['2026-10-10T00:00:00Z', end]) }).creditMinor).toBe(minor);
});

describe('rights and the past look at the whole period, whatever changed inside it', () => {
  const answers = {
    ...{ id: 'answers', credits: [], tested: 'exact' as const, target: '1' },
    measure: {
      ...{ kind: 'tickets' as const, of: 'response' as const, pauses: true, open: 'judge' as const },
      within: { ms: 3_600_000 },
    },
  };
  const rights: Right[] = [
    { kind: 'breaches', id: 'leave', clause: 'availability', count: 1, of: 1, bad: { below: '95/100' } },
    { kind: 'late', id: 'complain', clause: 'answers', count: 2 },
  ];
  const changingOn = (from: string): Case => {
    const version = (since: string, target: string) => ({
      ...{ from: since, feeMinor: 1_000_00 },
      terms: { ...plainTerms, clauses: [{ ...plainClause, target }, answers], rights },
    });
    return { service: { versions: [version('2025-01-01', '999/1000'), version(from, '9995/10000')] } };
  };
  const lateOn = (day: string) => ({
    ...{ id: day, service: 'mail', severity: 'high', pauses: [] },
    openedAt: at(`${day}T10:00:00Z`),
    respondedAt: at(`${day}T12:00:00Z`),
  });
  const rightsOf = (statement: ReturnType<typeof settled>) => statement.rights.map(({ id }) => id);

  test('what the first part gave is not lost with it', () => {
    const evidence = {
      ...outages(['2026-10-05T00:00:00Z', '2026-10-07T12:00:00Z']),
      incidents: [lateOn('2026-10-05'), lateOn('2026-10-20')],
    };
    const statement = settled({ ...changingOn('2026-10-17'), evidence });
    expect(rightsOf(statement)).toEqual(['leave', 'complain']);
    // 60 of 745 hours; both answers late.
    expect(pastOf(statement).services.mail?.figures).toEqual({
      availability: { figure: '137/149', downMs: String(60 * 3_600_000) },
      answers: { figure: '0' },
    });
  });

  test('a bad last day does not make a bad month', () => {
    const evidence = outages(['2026-10-31T10:00:00Z', '2026-10-31T12:00:00Z']);
    expect(rightsOf(settled({ ...changingOn('2026-10-31'), evidence }))).toEqual([]);
  });
});

describe('what the contract caps and shares is the fee of what is settled', () => {
  const evidence = outages(['2026-10-05T00:00:00Z', '2026-10-07T12:00:00Z']);
  const cap = { kind: 'share' as const, share: '1/10' };
  const contract = { versions: [{ from: '2025-01-01', terms: { limits: { cap }, round: 'half-even' as const } }] };

  test('a quarter that goes on does not widen the cap of a month', () => {
    const quarterly = { ...plainTerms, period: { zone: 'Europe/Paris', kind: { kind: 'quarter' as const } } };
    const files = {
      ...{ ...plainService, id: 'files', compose: { kind: 'endpoint' as const, id: 'acme/files/web' } },
      versions: [{ from: '2025-01-01', feeMinor: 9_000_00, terms: quarterly }],
    };
    const client = { ...contract, services: [plainService, files] };
    expect(settled({ client, evidence }).creditMinor).toBe(100_00);
  });

  test('in a part of a month it is the fees of that part', () => {
    const ofContract = { ...plainCredit, base: { ...plainCredit.base, of: 'contract' as const } };
    const terms = { ...plainTerms, clauses: [{ ...plainClause, credits: [ofContract] }] };
    const versions = [
      { from: '2025-01-01', feeMinor: 1_000_00, terms },
      { from: '2026-10-17', feeMinor: 2_490_00, terms }, // 384 of 745 hours, then 361
    ];
    // The only service there is: a quarter of 1 000 for 384 of 745 hours.
    expect(settled({ service: { versions }, evidence }).creditMinor).toBe(128_86);
  });
});

describe('a change of terms in mid-month does not change what a promise of the period is worth', () => {
  const band = (from: string, pays: Amount): Credit['schedule'] => ({
    kind: 'bands',
    overlap: 'first',
    bands: [
      {
        range: { ...(from && { from }), fromIncluded: true, to: from ? undefined : '999/1000', toIncluded: false },
        pays,
      },
    ],
  });
  const euros = (minor: number): Amount => ({ kind: 'money', minor });
  const share: Amount = { kind: 'share', share: '1/20' };
  const oneDay: Amount = { kind: 'days', count: '1' };
  const each = (pays: Amount) => ({ quantity: 'outage-each' as const, schedule: band('0', pays) });
  const perHour = (unit: string, pays: Amount) => ({
    quantity: 'downtime' as const,
    schedule: { kind: 'steps' as const, unit, round: 'exact' as const, pays },
  });
  const figure = (pays: Amount) => ({ schedule: band('', pays) });
  const evidence = outages(
    ['2026-10-05T00:00:00Z', '2026-10-05T10:00:00Z'],
    ['2026-10-20T00:00:00Z', '2026-10-20T10:00:00Z'],
  );
  test.each<{ name: string; credit: Partial<Credit> }>([
    { name: 'money under a figure', credit: figure(euros(40_00)) },
    { name: 'a share under a figure', credit: figure(share) },
    { name: 'a day under a figure', credit: figure(oneDay) },
    { name: 'money for each outage', credit: each(euros(40_00)) },
    { name: 'a share for each outage', credit: each(share) },
    { name: 'a day for each outage', credit: each(oneDay) },
    { name: 'a share for each hour', credit: perHour('3600000', share) },
    { name: 'in proportion to the service time', credit: perHour('service-time', { kind: 'share', share: '3' }) },
    { name: 'money in proportion to the period', credit: perHour('whole-period', euros(400_00)) },
    { name: 'a cap in money', credit: { ...perHour('3600000', share), cap: euros(40_00) } },
    { name: 'a cap in days', credit: { ...perHour('3600000', share), cap: oneDay } },
    { name: 'a cap in shares', credit: { ...perHour('3600000', share), cap: share } },
  ])('$name', ({ credit }) => {
    const termsTo = (target: string) => ({
      ...plainTerms,
      clauses: [{ ...plainClause, target, credits: [{ ...plainCredit, ...credit }] }],
    });
    const before = { from: '2025-01-01', feeMinor: 1_000_00, terms: termsTo('999/1000') };
    const changed = [before, { ...before, from: '2026-10-17', terms: termsTo('9995/10000') }];
    const [whole, parts] = [[before], changed].map(
      (versions) => settled({ service: { versions }, evidence }).creditMinor,
    );
    expect(whole).toBeGreaterThan(0);
    expect(Math.abs((parts ?? 0) - (whole ?? 0))).toBeLessThanOrEqual(1); // each line is rounded
  });
});
