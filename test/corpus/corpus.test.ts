import { describe, expect, test } from 'vitest';
import { contracts, readContract, readVectors, settled } from './settled.ts';
import { bandExpected, bandTold, told } from './told.ts';

describe.each(contracts)('%s', (name) => {
  const contract = readContract(name);
  const { vectors, tickets_until } = readVectors(name);

  test.each(vectors)('$id: $title', (vector) => {
    const result = settled(contract, vector);
    const [service] = result.statement.services;
    expect([service?.start, service?.end]).toEqual([vector.period.start_utc, vector.period.end_utc]);
    expect(told(result, vector, tickets_until)).toEqual(vector.expected);
    // A band that pays nothing need not be written: only one that applied has bounds to compare.
    const band = bandTold(result);
    if (band && vector.expected.credit.tier) expect(band).toEqual(bandExpected(vector.expected));
  });
});
