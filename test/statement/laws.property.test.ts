import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Credit, Limits } from '../../shared/contract/terms.ts';
import { noEvidence, type ToldOutage } from '../../shared/measure/evidence.ts';
import { add, compare, fraction, parseFraction } from '../../shared/money/fraction.ts';
import { settle } from '../../shared/statement/settle.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import { epochMs } from '../../shared/time/span.ts';
import { at, clauseOf, clientOf, endpointId, plainCredit, settled } from './a-contract.ts';

const seed = 20261123;
const hourMs = 3_600_000;
const month = { start: at('2026-09-30T22:00:00Z'), end: at('2026-10-31T23:00:00Z') };

const someOutages: fc.Arbitrary<ToldOutage[]> = fc.array(
  fc
    .tuple(fc.integer({ min: -5 * hourMs, max: month.end - month.start }), fc.integer({ min: 1, max: 40 * hourMs }))
    .map(([from, length]) => ({ start: epochMs(month.start + from), end: epochMs(month.start + from + length) })),
  { maxLength: 6 },
);

const told = (outages: readonly ToldOutage[]) => ({ endpoints: { [endpointId]: { outages: [...outages] } } });

const perHour = (round: 'down' | 'up' | 'exact', quantity: Credit['quantity']): Credit => ({
  ...plainCredit,
  quantity,
  schedule: { kind: 'steps', unit: `${hourMs}`, round, pays: { kind: 'share', share: '1/50' } },
});

/** Every schedule in which nobody can gain by being down longer. */
const someCredit: fc.Arbitrary<Credit> = fc.constantFrom<Credit>(
  plainCredit,
  perHour('down', 'downtime'),
  perHour('up', 'downtime'),
  perHour('exact', 'excess'),
  {
    ...plainCredit,
    quantity: 'downtime',
    schedule: { kind: 'steps', unit: 'service-time', round: 'exact', pays: { kind: 'share', share: '10' } },
    gates: [{ kind: 'below', share: '999/1000' }],
  },
  {
    ...plainCredit,
    quantity: 'shortfall',
    schedule: { kind: 'steps', unit: '1/1000', round: 'up', pays: { kind: 'money', minor: 333 } },
  },
);

const someLimits: fc.Arbitrary<Limits> = fc.record(
  {
    cap: fc.constantFrom(
      { kind: 'share' as const, share: '1/2' },
      { kind: 'money' as const, minor: 77_77 },
      { kind: 'days' as const, count: '7' },
    ),
    yearCap: fc.constantFrom({ kind: 'share' as const, share: '1/5' }, { kind: 'money' as const, minor: 100_00 }),
    minimum: fc.constant({ minor: 5_00, than: 'at-least' as const }),
  },
  { requiredKeys: [] },
);

describe('laws', () => {
  test('more down time never earns less credit', () => {
    fc.assert(
      fc.property(someOutages, someOutages, someCredit, someLimits, (some, more, credit, limits) => {
        const owed = (outages: readonly ToldOutage[]) =>
          settled({ clause: { credits: [credit] }, terms: { limits }, evidence: told(outages) }).creditMinor;
        expect(owed([...some, ...more])).toBeGreaterThanOrEqual(owed(some));
      }),
      { seed, numRuns: 300 },
    );
  });

  test('a credit never passes its caps, and what was cut adds up to what was owed', () => {
    fc.assert(
      fc.property(someOutages, someCredit, someLimits, (outages, credit, limits) => {
        const statement = settled({ clause: { credits: [credit] }, terms: { limits }, evidence: told(outages) });
        const [service] = statement.services;
        const cut = (service?.cuts ?? []).reduce((sum, { minor }) => sum + minor, 0);
        expect((service?.creditMinor ?? 0) + cut).toBe(service?.grossMinor);
        if (limits.cap?.kind === 'money') expect(statement.creditMinor).toBeLessThanOrEqual(limits.cap.minor);
        if (limits.cap?.kind === 'share') expect(statement.creditMinor).toBeLessThanOrEqual(500_00);
      }),
      { seed, numRuns: 300 },
    );
  });

  test('splitting a period adds up', () => {
    const halves = ['2026-10-01/2026-10-17', '2026-10-17/2026-11-01'];
    fc.assert(
      fc.property(someOutages, (outages) => {
        const time = (period: string) => clauseOf(settled({ evidence: told(outages), period })).time;
        const downOf = (period: string) => parseFraction(time(period)?.downMs.measured ?? '0');
        expect(halves.map(downOf).reduce(add)).toEqual(downOf('2026-10'));
        const served = halves.map((half) => Number(time(half)?.serviceMs)).reduce((a, b) => a + b);
        expect(served).toBe(Number(time('2026-10')?.serviceMs));
      }),
      { seed, numRuns: 200 },
    );
  });

  test('the figure as contracted is never below the one with nothing excluded, where excuses count as up', () => {
    fc.assert(
      fc.property(
        someOutages,
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 100 }),
        (outages, from, hours) => {
          const window = {
            id: 'w',
            start: epochMs(month.start + from * hourMs),
            end: epochMs(month.start + (from + hours) * hourMs),
            declaredAt: month.start,
            kind: 'scheduled' as const,
            by: 'ops',
            reason: 'upgrade',
          };
          const up = { treat: 'up' as const, noticeMs: 0, late: 'nothing' as const };
          const clause = clauseOf(
            settled({
              measure: { maintenance: { scheduled: up, emergency: up, recurring: [] } },
              evidence: { ...told(outages), maintenance: [window] },
            }),
          );
          const [contracted, bare] = [clause.figure?.exact, clause.time?.bare.figure?.exact].map((text) =>
            parseFraction(text ?? '0'),
          );
          expect(compare(contracted ?? fraction(0), bare ?? fraction(0))).toBeGreaterThanOrEqual(0);
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  test('under any two pretended todays, in any zone of the host, a statement has the same bytes', () => {
    const example = { evidence: told([{ start: at('2026-10-25T00:30:00Z'), end: at('2026-10-25T03:30:00Z') }]) };
    const settlement = {
      client: clientOf(example),
      period: '2026-10',
      evidence: { ...noEvidence, ...example.evidence },
      provenance: { planVersion: 'v' },
    };
    const before = process.env.TZ;
    const bytes = ['2026-07-15T12:00:00Z', '2027-01-15T12:00:00Z'].flatMap((today) =>
      ['UTC', 'America/New_York', 'Pacific/Apia'].map((host) => {
        process.env.TZ = host;
        vi.useFakeTimers({ now: new Date(today) });
        return JSON.stringify(settle(settlement));
      }),
    );
    vi.useRealTimers();
    process.env.TZ = before;
    expect(new Set(bytes).size).toBe(1);
  });

  test('a statement survives its own JSON', () => {
    fc.assert(
      fc.property(someOutages, someCredit, (outages, credit) => {
        const statement = settled({ clause: { credits: [credit] }, evidence: told(outages) });
        expect(statementSchema.parse(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
      }),
      { seed, numRuns: 50 },
    );
  });

  test('the order in which evidence is told changes nothing', () => {
    fc.assert(
      fc.property(someOutages, (outages) => {
        expect(settled({ evidence: told([...outages].reverse()) })).toEqual(settled({ evidence: told(outages) }));
      }),
      { seed, numRuns: 100 },
    );
  });
});
