import { describe, expect, test } from 'vitest';
import { type Homes, handedOver } from '../../shared/outage/hand-over.ts';
import type { DetectionState } from '../../shared/outage/outage.ts';
import { at } from './given.ts';

const failingSince = (minutes: number) => ({
  views: {
    home: {
      ...{ kind: 'failing' as const, since: at(minutes), count: 3, confirmed: true },
      ...{ seenAt: at(minutes), cause: 'refused' as const },
    },
  },
});
const stateOf = (plan: string, planAt: number, known: Readonly<Record<string, number>>): DetectionState => ({
  ...{ plan, planAt: at(planAt), applied: {} },
  endpoints: Object.fromEntries(Object.entries(known).map(([id, minutes]) => [id, failingSince(minutes)])),
});

/** `x` moved from shard 0 to shard 1 with plan `new`; `y` stayed, and nobody watches `z` any more. */
const homes: Readonly<Record<string, Homes>> = {
  old: new Map([['x', 0], ['y', 0], ['z', 2]]), // biome-ignore format: as a table
  new: new Map([['x', 1], ['y', 0]]), // biome-ignore format: as a table
  next: new Map([['x', 1], ['y', 0]]), // biome-ignore format: as a table
};
const taken = (
  shard: number,
  own: DetectionState,
  others: readonly { shard: number; state: DetectionState }[],
  minutes: number,
  under = 'new',
) => {
  const next = { homes: homes[under] ?? new Map<string, number>(), shards: 2 };
  const { endpoints } = handedOver({ shard, state: own }, others, next, (plan) => homes[plan], at(minutes));
  return Object.fromEntries(Object.entries(endpoints).map(([id, { views }]) => [id, views.home?.seenAt]));
};

describe('a shard that takes an endpoint over', () => {
  const nothing = stateOf('old', 0, {});
  test.each([
    {
      name: 'finds it however long all places were silent, where the other still watches it under its own plan',
      other: stateOf('old', 0, { x: 10, y: 10 }),
      want: { x: at(10) },
    },
    {
      name: 'finds what the other left behind an hour ago',
      other: stateOf('new', 440, { x: 10 }),
      want: { x: at(10) },
    },
    { name: 'leaves what was left behind before that', other: stateOf('new', 439, { x: 10 }), want: {} },
    {
      name: 'trusts a state under a plan that cannot be read for an hour',
      other: stateOf('gone', 0, { x: 440 }),
      want: { x: at(440) },
    },
    { name: 'and no longer', other: stateOf('gone', 0, { x: 439 }), want: {} },
  ])('$name', ({ other, want }) => {
    expect(taken(1, nothing, [{ shard: 0, state: other }], 500)).toEqual(want);
  });

  test('prefers what is newer, its own or the other one’s', () => {
    const other = { shard: 0, state: stateOf('old', 0, { x: 100 }) };
    expect(taken(1, stateOf('new', 490, { x: 200 }), [other], 500)).toEqual({ x: at(200) });
    expect(taken(1, stateOf('new', 490, { x: 50 }), [other], 500)).toEqual({ x: at(100) });
  });
});

test('who watched it last under a numbered plan is believed, though it forgot what is newer', () => {
  const own = { ...stateOf('new', 0, { x: 200 }), seq: 2 };
  const other = { shard: 0, state: { ...stateOf('old', 0, { x: 100 }), seq: 3 } };
  expect(taken(1, own, [other], 500)).toEqual({ x: at(100) });
  expect(taken(1, { ...own, seq: 4 }, [other], 500)).toEqual({ x: at(200) });
});

test('what a shard left behind itself does not come back to life when the endpoint does', () => {
  expect(taken(0, stateOf('new', 0, { x: 1, y: 1 }), [], 61, 'old')).toEqual({ y: at(1) });
  expect(taken(0, stateOf('new', 0, { x: 1, y: 1 }), [], 60, 'old')).toEqual({ x: at(1), y: at(1) });
});

test('the first shard takes what nobody watches any more from shards that are gone, to close it', () => {
  const gone = { shard: 2, state: stateOf('old', 0, { z: 10 }) };
  expect(taken(0, stateOf('old', 0, {}), [gone], 500)).toEqual({ z: at(10) });
  expect(taken(1, stateOf('old', 0, {}), [gone], 500)).toEqual({});
});

test.each([
  { name: 'what was left behind and taken over since does not come back with another plan', ownSeq: 4, want: {} },
  { name: 'what was left behind and not taken over yet is taken', ownSeq: 3, want: { x: at(10) } },
])('$name', ({ ownSeq, want }) => {
  const forgot = { ...stateOf(ownSeq === 4 ? 'new' : 'old', 480, {}), seq: ownSeq };
  const left = { shard: 0, state: { ...stateOf('new', 480, { x: 10 }), seq: 4 } };
  expect(taken(1, forgot, [left], 500, 'next')).toEqual(want);
});
