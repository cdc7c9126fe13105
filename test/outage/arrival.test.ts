import { describe, expect, test } from 'vitest';
import { type Arrival, arrivalOfLooks, arrivalOfRun, withoutOvertaken } from '../../shared/outage/arrival.ts';
import { heardFrom, heardWithin } from '../../shared/outage/heard.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { at, check, lookAt, outcomeOf, runAt } from './given.ts';

test('a run is its samples, without the slots that were not due', () => {
  const codes = encodeRun([outcomeOf('d'), undefined, outcomeOf('?')]);
  const run = { place: 'home', shard: 0, scheduledAt: at(0), startedAt: at(0), planVersion: 'p', codes };
  expect(arrivalOfRun(run)).toEqual(runAt(0, 'd-?'));
});

test('looks are samples in order of time, each with its words on one line', () => {
  const looks = [
    { slot: 3, at: at(1), outcome: outcomeOf('d') },
    { slot: 2, at: at(0), outcome: outcomeOf('?') },
  ];
  const packed = encodeLooks(looks, at(1));
  const details = { 3: ` 503\n from  203.0.113.4 ${'x'.repeat(300)}` };
  const { seen, ...rest } = arrivalOfLooks({
    ...{ place: 'home', shard: 0, planVersion: 'p', writtenAt: at(1), packed, details },
  });
  expect(rest).toEqual({ kind: 'looks', place: 'home', shard: 0, planVersion: 'p', at: at(1) });
  expect(seen.map(({ slot, at: when }) => [slot, when])).toEqual([
    [2, at(0)],
    [3, at(1)],
  ]);
  expect(seen[1]?.detail).toMatch(/^503 from 203\.0\.113\.4 x+$/);
  expect(seen[1]?.detail).toHaveLength(200);
});

describe('a failed look', () => {
  const look = lookAt(1, 'd', {}, 1.2); // written at 2.2
  const remains = (others: readonly Arrival[], appliedAt?: Arrival['at']) =>
    withoutOvertaken(look, others, appliedAt).seen.length === 1;
  test.each([
    { name: 'counts where no round came between', others: [runAt(1, 'u')], want: true },
    { name: 'is over where a round found it up before the look was written', others: [runAt(2, 'u')], want: false },
    { name: 'is over where another look did', others: [lookAt(1.5, 'u')], want: false },
    { name: 'counts where that round found another endpoint up', others: [runAt(2, '-u')], want: true },
    { name: 'counts where that round failed too', others: [runAt(2, 'd')], want: true },
    { name: 'counts where the round began after it was written', others: [runAt(3, 'u')], want: true },
    { name: 'is over where such a round is applied already', others: [runAt(3, 'u')], applied: 3, want: false },
    { name: 'counts where the round was of another plan', others: [runAt(2, 'u', { planVersion: 'q' })], want: true },
  ])('$name', ({ others, applied, want }) => {
    expect(remains(others, applied === undefined ? undefined : at(applied))).toBe(want);
  });
  test('keeps the looks beside it', () => {
    expect(withoutOvertaken(lookAt(1, 'u', {}, 1.2), [runAt(2, 'u')]).seen).toHaveLength(1);
  });
});

describe('what a place says lately', () => {
  const rosters = new Map([['p', [check('a/a/a', 1), check('a/a/b', 1)]]]);
  test('is as new as the newest of it, and unsure of what the newest sample could not tell', () => {
    const heard = heardFrom(undefined, [runAt(0, '?u'), lookAt(1, 'u'), runAt(2, '-?')], rosters);
    expect(heard).toEqual({ at: at(2), unsure: new Set(['a/a/b']) });
  });
  test.each([
    {
      name: 'nothing of an endpoint that its rounds have gone without for three intervals',
      letters: 'u----',
      unsure: true,
    },
    { name: 'what its slow lane may still tell', letters: 'uuu--', unsure: false },
    { name: 'that it is well where a look says so', letters: 'u----', look: 3, unsure: false },
    { name: 'that it is well where its rounds have only just begun', letters: '--', unsure: false },
    { name: 'nothing of long intervals but by their samples', letters: '-----', everyMs: 6 * 60_000, unsure: false },
  ])('is $name', ({ letters, look, everyMs = 60_000, unsure }) => {
    const runs = [...letters].map((letter, minute) => runAt(minute + minute / 1_000, letter));
    const looks = look === undefined ? [] : [lookAt(look, 'u')];
    const of = new Map([['p', [check('a/a/a', 1, { everyMs })]]]);
    expect(heardFrom(undefined, [...runs, ...looks], of)?.unsure.has('a/a/a')).toBe(unsure);
  });
  test('is a round of long ago where there is nothing else, or nothing at all', () => {
    expect(heardFrom(at(0), [], rosters)).toEqual({ at: at(0), unsure: new Set() });
    expect(heardFrom(undefined, [], rosters)).toBeUndefined();
  });
  test('is read for three intervals, of a quarter of an hour at most, and two minutes', () => {
    const minutes = (everyMs: number) =>
      (at(60) - heardWithin([check('a/a/a', 1, { everyMs })], at(60)).start) / 60_000;
    expect([10_000, 60_000, 120_000, 3_600_000].map(minutes)).toEqual([5, 5, 8, 17]);
  });
});
