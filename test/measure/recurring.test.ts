import { describe, expect, test } from 'vitest';
import type { RecurringWindow, WindowRule } from '../../shared/contract/terms.ts';
import { recurringAt } from '../../shared/measure/recurring.ts';
import { epochMs } from '../../shared/time/span.ts';
import { at, type Case, clauseOf, clientOf, excused, outages, plainTime, settled } from '../statement/a-contract.ts';

const hour = 3_600_000;
const firstSundays: RecurringWindow = {
  id: 'first-sunday',
  kind: 'scheduled',
  rrule: 'FREQ=MONTHLY;BYDAY=1SU',
  zone: 'Europe/Paris',
  date: '2025-01-05',
  time: '02:00',
  lengthMs: 2 * hour,
};
const under = (rule: Partial<WindowRule> = {}, more: Partial<RecurringWindow> = {}): Case => ({
  measure: {
    maintenance: {
      ...plainTime.maintenance,
      scheduled: { ...excused, ...rule },
      recurring: [{ ...firstSundays, ...more }],
    },
  },
});
// Sunday 4 October 2026 in Paris: the window is 00:00Z to 02:00Z, on the summer clock.
const outage = outages(['2026-10-04T00:30:00Z', '2026-10-04T03:00:00Z']);

describe('detection and settlement know the same windows of the contract', () => {
  const halfHour = 1_800_000;
  const moments = Array.from({ length: 745 * 2 }, (_, n) => epochMs(at('2026-09-30T22:00:00Z') + n * halfHour));

  test.each([
    { name: 'on the summer clock', example: under() },
    { name: 'each night, the repeated hour too', example: under({}, { rrule: 'FREQ=DAILY', time: '02:30' }) },
    { name: 'from its first day on', example: under({}, { rrule: 'FREQ=DAILY', date: '2026-10-20' }) },
    { name: 'over midnight', example: under({}, { rrule: 'FREQ=WEEKLY;BYDAY=FR', time: '23:00' }) },
    { name: 'under the terms of the day', example: changing() },
  ])('$name', ({ example }) => {
    const client = clientOf(example);
    const quiet = moments.filter((moment) =>
      recurringAt(client, moment).some(({ start, end }) => start <= moment && moment < end),
    );
    const { services } = settled({ ...example, evidence: outages() });
    const excluded = services[0]?.parts.flatMap(({ clauses }) => clauses[0]?.time?.excluded ?? []) ?? [];
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length * halfHour).toBe(excluded.reduce((sum, { start, end }) => sum + end - start, 0));
  });
});

/** No window until the middle of the month, then one each night. */
function changing(): Case {
  const before = clientOf({}).services[0]?.versions[0];
  const after = clientOf(under({}, { rrule: 'FREQ=DAILY' })).services[0]?.versions[0];
  if (!before || !after) throw new Error('the plain contract has a version');
  return { service: { versions: [before, { ...after, from: '2026-10-16' }] } };
}

test('an outage in a window of the contract is excused, and its overrun counts', () => {
  const { time } = clauseOf(settled({ ...under(), evidence: outage }));
  expect(time?.excluded).toMatchObject([{ id: 'first-sunday@2026-10-04', reason: 'scheduled' }]);
  expect(time?.downMs.measured).toBe(String(hour));
});

test('months before the period use up a cap per year', () => {
  // Nine windows of two hours from January to September leave one hour of nineteen for October's.
  const { time } = clauseOf(settled({ ...under({ cap: { ms: 19 * hour, per: 'year' } }), evidence: outage }));
  expect(time?.refused).toEqual([{ id: 'first-sunday@2026-10-04', why: 'cap', ms: hour }]);
  expect(time?.downMs.measured).toBe(String(2 * hour));
});

test('what evidence says was used is not counted twice', () => {
  const past = { periods: [], creditedThisYearMinor: 0, owedEverMinor: 0, maintenanceUsedMs: 18 * hour };
  const evidence = { ...outage, history: { mail: past } };
  const { time } = clauseOf(settled({ ...under({ cap: { ms: 19 * hour, per: 'year' } }), evidence }));
  expect(time?.downMs.measured).toBe(String(2 * hour));
});

test('a window from before the contract began uses nothing up', () => {
  const example = { ...under({ cap: { ms: 2 * hour, per: 'year' } }), client: { since: '2026-10-01' } };
  const { time } = clauseOf(settled({ ...example, evidence: outage }));
  expect(time?.downMs.measured).toBe(String(hour));
});

test('a statement tells what was refused in its own period only', () => {
  const declared = (id: string, day: string) => ({
    ...{ id, start: at(`${day}T10:00:00Z`), end: at(`${day}T11:00:00Z`), declaredAt: at(`${day}T10:00:00Z`) },
    ...{ kind: 'scheduled' as const, by: 'ada', reason: 'disks' },
  });
  const maintenance = [declared('march', '2026-03-10'), declared('october', '2026-10-10')];
  const { time } = clauseOf(settled({ ...under({ noticeMs: hour }), evidence: { ...outage, maintenance } }));
  expect(time?.refused.map(({ id }) => id)).toEqual(['october']);
});
