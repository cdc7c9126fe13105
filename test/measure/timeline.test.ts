import { describe, expect, test } from 'vitest';
import type { Compose } from '../../shared/contract/compose.ts';
import { compose, type Timeline, wholly } from '../../shared/measure/timeline.ts';
import { formatFraction } from '../../shared/money/fraction.ts';
import { interval, spans } from '../../shared/time/span.ts';

const set = (...pairs: readonly (readonly [number, number])[]) =>
  spans(pairs.map(([start, end]) => interval(start, end)));
const parts: Readonly<Record<string, Timeline>> = {
  a: { losses: wholly(set([10, 30])), unknown: set([60, 80]) },
  b: { losses: wholly(set([20, 40])), unknown: set([0, 5]) },
  c: { losses: wholly(set([25, 28], [70, 75])), unknown: set([35, 45]) },
};
const leaf = (id: string): Compose => ({ kind: 'endpoint', id });
const abc = ['a', 'b', 'c'].map(leaf);

const told = (rule: Compose) => {
  const { losses, unknown } = compose(rule, (id) => parts[id] as Timeline);
  return {
    down: losses
      .map(({ start, end, share }) => `${start}-${end}${share.d === 1n ? '' : ` ${formatFraction(share)}`}`)
      .join(', '),
    unknown: unknown.map(({ start, end }) => `${start}-${end}`).join(', '),
  };
};

describe('composition follows three-valued logic', () => {
  test.each<{ name: string; rule: Compose; down: string; unknown: string }>([
    {
      name: 'all must be up',
      rule: { kind: 'all', of: abc },
      down: '10-40, 70-75',
      unknown: '0-5, 40-45, 60-70, 75-80',
    },
    { name: 'any suffices', rule: { kind: 'any', of: abc }, down: '25-28', unknown: '' },
    { name: 'two of three', rule: { kind: 'at-least', count: 2, of: abc }, down: '20-30', unknown: '35-40, 70-75' },
    {
      name: 'one with one of two',
      rule: { kind: 'all', of: [leaf('a'), { kind: 'any', of: [leaf('b'), leaf('c')] }] },
      down: '10-30',
      unknown: '35-40, 60-80',
    },
    {
      name: 'weighted: what is lost is a share, and unknown wherever a part is',
      rule: {
        kind: 'weighted',
        of: [
          { weight: 3, part: leaf('a') },
          { weight: 1, part: leaf('b') },
        ],
      },
      down: '10-20 3/4, 20-30, 30-40 1/4',
      unknown: '0-5, 60-80',
    },
    {
      name: 'the longest of outages that overlap',
      rule: { kind: 'longest', of: abc },
      down: '10-30, 70-75',
      unknown: '0-5, 35-45, 60-70, 75-80',
    },
  ])('$name', ({ rule, down, unknown }) => {
    expect(told(rule)).toEqual({ down, unknown });
  });
});
