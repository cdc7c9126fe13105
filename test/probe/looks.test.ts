import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureCauses } from '../../shared/probe/check.ts';
import { decodeLooks, encodeLooks, type Look, looksVersion } from '../../shared/probe/looks.ts';
import { slotsPerShard } from '../../shared/probe/roster.ts';
import { epochMs } from '../../shared/time/span.ts';

const writtenAt = epochMs(Date.parse('2026-10-25T00:59:59.999Z'));

const look: fc.Arbitrary<Look> = fc.record({
  slot: fc.integer({ min: 0, max: slotsPerShard - 1 }),
  at: fc.integer({ min: 0, max: 2 ** 24 - 1 }).map((ago) => epochMs(writtenAt - ago)),
  outcome: fc.oneof(
    fc.constantFrom(...failureCauses).map((cause) => ({ state: 'down' as const, cause })),
    fc.constant({ state: 'unknown' as const }),
  ),
});

test('looks come back as they were, six bytes each', () => {
  fc.assert(
    fc.property(fc.array(look), (looks) => {
      const packed = encodeLooks(looks, writtenAt);
      expect(packed.length).toBe(looks.length * 6);
      expect(decodeLooks(looksVersion, packed, writtenAt)).toEqual(looks);
    }),
  );
});

test('a latency comes back within 2.1 %', () => {
  const packed = encodeLooks([{ slot: 3, at: writtenAt, outcome: { state: 'up', latencyMs: 812 } }], writtenAt);
  const [{ outcome } = { outcome: { state: 'unknown' as const } }] = decodeLooks(looksVersion, packed, writtenAt);
  expect(outcome.state === 'up' && Math.abs(outcome.latencyMs / 812 - 1)).toBeLessThan(0.021);
});

test.each([
  { name: 'of after the writing', ago: -1 },
  { name: 'older than three bytes can say', ago: 2 ** 24 },
])('a look $name is refused', ({ ago }) => {
  const one = { slot: 0, at: epochMs(writtenAt - ago), outcome: { state: 'unknown' as const } };
  expect(() => encodeLooks([one], writtenAt)).toThrow(/cannot be written/);
});

test('what is no whole look, or of another version, is refused', () => {
  expect(() => decodeLooks(looksVersion, new Uint8Array(7), writtenAt)).toThrow(/no whole looks/);
  expect(() => decodeLooks(1, new Uint8Array(6), writtenAt)).toThrow(/not known/);
});
