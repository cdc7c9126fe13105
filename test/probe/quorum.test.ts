import { expect, test } from 'vitest';
import { neededOf } from '../../shared/probe/quorum.ts';

test.each([
  { name: 'a majority of one is one', quorum: 'majority' as const, known: 1, places: 1, needed: 1 },
  { name: 'a majority of two is both', quorum: 'majority' as const, known: 2, places: 2, needed: 2 },
  {
    name: 'of two places, one that alone knows decides alone',
    quorum: 'majority' as const,
    known: 1,
    places: 2,
    needed: 1,
  },
  { name: 'a majority of three is two', quorum: 'majority' as const, known: 3, places: 3, needed: 2 },
  {
    name: 'of three places, one that alone knows decides nothing',
    quorum: 'majority' as const,
    known: 1,
    places: 3,
    needed: 2,
  },
  { name: 'a majority of four is three', quorum: 'majority' as const, known: 4, places: 4, needed: 3 },
  { name: 'where nobody knows, nobody could be enough', quorum: 'majority' as const, known: 0, places: 2, needed: 1 },
  { name: 'a number is that number, whoever knows', quorum: 2, known: 1, places: 4, needed: 2 },
])('$name', ({ quorum, known, places, needed }) => {
  expect(neededOf(quorum, known, places)).toBe(needed);
});
