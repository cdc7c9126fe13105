import { describe, expect, test } from 'vitest';
import type { TimeMeasure } from '../../shared/contract/terms.ts';
import type { EvidenceSegment } from '../../shared/measure/evidence.ts';
import { at, clauseOf, endpointId, settled } from '../statement/a-contract.ts';

const minuteMs = 60_000;
/** A sample each minute of 10 October, from one time to another. */
const seen = (from: string, to: string, state: EvidenceSegment['state']): EvidenceSegment => {
  const [firstAt, lastAt] = [at(`2026-10-10T${from}Z`), at(`2026-10-10T${to}Z`)];
  return { firstAt, lastAt, state, count: (lastAt - firstAt) / minuteMs + 1 };
};
const timeOf = (segments: readonly EvidenceSegment[], measure: Partial<TimeMeasure> = {}) => {
  const { time, figure } = clauseOf(
    settled({ measure, evidence: { endpoints: { [endpointId]: { places: { paris: [...segments] } } } } }),
  );
  return { serviceMs: Number(time?.serviceMs), downMs: Number(time?.downMs.measured), figure: figure?.exact };
};

describe('the timeline is a function of the set of samples', () => {
  const day = [seen('00:00', '09:59', 'up'), seen('10:00', '10:59', 'down'), seen('11:00', '20:00', 'up')];
  const plain = timeOf(day);
  const bySamples: Partial<TimeMeasure> = { granularity: { kind: 'samples' } };
  test.each([
    { name: 'out of order', segments: day.toReversed() },
    { name: 'all of it twice', segments: [...day, ...day] },
    { name: 'a part of it again', segments: [...day, seen('05:00', '06:00', 'up'), seen('10:20', '10:30', 'down')] },
    { name: 'the first half again, and late', segments: [...day.slice(1), seen('00:00', '04:00', 'up'), ...day] },
    {
      name: 'pieces that overlap',
      segments: [seen('00:00', '06:00', 'up'), seen('05:00', '09:59', 'up'), ...day.slice(1)],
    },
    { name: 'what Vigie missed and then knew', segments: [...day, seen('05:00', '05:10', 'unknown')] },
  ])('$name', ({ segments }) => {
    expect(timeOf(segments)).toEqual(plain);
    expect(timeOf(segments, bySamples)).toEqual(timeOf(day, bySamples));
  });

  test('two verdicts for one instant are nobody’s downtime, whichever comes first', () => {
    const [before, instant, after] = [seen('00:00', '09:59', 'up'), '10:00', seen('10:01', '20:00', 'up')];
    const [up, down] = [seen(instant, instant, 'up'), seen(instant, instant, 'down')];
    const told = [before, up, down, after];
    expect(timeOf(told).downMs).toBe(0);
    expect(timeOf([before, down, up, after])).toEqual(timeOf(told));
  });

  test('failures that lie between successes are seen one by one', () => {
    const failures = {
      ...seen('10:00', '10:02', 'down'),
      firstAt: at('2026-10-10T10:00:30Z'),
      lastAt: at('2026-10-10T10:02:30Z'),
    };
    expect(timeOf([seen('00:00', '20:00', 'up'), failures]).downMs).toBe(3 * 30_000);
  });
});

test('what is counted by samples has no bounds in time, and needs none', () => {
  const places = {
    paris: [seen('00:00', '09:59', 'up'), seen('10:00', '10:00', 'down'), seen('10:01', '20:00', 'up')],
  };
  const clause = clauseOf(
    settled({
      measure: { granularity: { kind: 'samples' }, confirm: 2 },
      evidence: { endpoints: { [endpointId]: { places } } },
    }),
  );
  expect([clause.figure?.exact, clause.bounds, clause.settledByMeasurement]).toEqual(['1200/1201', undefined, true]);
});

test('samples are counted of the endpoints that a clause is about, each once', () => {
  const imap = 'acme/mail/imap';
  const leaf = (id: string) => ({ kind: 'endpoint' as const, id });
  const both = {
    kind: 'any' as const,
    of: [leaf(endpointId), { kind: 'all' as const, of: [leaf(endpointId), leaf(imap)] }],
  };
  const places = (...segments: EvidenceSegment[]) => ({ places: { paris: segments } });
  const figureOf = (compose: TimeMeasure['compose']) =>
    clauseOf(
      settled({
        measure: { granularity: { kind: 'samples' }, ...(compose && { compose }) },
        service: { compose: both },
        evidence: {
          endpoints: {
            [endpointId]: places(seen('00:00', '09:59', 'up')),
            [imap]: places(seen('00:00', '04:59', 'up'), seen('05:00', '09:59', 'down')),
          },
        },
      }),
    ).figure?.exact;
  expect([figureOf(undefined), figureOf(leaf(imap))]).toEqual(['3/4', '1/2']);
});

test('a sample holds no longer than the contract lets it', () => {
  const day = [seen('00:00', '09:59', 'up'), seen('10:00', '10:59', 'down')];
  // Half of each of eleven hours' minutes.
  expect(timeOf(day, { reachMs: 30_000 })).toMatchObject({ serviceMs: 330 * minuteMs, downMs: 30 * minuteMs });
  expect(timeOf(day, { reachMs: minuteMs })).toMatchObject({ serviceMs: 660 * minuteMs, downMs: 60 * minuteMs });
});

describe('the clock of an outage starts at its ticket', () => {
  const day = [seen('00:00', '09:59', 'up'), seen('10:00', '10:59', 'down'), seen('11:00', '20:00', 'up')];
  const downFrom = (openedAt: string) => {
    const incident = {
      id: 'i1',
      service: 'mail',
      severity: 'high',
      openedAt: at(`2026-10-10T${openedAt}Z`),
      pauses: [],
    };
    const { time } = clauseOf(
      settled({
        measure: { clock: 'ticket' },
        evidence: { endpoints: { [endpointId]: { places: { paris: day } } }, incidents: [incident] },
      }),
    );
    const { atLeast, measured, atMost } = time?.downMs ?? {};
    return [atLeast, measured, atMost].map((ms) => Number(ms) / 1_000);
  };
  test.each([
    { name: 'in the middle of it', openedAt: '10:30:00', seconds: [29 * 60, 30 * 60, 30 * 60] },
    { name: 'sooner than the first probe that failed', openedAt: '09:59:20', seconds: [59 * 60, 3_600, 3_640] },
    { name: 'before it: about something else', openedAt: '09:58:59', seconds: [0, 0, 0] },
    { name: 'when all was well again', openedAt: '11:00:00', seconds: [0, 0, 0] },
  ])('$name', ({ openedAt, seconds }) => {
    expect(downFrom(openedAt)).toEqual(seconds);
  });
});
