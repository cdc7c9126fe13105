import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureCauses, type Verdict } from '../../shared/probe/check.ts';
import { slotsPerShard } from '../../shared/probe/roster.ts';
import { decodeRun, encodeRun, runVersion, sampleAt, samplesOf } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

const someVerdict: fc.Arbitrary<Verdict | undefined> = fc.oneof(
  fc.record({ state: fc.constant('up' as const), latencyMs: fc.double({ min: 0, max: 60_000, noNaN: true }) }),
  fc.record({
    state: fc.constant('down' as const),
    cause: fc.constantFrom(...failureCauses),
    detail: fc.constant('in words'),
  }),
  fc.record({ state: fc.constant('unknown' as const), detail: fc.constant('in words') }),
  fc.constant(undefined),
);

test('a run keeps every state and cause, and latency within 2.1 % from 1 ms to 10.7 s', () => {
  fc.assert(
    fc.property(fc.array(someVerdict, { maxLength: slotsPerShard }), (verdicts) => {
      const bytes = encodeRun(verdicts);
      expect(bytes).toHaveLength(verdicts.length);
      for (const [slot, read] of decodeRun(runVersion, bytes).entries()) {
        const written = verdicts[slot];
        expect(read.state).toBe(written?.state ?? 'not-due');
        if (read.state === 'down' && written?.state === 'down') expect(read.cause).toBe(written.cause);
        if (read.state === 'up' && written?.state === 'up') {
          const within = Math.min(10_700, Math.max(1, written.latencyMs));
          expect(Math.abs(read.latencyMs / within - 1)).toBeLessThanOrEqual(0.021);
        }
      }
    }),
  );
});

test('every code that was read is written back as the same byte', () => {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => code < 232 + failureCauses.length || code > 253,
  );
  expect(encodeRun(decodeRun(runVersion, codes))).toEqual(codes);
});

test('a cause from a newer version is unknown, never downtime', () => {
  expect(decodeRun(runVersion, Uint8Array.of(253))).toEqual([{ state: 'unknown' }]);
});

test('another version is refused', () => {
  expect(() => decodeRun(2, Uint8Array.of(0))).toThrow('run format 2 is not known, only 1');
});

test('the codes of version 1 never change: they are stored as evidence', () => {
  const up = (latencyMs: number): Verdict => ({ state: 'up', latencyMs });
  const down = failureCauses.map((cause): Verdict => ({ state: 'down', cause, detail: '' }));
  expect([
    ...encodeRun([up(0), up(1), up(80), up(1_000), up(99_999), { state: 'unknown', detail: '' }, undefined]),
  ]).toEqual([0, 0, 109, 172, 231, 254, 255]);
  expect(failureCauses.slice(0, 4)).toEqual(['dns', 'refused', 'connect-timeout', 'tls']);
  expect([...encodeRun(down)]).toEqual(failureCauses.map((_, index) => 232 + index));
});

test('samples get their instants from the start and the pace; slots that were not due give none', () => {
  const startedAt = epochMs(1_000_000);
  const roster = { shard: 0, places: ['home'], slots: ['a', 'b', 'c'].map((id) => tcpCheck(id)) };
  const outcomes = decodeRun(runVersion, Uint8Array.of(10, 255, 233));
  expect([...samplesOf({ startedAt, outcomes }, roster)]).toEqual([
    ['a', { at: 1_000_000, state: 'up' }],
    ['c', { at: 1_000_002, state: 'down' }],
  ]);
  expect(sampleAt(startedAt, 959)).toBe(1_000_959);
});
