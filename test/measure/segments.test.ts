import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSegments,
  encodeSegments,
  type PackedRun,
  segmentStates,
  segmentsOf,
  segmentsOfRuns,
} from '../../shared/measure/segments.ts';
import type { Sample } from '../../shared/probe/check.ts';
import type { Roster } from '../../shared/probe/roster.ts';
import { sampleAt, stateOf } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

const minute = 60_000;
const t0 = Date.UTC(2026, 9, 25);
const at = (minutes: number) => epochMs(t0 + minutes * minute);
const samples = (states: string): Sample[] =>
  [...states].flatMap((letter, i) => {
    const state = { u: 'up', d: 'down', '?': 'unknown' }[letter] as Sample['state'] | undefined;
    return state ? [{ at: at(i), state }] : [];
  });
const shape = (states: string) =>
  segmentsOf(samples(states), minute)
    .map(({ state, count }) => `${count}${state[0]}`)
    .join(' ');

describe('segments', () => {
  test.each([
    { name: 'equal verdicts make one', states: 'uuuuu', want: '5u' },
    { name: 'a missed minute does not break one', states: 'uu.uu', want: '4u' },
    { name: 'two missed minutes do', states: 'uu..uu', want: '2u 2u' },
    { name: 'failures stay apart', states: 'uuddu', want: '2u 1d 1d 1u' },
    { name: 'unknown is kept as such', states: 'u??u', want: '1u 2u 1u' },
    { name: 'the eleventh failure begins a stretch', states: 'd'.repeat(15), want: `${'1d '.repeat(10)}5d` },
    {
      name: 'a streak after a gap stays apart again',
      states: `${'d'.repeat(12)}..d`,
      want: `${'1d '.repeat(10)}2d 1d`,
    },
    { name: 'nothing makes nothing', states: '', want: '' },
  ])('$name', ({ states, want }) => expect(shape(states)).toBe(want));

  test('a gap of exactly two intervals holds, one millisecond more breaks', () => {
    const two = (gap: number) =>
      segmentsOf(
        [0, gap].map((ms) => ({ at: epochMs(t0 + ms), state: 'up' as const })),
        minute,
      ).length;
    expect([two(2 * minute), two(2 * minute + 1)]).toEqual([1, 2]);
  });

  test('two verdicts for one instant are nobody’s downtime', () => {
    const both = segmentsOf([...samples('u'), ...samples('d')], minute);
    expect(both).toEqual([{ firstAt: t0, lastAt: t0, state: 'unknown', count: 1 }]);
    expect(segmentsOf([...samples('?'), ...samples('d')], minute)[0]?.state).toBe('down');
  });
});

/** Irregular instants, gaps and streaks, as a scheduler that is precise to the minute makes them. */
const someSamples = fc
  .array(
    fc.record({
      gap: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 119_999 }) },
        fc.integer({ min: 1, max: 900_000 }),
      ),
      state: fc.oneof({ weight: 3, arbitrary: fc.constant('up' as const) }, fc.constantFrom(...segmentStates)),
      repeat: fc.integer({ min: 1, max: 14 }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let now = t0;
    return steps.flatMap(({ gap, state, repeat }) =>
      Array.from({ length: repeat }, (): Sample => {
        now += gap;
        return { at: epochMs(now), state };
      }),
    );
  });

/** What settlement asks of samples: the state at an instant, under a reach. */
const stateAt = (instants: readonly Sample[], when: number, reach: number) => {
  const last = instants.findLast((sample) => sample.at <= when);
  return last && when - last.at < reach ? last.state : 'nothing';
};

test('segments give the same state at every instant as the samples, for any reach from two intervals', () => {
  fc.assert(
    fc.property(someSamples, fc.integer({ min: 0, max: 60_000 }), fc.array(fc.nat(4_000_000)), (set, more, probes) => {
      const reach = 2 * minute + more;
      const segments = segmentsOf(set, minute);
      const held = (when: number) => {
        const last = segments.findLast(({ firstAt }) => firstAt <= when);
        return last && when - Math.min(last.lastAt, when) < reach ? last.state : 'nothing';
      };
      for (const when of [
        ...probes.map((ms) => t0 + ms),
        ...set.flatMap((s) => [s.at - 1, s.at, s.at + reach - 1, s.at + reach]),
      ])
        expect(held(when)).toBe(stateAt(set, when, reach));
    }),
  );
});

test('the k-th failure of every streak keeps its instant, for k up to ten', () => {
  fc.assert(
    fc.property(someSamples, (set) => {
      const firsts = new Set(segmentsOf(set, minute).map(({ firstAt }) => firstAt));
      let streak = 0;
      for (const { at: instant, state } of set) {
        streak = state === 'down' ? streak + 1 : 0;
        if (streak >= 1 && streak <= 10) expect(firsts.has(instant)).toBe(true);
      }
    }),
  );
});

test('only the set of samples decides: order and repetition change nothing', () => {
  fc.assert(
    fc.property(
      someSamples.chain((set) =>
        fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length })),
      ),
      ([set, some]) => {
        expect(segmentsOf([...some, ...set], minute)).toEqual(segmentsOf(set, minute));
      },
    ),
  );
});

test('no sample is lost', () => {
  fc.assert(
    fc.property(someSamples, (set) => {
      expect(segmentsOf(set, minute).reduce((sum, { count }) => sum + count, 0)).toBe(set.length);
    }),
  );
});

