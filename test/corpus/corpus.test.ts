import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { contracts, readContract, readVectors, settled } from './settled.ts';
import { told } from './told.ts';
import type { Vector } from './vector.ts';

/** Every figure of a tree, one at a time, made another one of its kind. */
const spoilt = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item, i) => spoilt(item).map((bad) => value.with(i, bad)));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => spoilt(item).map((bad) => ({ ...value, [key]: bad })));
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  return typeof value === 'string' && /^\d/.test(value)
    ? [value.replace(/^\d/, (digit) => `${(Number(digit) + 1) % 10}`)]
    : [];
};

describe.each(contracts)('%s', (name) => {
  const contract = readContract(name);
  const { vectors, tickets_until } = readVectors(name);

  test.each(vectors)('$id: $title', (vector) => {
    const result = settled(contract, vector);
    const [service] = result.statement.services;
    expect([service?.start, service?.end]).toEqual([vector.period.start_utc, vector.period.end_utc]);
    expect(told(result, vector, tickets_until)).toEqual(vector.expected);
  });

  test('no figure is told because it is expected', () => {
    const credulous = vectors.flatMap((vector) => {
      const result = settled(contract, vector);
      return (spoilt(vector.expected) as Vector['expected'][]).filter((wrong) =>
        isDeepStrictEqual(told(result, { ...vector, expected: wrong }, tickets_until), wrong),
      );
    });
    expect(credulous).toEqual([]);
  });
});
