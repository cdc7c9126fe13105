import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../shared/probe/check.ts';
import { openLookWriter } from '../../shared/probe/look-writer.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import type { StoredLooks } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { pretendedTime } from './pretended-time.ts';

const began = Date.UTC(2026, 9, 5);
const at = epochMs(began - 500);
const refused: Verdict = { state: 'down', cause: 'refused', detail: 'ECONNREFUSED', address: '192.0.2.1' };
const up: Verdict = { state: 'up', latencyMs: 20 };

const writing = (taken: ReadonlySet<number> = new Set()) => {
  const time = pretendedTime(began);
  const stored: StoredLooks[] = [];
  const putLooks = async (looks: StoredLooks) => {
    if (taken.has(looks.writtenAt)) return false;
    stored.push(looks);
    return true;
  };
  const writer = openLookWriter({ ...time, place: 'home', planVersion: 'v', putLooks });
  const looks = () =>
    stored.map(({ shard, writtenAt, packed }) => ({
      ...{ shard, afterMs: writtenAt - began },
      slots: decodeLooks(looksVersion, packed, writtenAt).map(({ slot }) => slot),
    }));
  return { time, writer, stored, looks };
};

describe('looks', () => {
  test('of a shard that come within seconds are one item', async () => {
    const { time, writer, looks } = writing();
    const work = async () => {
      for (const slot of [1, 2, 3]) {
        writer.write(0, { slot, at, verdict: refused });
        await time.sleep(900);
      }
      writer.write(0, { slot: 4, at, verdict: refused });
      writer.write(1, { slot: 5, at, verdict: refused });
      await writer.done();
    };
    await time.untilDone(work());
    expect(looks()).toEqual([
      { shard: 0, afterMs: 2_000, slots: [1, 2, 3] },
      { shard: 0, afterMs: 2_700, slots: [4] },
      { shard: 1, afterMs: 2_700, slots: [5] },
    ]);
  });

  test('of a recovery are written at once, with what waits', async () => {
    const { time, writer, looks } = writing();
    writer.write(0, { slot: 1, at, verdict: refused });
    writer.write(7, { slot: 2, at, verdict: refused });
    writer.writeNow(0, { slot: 3, at, verdict: up });
    await time.untilDone(time.sleep(1));
    expect(looks()).toEqual([{ shard: 0, afterMs: 0, slots: [1, 3] }]);
  });

  test('keep their instants where an item of that millisecond is there already', async () => {
    const { writer, stored } = writing(new Set([began, began + 1]));
    writer.writeNow(0, { slot: 3, at, verdict: up });
    await writer.done();
    const [one] = stored;
    expect(one?.writtenAt).toBe(began + 2);
    expect(one && decodeLooks(looksVersion, one.packed, one.writtenAt)).toMatchObject([{ slot: 3, at }]);
  });

  test('say why in words, in at most two hundred letters, where nobody was told', async () => {
    const { writer, stored } = writing();
    writer.write(0, { slot: 1, at, verdict: refused });
    writer.write(0, { slot: 2, at, verdict: { ...refused, detail: 'x'.repeat(300) } });
    writer.write(0, { slot: 3, at, verdict: refused, told: false });
    writer.write(0, { slot: 4, at, verdict: up });
    await writer.done();
    expect(stored[0]?.details).toEqual({ '1': 'ECONNREFUSED (192.0.2.1)', '2': 'x'.repeat(200) });
  });
});

test('what cannot be stored is told, and keeps nothing else from being stored', async () => {
  const stored: number[] = [];
  const writer = openLookWriter({
    ...pretendedTime(began),
    ...{ place: 'home', planVersion: 'v' },
    putLooks: async ({ shard }) => {
      if (shard === 0) throw new Error('throttled');
      stored.push(shard);
      return true;
    },
  });
  for (const shard of [0, 1]) writer.write(shard, { slot: 1, at, verdict: refused });
  await expect(writer.done()).rejects.toThrow('1 items of looks were not stored');
  expect(stored).toEqual([1]);
});
