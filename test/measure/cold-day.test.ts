import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packColdDay, unpackColdDay } from '../../shared/adapters/s3/cold-days.ts';
import { keptUntil } from '../../shared/contract/retention.ts';
import { type ColdDay, decodeColdDay, encodeColdDay, samplesIn } from '../../shared/measure/cold-day.ts';
import { failureCauses } from '../../shared/probe/check.ts';
import { notDueCode, outcomeOf } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';

const day = epochMs(Date.UTC(2026, 9, 25));

const code = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 100, max: 110 }) },
  { weight: 2, arbitrary: fc.constant(notDueCode) },
  fc.integer({ min: 0, max: 231 + failureCauses.length }),
  fc.constant(254),
);

const someTrack = fc.nat(6).chain((slots) =>
  fc.record({
    planVersion: fc.constantFrom('0123456789abcdef', 'fedcba9876543210'),
    endpoints: fc.constant(Array.from({ length: slots }, (_, i) => ({ id: `a/b/é${i}`, everyMs: 10_000 * (i + 1) }))),
    rounds: fc
      .array(
        fc.record({
          tick: fc.nat(8_639),
          late: fc.integer({ min: -2_000, max: 59_000 }),
          codes: fc.array(code, { minLength: slots, maxLength: slots }),
        }),
        { maxLength: 40 },
      )
      .map((rounds) =>
        rounds
          .toSorted((a, b) => a.tick - b.tick)
          .map(({ tick, late, codes }) => {
            const scheduledAt = epochMs(day + tick * 10_000);
            return { scheduledAt, startedAt: epochMs(scheduledAt + late), codes: Uint8Array.from(codes) };
          }),
      ),
    looks: fc.array(
      fc.record({
        slot: fc.nat(Math.max(0, slots - 1)),
        at: fc.integer({ min: -600_000, max: 86_400_000 }).map((ms) => epochMs(day + ms)),
        outcome: fc.oneof(
          fc.constantFrom(...failureCauses).map((cause) => ({ state: 'down' as const, cause })),
          fc.constant({ state: 'unknown' as const }),
          fc.constant(outcomeOf(117) as { state: 'up'; latencyMs: number }),
        ),
      }),
      { maxLength: 10 },
    ),
  }),
);
const someDay: fc.Arbitrary<ColdDay> = fc.record({
  place: fc.constantFrom('home', 'agence-lyon'),
  shard: fc.nat(120),
  day: fc.constant(day),
  tracks: fc.array(someTrack, { maxLength: 3 }),
});

describe('a cold day', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(someDay, (cold) => {
        expect(decodeColdDay(unpackColdDay(packColdDay(encodeColdDay(cold))))).toEqual(cold);
      }),
      { numRuns: 300 },
    );
  });

  test('counts its samples', () => {
    const rounds = [
      [1, 240, notDueCode],
      [254, notDueCode, notDueCode],
    ].map((codes, i) => ({
      ...{ scheduledAt: epochMs(day + i * 60_000), startedAt: epochMs(day + i * 60_000) },
      codes: Uint8Array.from(codes),
    }));
    const endpoints = ['a', 'b', 'c'].map((id) => ({ id, everyMs: 60_000 }));
    const looks = [{ slot: 0, at: day, outcome: { state: 'unknown' as const } }];
    const track = { planVersion: '0123456789abcdef', endpoints, rounds, looks };
    expect(samplesIn({ place: 'home', shard: 0, day, tracks: [track, track] })).toBe(8);
  });

  const bytes = encodeColdDay({ place: 'home', shard: 0, day, tracks: [] });
  test.each([
    { name: 'another file', object: Buffer.from('%PDF-1.7'), want: 'not a cold day' },
    { name: 'another version', object: Buffer.from('VGCD\u0002'), want: 'cold day format 2 is not known, only 1' },
    { name: 'one that is cut', object: packColdDay(bytes).subarray(0, 20), want: '' },
    { name: 'one that ends too early', object: packColdDay(bytes.subarray(0, 9)), want: 'ends too early' },
    { name: 'one that goes on', object: packColdDay(Uint8Array.of(...bytes, 0)), want: 'goes on after its end' },
  ])('$name is refused', ({ object, want }) => {
    expect(() => decodeColdDay(unpackColdDay(object))).toThrow(want);
  });

  test('with one bit changed is refused: the frame has a checksum', () => {
    const track = {
      ...{ planVersion: '0123456789abcdef', looks: [], endpoints: [{ id: 'a/b/c', everyMs: 60_000 }] },
      rounds: Array.from({ length: 500 }, (_, i) => ({
        ...{ scheduledAt: epochMs(day + i * 60_000), startedAt: epochMs(day + i * 60_000 + ((i * 7_919) % 900)) },
        codes: Uint8Array.of((i * 31) % 200),
      })),
    };
    const object = packColdDay(encodeColdDay({ place: 'home', shard: 0, day, tracks: [track] }));
    for (let at = 40; at < object.length; at += 97) {
      const wrong = Uint8Array.from(object);
      wrong[at] = (wrong[at] ?? 0) ^ 4;
      expect(() => unpackColdDay(wrong)).toThrow();
    }
  });
});

test.each([
  { date: '2026-10-25', months: 25, until: '2028-11-26' },
  { date: '2026-01-30', months: 13, until: '2027-02-28' },
  { date: '2026-12-31', months: 121, until: '2037-02-01' },
])('the day $date of $months months is kept until $until', ({ date, months, until }) => {
  expect(new Date(keptUntil(epochMs(Date.parse(date)), months)).toISOString()).toBe(`${until}T00:00:00.000Z`);
});
