import { describe, expect, test } from 'vitest';
import type { TicketMeasure } from '../../shared/contract/terms.ts';
import type { Incident } from '../../shared/measure/evidence.ts';
import { ticketResults } from '../../shared/measure/tickets.ts';
import { interval } from '../../shared/time/span.ts';
import { at, clauseOf, settled } from '../statement/a-contract.ts';

const hourMs = 3_600_000;
const paris = 'Europe/Paris';
const october = interval(at('2026-09-30T22:00:00Z'), at('2026-10-31T23:00:00Z'));
const office = {
  zone: paris,
  weekly: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
  holidays: ['2026-10-26'],
};
const within = (hours: number): TicketMeasure => ({
  kind: 'tickets',
  of: 'response',
  within: { ms: hours * hourMs },
  pauses: true,
  open: 'judge',
});

const incident = (openedAt: string, respondedAt: string | undefined, more: Partial<Incident> = {}): Incident => ({
  id: 'i1',
  service: 'mail',
  severity: 'high',
  openedAt: at(openedAt),
  ...(respondedAt === undefined ? {} : { respondedAt: at(respondedAt) }),
  pauses: [],
  ...more,
});

const judged = (one: Incident, measure: TicketMeasure) => {
  const [ticket] = ticketResults([one], measure, october, paris);
  if (!ticket) throw new Error('not judged');
  return { due: new Date(ticket.dueAt).toISOString(), lateMs: ticket.lateMs, verdict: ticket.verdict };
};

describe('clocks', () => {
  test.each([
    {
      name: 'around the clock, to the millisecond',
      one: incident('2026-10-10T10:00:00Z', '2026-10-10T14:00:00.001Z'),
      measure: within(4),
      want: { due: '2026-10-10T14:00:00.000Z', lateMs: 1, verdict: 'late' },
    },
    {
      name: 'real hours over a clock change',
      one: incident('2026-10-24T22:30:00Z', '2026-10-25T03:30:00Z'),
      measure: within(5),
      want: { due: '2026-10-25T03:30:00.000Z', lateMs: 0, verdict: 'in-time' },
    },
    {
      name: 'business hours over a weekend and a holiday: Friday 17:00 and four hours is Tuesday 12:00',
      one: incident('2026-10-23T15:00:00Z', '2026-10-27T11:30:00Z'),
      measure: { ...within(4), hours: office },
      want: { due: '2026-10-27T11:00:00.000Z', lateMs: hourMs / 2, verdict: 'late' },
    },
    {
      name: 'opened at night, the clock starts in the morning',
      one: incident('2026-10-06T20:00:00Z', '2026-10-07T08:00:00Z'),
      measure: { ...within(1), hours: office },
      want: { due: '2026-10-07T08:00:00.000Z', lateMs: 0, verdict: 'in-time' },
    },
    {
      name: 'the clock stops while waiting for the client',
      one: incident('2026-10-10T10:00:00Z', '2026-10-10T15:00:00Z', {
        pauses: [{ start: at('2026-10-10T11:00:00Z'), end: at('2026-10-10T12:00:00Z') }],
      }),
      measure: within(4),
      want: { due: '2026-10-10T15:00:00.000Z', lateMs: 0, verdict: 'in-time' },
    },
    {
      name: 'and goes on where the contract does not stop it',
      one: incident('2026-10-10T10:00:00Z', '2026-10-10T15:00:00Z', {
        pauses: [{ start: at('2026-10-10T11:00:00Z'), end: at('2026-10-10T12:00:00Z') }],
      }),
      measure: { ...within(4), pauses: false },
      want: { due: '2026-10-10T14:00:00.000Z', lateMs: hourMs, verdict: 'late' },
    },
    {
      name: 'two business days later, at the same wall time',
      one: incident('2026-10-23T10:00:00Z', '2026-10-28T11:00:00Z'),
      measure: { ...within(0), within: { businessDays: 2 }, hours: office },
      want: { due: '2026-10-28T11:00:00.000Z', lateMs: 0, verdict: 'in-time' }, // the 26th is a holiday, the clocks went back
    },
    {
      name: 'business days stop too while waiting for the client: all of a Monday',
      one: incident('2026-10-02T10:00:00Z', '2026-10-07T10:00:00Z', {
        pauses: [{ start: at('2026-10-04T22:00:00Z'), end: at('2026-10-05T22:00:00Z') }],
      }),
      measure: { ...within(0), within: { businessDays: 2 }, hours: office },
      want: { due: '2026-10-07T10:00:00.000Z', lateMs: 0, verdict: 'in-time' },
    },
    {
      name: 'a pause on a Sunday gives no business time back',
      one: incident('2026-10-02T10:00:00Z', '2026-10-06T11:00:00Z', {
        pauses: [{ start: at('2026-10-03T22:00:00Z'), end: at('2026-10-04T22:00:00Z') }],
      }),
      measure: { ...within(0), within: { businessDays: 2 } },
      want: { due: '2026-10-06T10:00:00.000Z', lateMs: hourMs, verdict: 'late' },
    },
    {
      name: 'never answered, and its deadline has passed',
      one: incident('2026-10-31T20:00:00Z', undefined),
      measure: within(2),
      want: { due: '2026-10-31T22:00:00.000Z', lateMs: hourMs, verdict: 'late' },
    },
    {
      name: 'never answered, and there is still time',
      one: incident('2026-10-31T22:00:00Z', undefined),
      measure: within(2),
      want: { due: '2026-11-01T00:00:00.000Z', lateMs: 0, verdict: 'open' },
    },
    {
      name: 'never answered, judged when it is',
      one: incident('2026-10-31T20:00:00Z', undefined),
      measure: { ...within(2), open: 'defer' as const },
      want: { due: '2026-10-31T22:00:00.000Z', lateMs: 0, verdict: 'open' },
    },
  ])('$name', ({ one, measure, want }) => {
    expect(judged(one, measure)).toEqual(want);
  });
});

test('a ticket belongs to the period in which it was opened, and to the severities of the promise', () => {
  const all = [
    incident('2026-09-30T21:59:59Z', undefined, { id: 'before' }),
    incident('2026-09-30T22:00:00Z', undefined, { id: 'first' }),
    incident('2026-10-05T10:00:00Z', undefined, { id: 'low', severity: 'low' }),
    incident('2026-10-31T23:00:00Z', undefined, { id: 'after' }),
  ];
  expect(ticketResults(all, { ...within(1), severities: ['high'] }, october, paris).map(({ id }) => id)).toEqual([
    'first',
  ]);
});

test('what counts is the share that was met in time; open tickets are not judged yet', () => {
  const incidents = [
    incident('2026-10-05T10:00:00Z', '2026-10-05T10:30:00Z', { id: 'a' }),
    incident('2026-10-06T10:00:00Z', '2026-10-06T13:00:00Z', { id: 'b' }),
    incident('2026-10-07T10:00:00Z', '2026-10-07T10:59:00Z', { id: 'c' }),
    incident('2026-10-31T22:30:00Z', undefined, { id: 'd' }),
  ];
  const clause = clauseOf(settled({ clause: { measure: within(1), target: '9/10' }, evidence: { incidents } }));
  expect([clause.figure?.exact, clause.met]).toEqual(['2/3', false]);
  expect(clauseOf(settled({ clause: { measure: within(1), target: '9/10' } })).met).toBeUndefined();
});