test('decoding what was encoded gives the same segments', () => {
  fc.assert(
    fc.property(someSamples, (set) => {
      const segments = segmentsOf(set, minute);
      expect(decodeSegments(encodeSegments(segments))).toEqual(segments);
    }),
  );
});

test('a day without an incident takes thirteen bytes', () => {
  expect(encodeSegments(segmentsOf(samples('u'.repeat(1_440)), minute))).toHaveLength(13);
});

test.each([
  { name: 'another version', bytes: [2], want: 'segment format 2 is not known, only 1' },
  { name: 'an empty item', bytes: [], want: 'segment format undefined is not known, only 1' },
  {
    name: 'bytes that end too early',
    bytes: [1, 200],
    want: 'packed segments end in the middle of a number, after 2 bytes',
  },
  { name: 'a state that nobody wrote', bytes: [1, 5, 7], want: 'no segment has the head 7' },
])('$name is refused', ({ bytes, want }) => {
  expect(() => decodeSegments(Uint8Array.from(bytes))).toThrow(want);
});

/** The slow road: what each endpoint's samples give, taken one by one. */
const throughEverySample = (runs: readonly PackedRun[], { slots }: Roster) =>
  slots.map(({ everyMs }, slot) =>
    segmentsOf(
      runs.flatMap(({ startedAt, codes }) => {
        const state = stateOf(codes[slot]);
        return state ? [{ at: sampleAt(startedAt, slot), state }] : [];
      }),
      everyMs,
    ),
  );

describe('segments of a roster’s runs', () => {
  const roster = {
    shard: 0,
    places: ['home'],
    slots: [60_000, 60_000, 300_000, 60_000, 300_000, 60_000].map((everyMs, i) =>
      tcpCheck(`c/s/${i}`, { everyMs, confirm: 1 }),
    ),
  };
  // Mostly up, so that some columns are so throughout; the edges of what says up, and codes with the top bit set.
  const someCode = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(0, 3, 127, 128, 231) },
    fc.constantFrom(232, 233, 253, 254, 255),
  );
  const someRuns = fc
    .uniqueArray(fc.nat(200), { maxLength: 60 })
    .chain((minutes) =>
      fc.tuple(
        fc.constant(minutes),
        fc.array(fc.tuple(fc.nat(59_000), ...roster.slots.map(() => someCode)), {
          minLength: minutes.length,
          maxLength: minutes.length,
        }),
      ),
    )
    .map(([minutes, drawn]) =>
      minutes.map((m, i) => {
        const [jitter = 0, ...codes] = drawn[i] ?? [];
        return { startedAt: epochMs(t0 + m * minute + jitter), codes: Uint8Array.from(codes) };
      }),
    );

  test('are those of each endpoint’s samples, whatever the order of the runs', () => {
    fc.assert(
      fc.property(someRuns, (runs) => {
        const want = throughEverySample(runs, roster);
        expect(segmentsOfRuns(runs, roster)).toEqual(want);
        expect(segmentsOfRuns([...runs].reverse().concat(runs), roster)).toEqual(want);
      }),
    );
  });

  // As stored: bytes that begin anywhere in a buffer, of plans with fewer and with more slots, whole days long.
  const someDay = fc
    .record({
      slots: fc.integer({ min: 0, max: 23 }),
      minutes: fc.integer({ min: 0, max: 400 }),
      missed: fc.uniqueArray(fc.nat(399), { maxLength: 12 }),
      others: fc.array(fc.tuple(fc.nat(399), fc.nat(22), fc.integer({ min: 1, max: 15 }), someCode), { maxLength: 12 }),
      offset: fc.nat(7),
      more: fc.integer({ min: -3, max: 5 }),
    })
    .map(({ slots, minutes, missed, others, offset, more }) => {
      const width = Math.max(0, slots + more);
      const seen = Array.from({ length: minutes }, (_, row) => row).filter((row) => !missed.includes(row));
      const runs = seen.map((row) => {
        const codes = new Uint8Array(new ArrayBuffer(offset + width), offset).fill(100 + (row % 132));
        for (const [first, slot, length, code] of others)
          if (slot < width && first <= row && row < first + length) codes[slot] = code;
        return { startedAt: epochMs(t0 + row * minute + ((row * 7919) % 20_000)), codes };
      });
      const every = (slot: number) => (slot % 5 === 4 ? 300_000 : 60_000);
      const checks = Array.from({ length: slots }, (_, slot) =>
        tcpCheck(`c/s/${slot}`, { everyMs: every(slot), confirm: 1 }),
      );
      return { runs, roster: { shard: 0, places: ['home'], slots: checks } };
    });

  test('are to the millisecond what going through every sample gives', () => {
    fc.assert(
      fc.property(someDay, ({ runs, roster }) => {
        expect(segmentsOfRuns(runs, roster)).toEqual(throughEverySample(runs, roster));
      }),
      { numRuns: 300 },
    );
  });

  test('that began in one millisecond are those of each endpoint’s samples too', () => {
    const someOfOneInstant = fc
      .array(fc.tuple(fc.nat(2), ...roster.slots.map(() => someCode)), { maxLength: 8 })
      .map((drawn) => drawn.map(([n, ...codes]) => ({ startedAt: at(n), codes: Uint8Array.from(codes) })));
    fc.assert(
      fc.property(someOfOneInstant, (runs) => {
        expect(segmentsOfRuns(runs, roster)).toEqual(throughEverySample(runs, roster));
      }),
    );
  });
});
