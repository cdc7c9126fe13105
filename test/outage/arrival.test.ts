import { describe, expect, test } from 'vitest';
import {
  type Arrival,
  arrivalOfLooks,
  arrivalOfRun,
  inSlotsOf,
  withoutOvertaken,
} from '../../shared/outage/arrival.ts';
import { heardFrom, heardWithin, type Said } from '../../shared/outage/heard.ts';
import type { Check } from '../../shared/probe/check.ts';
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
  ])('$name', ({ others, applied, want }) => {
    expect(remains(others, applied === undefined ? undefined : at(applied))).toBe(want);
  });
  test('of an old plan is over where the new one’s round found the endpoint up, in whichever slot', () => {
    const [one, two] = [check('a/a/one', 1), check('a/a/two', 1)];
    const under = (letters: string, slots: readonly Check[]) =>
      inSlotsOf([one, two], runAt(2, letters, { planVersion: 'q' }), slots);
    expect(remains([under('u', [one])])).toBe(false);
    expect(remains([under('du', [two, one])])).toBe(false);
    expect(remains([under('ud', [two, one])])).toBe(true);
    expect(remains([under('u', [])])).toBe(true);
  });
  test('keeps the looks beside it', () => {
    expect(withoutOvertaken(lookAt(1, 'u', {}, 1.2), [runAt(2, 'u')]).seen).toHaveLength(1);
  });
});

describe('what a place says lately', () => {
  const [one, two] = [check('a/a/a', 1), check('a/a/b', 1)];
  const said = (arrivals: readonly Arrival[], slots: readonly Check[], over: Partial<Said> = {}): Said => ({
    ...{ within: heardWithin(slots, at(4)), arrivals, slotsOf: () => slots },
    ...over,
  });
  test('is as new as the newest of it, and unsure of what the newest sample could not tell', () => {
    const arrivals = [runAt(0, '?u'), lookAt(1, 'u'), runAt(2, '-?')];
    const heard = heardFrom([one, two], said(arrivals, [one, two]));
    expect(heard).toEqual({ at: at(2), unsure: new Set(['a/a/b']), soon: new Set() });
  });
  test.each<{ name: string; letters: string; look?: number; everyMs?: number; asked?: number; want: string }>([
    { name: 'nothing of what its rounds have gone without for three intervals', letters: 'u----', want: 'unsure' },
    { name: 'what its slow lane may still tell', letters: 'uuu--', want: '' },
    { name: 'that it is well where a look says so', letters: 'u----', look: 3, want: '' },
    { name: 'soon to be known where its rounds have only just begun', letters: '---', want: 'soon' },
    { name: 'soon to be known where it was only just asked', letters: '', asked: 3, want: 'soon' },
    { name: 'known where it answered since it was asked', letters: '...u', asked: 3, want: '' },
    { name: 'soon to be known of long intervals', letters: '-----', everyMs: 6 * 60_000, want: 'soon' },
    { name: 'of long intervals by its rounds', letters: '-'.repeat(17), everyMs: 6 * 60_000, want: '' },
  ])('is $name', ({ letters, look, everyMs = 60_000, asked, want }) => {
    const of = check('a/a/a', 1, { everyMs });
    const runs = [...letters].flatMap((letter, m) => (letter === '.' ? [] : runAt(m + m / 1_000, letter)));
    const looks = look === undefined ? [] : [lookAt(look, 'u')];
    const askedAt = new Map(asked === undefined ? [] : [[of.id, at(asked)]]);
    const within = heardWithin([of], at(Math.max(letters.length, 3)));
    const heard = heardFrom([of], said([...runs, ...looks], [of], { askedAt, within }));
    expect({ unsure: heard?.unsure.has(of.id), soon: heard?.soon?.has(of.id) }).toEqual({
      unsure: want === 'unsure',
      soon: want === 'soon',
    });
  });
  test('is nothing of an endpoint that its rounds did not have, however new they are', () => {
    const heard = heardFrom([one, two], said([runAt(3, 'u')], [one]));
    expect(heard).toEqual({ at: at(3), unsure: new Set([two.id]), soon: new Set() });
  });
  test('is a round of long ago where there is nothing else, or nothing at all', () => {
    expect(heardFrom([one], said([], [one], { newest: at(0) }))).toEqual({
      ...{ at: at(0), unsure: new Set(), soon: new Set() },
    });
    expect(heardFrom([one], said([], [one]))).toBeUndefined();
  });
  test('is read for three intervals, of a quarter of an hour at most, and two minutes', () => {
    const minutes = (everyMs: number) =>
      (at(60) - heardWithin([check('a/a/a', 1, { everyMs })], at(60)).start) / 60_000;
    expect([10_000, 60_000, 120_000, 3_600_000].map(minutes)).toEqual([5, 5, 8, 17]);
  });
});
