import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  formatDecimal,
  formatFraction,
  fraction,
  minus,
  over,
  parseFraction,
  type Rounding,
  roundings,
  times,
  toDecimals,
  toWhole,
} from '../../shared/money/fraction.ts';

const some = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 15n)).map(([n, d]) => fraction(n, d));

describe('rounding', () => {
  test.each<{ value: string; wants: Record<Rounding, number> }>([
    { value: '5/2', wants: { 'half-even': 2, 'half-up': 3, 'half-down': 2, up: 3, down: 2 } },
    { value: '7/2', wants: { 'half-even': 4, 'half-up': 4, 'half-down': 3, up: 4, down: 3 } },
    { value: '-5/2', wants: { 'half-even': -2, 'half-up': -3, 'half-down': -2, up: -3, down: -2 } },
    { value: '1/3', wants: { 'half-even': 0, 'half-up': 0, 'half-down': 0, up: 1, down: 0 } },
    { value: '8/3', wants: { 'half-even': 3, 'half-up': 3, 'half-down': 3, up: 3, down: 2 } },
    { value: '4', wants: { 'half-even': 4, 'half-up': 4, 'half-down': 4, up: 4, down: 4 } },
  ])('$value', ({ value, wants }) => {
    for (const mode of roundings) expect(toWhole(parseFraction(value), mode)).toBe(BigInt(wants[mode]));
  });

  test('is never further than a half away, and never past a whole number', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(...roundings), (value, mode) => {
        const distance = minus(fraction(toWhole(value, mode)), value);
        const size = distance.n < 0n ? { ...distance, n: -distance.n } : distance;
        expect(compare(size, mode.startsWith('half') ? fraction(1, 2) : fraction(1))).toBeLessThanOrEqual(
          mode.startsWith('half') ? 0 : -1,
        );
      }),
    );
  });
});

test('decimals are exact: 0.1 is a tenth, and 99.9 from 100 leaves a tenth', () => {
  expect(parseFraction('0.1')).toEqual(fraction(1, 10));
  expect(formatFraction(minus(fraction(100), parseFraction('99.9')))).toBe('1/10');
  expect(formatDecimal(fraction(2, 3), 4)).toBe('0.6667');
  expect(formatDecimal(fraction(-1, 200), 2, 'half-up')).toBe('-0.01');
  expect(toDecimals(fraction(2, 3), 2, 'half-even')).toEqual(fraction(67, 100));
});

test('what is written is what is read', () => {
  fc.assert(
    fc.property(some, (value) => {
      expect(parseFraction(formatFraction(value))).toEqual(value);
    }),
  );
});

test('adding and taking away, multiplying and dividing undo each other', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      expect(minus(add(a, b), b)).toEqual(a);
      if (b.n !== 0n) expect(over(times(a, b), b)).toEqual(a);
    }),
  );
});

test.each(['', '1e3', '1.', '.5', '1/0', '0x1', '٣', '1/-2', ' 1'])('"%s" is no fraction', (text) => {
  expect(() => parseFraction(text)).toThrow('not a fraction');
});
