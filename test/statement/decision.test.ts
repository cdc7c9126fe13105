import { describe, expect, test } from 'vitest';
import { messageSchema } from '../../shared/outage/message.ts';
import { decide, type Settled } from '../../shared/statement/decision.ts';
import { clientsDue, periodEnded, plansOf } from '../../shared/statement/due.ts';
import { historyFor, type PastSettlement } from '../../shared/statement/history.ts';
import { leftOver, runNotice } from '../../shared/statement/run-notice.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aRecord } from '../adapters/given.ts';
import { planWith } from '../functions/world.ts';

const settled = (over: Partial<Settled> = {}): Settled => ({
  ...{ status: 'ready', creditMinor: 5_000, inputsHash: 'new', figuresHash: 'new', ...over },
});
const issued = aRecord({ creditMinor: 4_200 });
const held = aRecord({ status: 'held' });

describe('what a settlement does', () => {
  test.each([
    {
      name: 'the first is issued whole',
      issued: [],
      held: [],
      revise: false,
      is: { outcome: 'issued', revision: 1, differenceMinor: 5_000 },
    },
    {
      name: 'the first that is held is held',
      settled: { status: 'held' as const },
      issued: [],
      held: [],
      revise: false,
      is: { kind: 'hold', revision: 1 },
    },
    {
      name: 'the same inputs do nothing',
      settled: { inputsHash: issued.inputsHash },
      issued: [issued],
      held: [],
      revise: true,
      is: { outcome: 'unchanged' },
    },
    {
      name: 'the same figures do nothing',
      settled: { figuresHash: issued.figuresHash },
      issued: [issued],
      held: [],
      revise: true,
      is: { outcome: 'unchanged' },
    },
    {
      name: 'other inputs are told and change nothing',
      issued: [issued],
      held: [],
      revise: false,
      is: { outcome: 'inputs-changed' },
    },
    {
      name: 'a revision brings the difference',
      issued: [issued],
      held: [],
      revise: true,
      is: { outcome: 'revised', revision: 2, differenceMinor: 800 },
    },
    {
      name: 'a revision may take money back',
      settled: { creditMinor: 0 },
      issued: [issued],
      held: [],
      revise: true,
      is: { differenceMinor: -4_200 },
    },
    {
      name: 'a revision that is held is held',
      settled: { status: 'held' as const },
      issued: [issued],
      held: [],
      revise: true,
      is: { kind: 'hold', revision: 2 },
    },
    {
      name: 'what is held already does nothing',
      settled: { status: 'held' as const, figuresHash: held.figuresHash },
      issued: [],
      held: [held],
      revise: false,
      is: { kind: 'nothing', outcome: 'held' },
    },
    {
      name: 'after a held one, the first is no correction',
      issued: [],
      held: [held],
      revise: false,
      is: { outcome: 'issued', revision: 1, differenceMinor: 5_000 },
    },
  ])('$name', ({ settled: over = {}, issued: before, held: kept, revise, is }) => {
    expect(decide(settled(over), before, kept, revise)).toMatchObject(is);
  });
});

