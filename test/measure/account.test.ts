import { describe, expect, test } from 'vitest';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import {
  at,
  type Case,
  clauseOf,
  endpointId,
  excused,
  outages,
  plainTime,
  settled,
  withMeasure,
} from '../statement/a-contract.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** October 2026 in Paris. */
const monthMs = 745 * hourMs;

/** Samples from the day of activation on, an hour of them failures. */
const activated: Case = {
  service: { since: '2026-10-16' },
  evidence: {
    endpoints: {
      [endpointId]: {
        places: {
          paris: (
            [
              ['2026-10-15T22:00:00Z', '2026-10-20T09:59:00Z', 'up'],
              ['2026-10-20T10:00:00Z', '2026-10-20T10:59:00Z', 'down'],
              ['2026-10-20T11:00:00Z', '2026-10-31T22:59:00Z', 'up'],
            ] as const
          ).map(([from, to, state]) => ({
            ...{ firstAt: at(from), lastAt: at(to), state },
            count: (at(to) - at(from)) / minuteMs + 1,
          })),
        },
      },
    },
  },
};

describe('a service that began inside the period', () => {
  const livedMs = at('2026-10-31T23:00:00Z') - at('2026-10-15T22:00:00Z');
  test.each(
    (['exclude', 'up', 'down'] as const).flatMap((unknown) => [
      { life: 'activation' as const, unknown, serviceMs: livedMs },
      { life: 'whole-period' as const, unknown, serviceMs: monthMs },
    ]),
  )('$life, unmeasured time is $unknown', ({ life, unknown, serviceMs }) => {
    const statement = settled({ ...activated, measure: { life, unknown, coverageFloor: '9/10' } });
    const { time } = clauseOf(statement);
    expect([time?.serviceMs, time?.downMs.measured]).toEqual([String(serviceMs), String(hourMs)]);
    expect(statement.holds).toEqual([]); // before it was there nobody could have measured it
  });

  test('windows from before it use nothing up', () => {
    const window = (day: string): MaintenanceWindow => ({
      ...{ id: day, start: at(`${day}T00:00:00Z`), end: at(`${day}T04:00:00Z`) },
      ...{ declaredAt: at('2026-01-01T00:00:00Z'), kind: 'scheduled', by: 'ada', reason: 'disks' },
    });
    const withCap = (per: 'month' | 'year') => {
      const scheduled = { ...excused, cap: { ms: 4 * hourMs, per } };
      const maintenance = [window('2026-03-03'), window('2026-10-03'), window('2026-10-20')];
      return clauseOf(
        settled({
          measure: { maintenance: { ...plainTime.maintenance, scheduled } },
          service: { since: '2026-10-16' },
          evidence: { ...outages(['2026-10-20T00:00:00Z', '2026-10-20T05:00:00Z']), maintenance },
        }),
      ).time?.downMs.measured;
    };
    expect([withCap('month'), withCap('year')]).toEqual([String(hourMs), String(hourMs)]);
  });
});

test('never up at all is 0 % where downtime is divided by the time up', () => {
  const clause = clauseOf(
    settled({
      measure: { denominator: 'up-time' },
      evidence: outages(['2026-09-01T00:00:00Z', '2026-12-01T00:00:00Z']),
    }),
  );
  expect([clause.figure?.exact, clause.met]).toEqual(['0', false]);
});

describe('a change of terms in mid-month', () => {
  // From the 17th, 00:00 in Paris: 384 hours before it, 361 after.
  const changing = (measure: Parameters<typeof withMeasure>[0]): Case => {
    const terms = (target: string) => ({ clauses: [{ ...withMeasure(measure), target }] });
    const [before, after] = [terms('999/1000'), terms('9995/10000')];
    const version = (from: string, more: ReturnType<typeof terms>) => ({
      ...{ from, feeMinor: 1_000_00 },
      terms: { ...plain, ...more },
    });
    return { service: { versions: [version('2025-01-01', before), version('2026-10-17', after)] } };
  };
  const plain = {
    period: { zone: 'Europe/Paris', kind: { kind: 'month' as const } },
    feePer: 'month' as const,
    ...{ combine: 'sum' as const, limits: {}, round: 'half-even' as const, rights: [] },
  };
  const evidence = outages(
    ['2026-10-05T00:00:00Z', '2026-10-05T10:00:00Z'],
    ['2026-10-20T00:00:00Z', '2026-10-20T10:00:00Z'],
  );
  const timesOf = (example: Case) =>
    settled({ ...example, evidence }).services[0]?.parts.map(({ clauses }) => clauses[0]?.time);

  test('free time per period is shared out between the parts', () => {
    const times = timesOf(changing({ allowance: { perOutageMs: 0, perPeriodMs: 745 * minuteMs } }));
    expect(times?.map((time) => time?.downMs.measured)).toEqual([
      `${(600 - 384) * minuteMs}`,
      `${(600 - 361) * minuteMs}`,
    ]);
  });

  test('so is a fixed number of hours', () => {
    const times = timesOf(changing({ denominator: { fixedMs: 1490 * hourMs } }));
    expect(times?.map((time) => time?.denominatorMs)).toEqual([`${768 * hourMs}`, `${722 * hourMs}`]);
  });
});