describe('the month that is due', () => {
  test.each([
    { now: '2026-11-01T14:00Z', is: '2026-10' },
    { now: '2026-11-01T12:00Z', is: '2026-10' },
    { now: '2026-11-01T11:59Z', is: '2026-09' }, // at UTC-12 it is still October
    { now: '2027-01-15T00:00Z', is: '2026-12' },
  ])('at $now is $is', ({ now, is }) => {
    expect(periodEnded(epochMs(Date.parse(now)))).toBe(is);
  });

  const pointer = (seq: number, date: string) => ({
    seq,
    version: `v${seq}`,
    rosters: [{ places: ['home'], offsetsMs: [0] }],
    appliedAt: epochMs(Date.parse(date)),
  });
  const history = [
    pointer(1, '2026-08-01'),
    pointer(2, '2026-09-20'),
    pointer(3, '2026-10-20'),
    pointer(4, '2026-11-20'),
    pointer(5, '2026-11-25'),
  ];

  test('is settled from the present plan and from those in force in it, the newest first', () => {
    expect(plansOf('2026-10', history).map(({ version }) => version)).toEqual(['v5', 'v3', 'v2']);
    expect(plansOf('2026-01', history).map(({ version }) => version)).toEqual(['v5']);
    expect(plansOf('2026-01', [])).toEqual([]);
  });

  test('has every client whose contract was live in it', () => {
    const plan = planWith({ early: 'until: 2026-10-01', leaving: 'until: 2026-10-02', stays: '' });
    const future = planWith({ stays: '', leaving: '' });
    const due = clientsDue('2026-10', [
      { version: 'b', plan: future },
      { version: 'a', plan },
    ]);
    expect(due).toMatchObject([
      { client: 'leaving', version: 'b', plan: { id: 'leaving' } },
      { client: 'stays', version: 'b', plan: { id: 'stays' } },
    ]);
    expect(clientsDue('2026-10', [{ version: 'a', plan }]).map(({ client }) => client)).toEqual(['leaving', 'stays']);
    expect(clientsDue('2025-12', [{ version: 'a', plan }])).toEqual([]);
  });

  test.each([
    { period: 'calendar month', until: '2026-11-15', months: ['2026-10', '2026-11'] },
    { period: 'calendar quarter', until: '2026-11-15', months: ['2026-10', '2026-11', '2026-12'] },
    { period: 'billing month from day 15', until: '2026-12-01', months: ['2026-10', '2026-11', '2026-12'] },
    { period: 'billing month from day 15', until: '2026-11-15', months: ['2026-10', '2026-11'] },
    { period: 'rolling 90 days', until: '2026-11-15', months: ['2026-10', '2026-11'] },
  ])('a contract by $period that ends on $until is settled to its end', ({ period, until, months }) => {
    const plan = planWith({ leaving: `until: ${until}\nterms: { period: ${period} }` });
    const due = ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02'].filter(
      (month) => clientsDue(month, [{ version: 'a', plan }]).length > 0,
    );
    expect(due).toEqual(months);
  });
});

describe('the past of a contract', () => {
  const client = planWith({ acme: '' }).clients[0];
  if (!client) throw new Error('no client');
  const past = (period: string, creditMinor: number, franchiseMinor = 0): PastSettlement => ({
    ...{ period, creditMinor, franchiseMinor },
    services: { mail: { creditMinor, franchiseMinor, figures: { availability: { figure: '1', downMs: '0' } } } },
  });

  test('counts what was credited in the contract year, and what was ever owed', () => {
    const settlements = [past('2025-11', 100), past('2026-01', 200), past('2026-09', 300, 50), past('2026-10', 999)];
    const { history, contractHistory } = historyFor(client, '2026-10', settlements);
    expect(contractHistory).toEqual({ creditedThisYearMinor: 500, owedEverMinor: 650 });
    expect(history.mail).toMatchObject({ creditedThisYearMinor: 500, owedEverMinor: 650 });
  });

  test('has no gaps: a month that was never settled is a period without figures', () => {
    const { history } = historyFor(client, '2026-10', [past('2026-07', 0), past('2026-09', 0)]);
    expect(history.mail?.periods.map(({ period, figures }) => [period, Object.keys(figures).length])).toEqual([
      ['2026-07', 1],
      ['2026-08', 0],
      ['2026-09', 1],
    ]);
  });

  test('is empty at first', () => {
    expect(historyFor(client, '2026-10', []).history.mail?.periods).toEqual([]);
  });
});

describe('a run that is over', () => {
  const clients = Array.from({ length: 600 }, (_, n) => `client-${n}-${'x'.repeat(30)}`);

  test.each(['en', 'fr'] as const)('is told in %s within what SNS takes, however many failed', (language) => {
    const notice = runNotice({ period: '2026-10', run: '20261101T140000.000Z', clients, outcomes: [] }, language);
    expect(() => messageSchema.parse(notice)).not.toThrow();
    expect(notice.json).toMatchObject({ counts: { failed: 600 } });
  });

  test('leaves nothing to do where all were issued', () => {
    const outcomes = [
      { client: 'a', outcome: 'issued' as const },
      { client: 'b', outcome: 'unchanged' as const },
    ];
    const summary = { period: '2026-10', run: 'r', clients: ['a', 'b'], outcomes };
    expect(leftOver(summary)).toBe(0);
    expect(runNotice(summary, 'en').email).toContain('Settlement of 2026-10: nothing is left to do');
  });
});
