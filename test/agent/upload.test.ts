import { describe, expect, test } from 'vitest';
import { nameOf, type Spooled } from '../../agent/spooled.ts';
import { makeUploader } from '../../agent/upload.ts';
import type { Arrival } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aFolder, aSpool } from './folder.ts';
import { listening, looksAt, minute, noon, runAt } from './given.ts';

const hour = 60 * minute;
const midnight = Date.UTC(2026, 10, 23);

/** A table that takes each key once, and that the power may fail at: before or after its n-th write. */
const aTable = (failAt = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') => {
  const items: { name: string; arrival: Arrival }[] = [];
  const late: number[] = [];
  let writes = 0;
  const write = (change: () => void): void => {
    writes++;
    if (writes === failAt && when === 'before') throw new Error('cut off');
    change();
    if (writes === failAt && when === 'after') throw new Error('cut off');
  };
  const put = async (spooled: Spooled, arrival: Arrival = 'live'): Promise<boolean> => {
    const name = nameOf(spooled);
    const there = items.some((item) => item.name === name);
    write(() => {
      if (!there) items.push({ name, arrival });
    });
    return !there;
  };
  return {
    ...{ items, late, writes: () => writes },
    runs: {
      putOnce: (run, arrival) => put({ kind: 'run', run }, arrival),
      putLooks: (looks, arrival) => put({ kind: 'looks', looks }, arrival),
      noteLate: async (_place, day) => write(() => void late.push(day)),
    } satisfies Parameters<typeof makeUploader>[0]['runs'],
  };
};

const uploader = async (kept: readonly Spooled[], table: ReturnType<typeof aTable>, clock = { right: true }) => {
  const folder = await aFolder();
  const log = listening();
  const open = async () => {
    const spool = await aSpool(folder, { log });
    return {
      spool,
      ...makeUploader({
        ...{ spool, log, now: () => epochMs(noon), runs: table.runs },
        confirmClock: async () => {
          if (!clock.right) throw new Error('the clock is wrong');
        },
        isRefusal: (error) => error instanceof Error && error.name === 'ValidationException',
      }),
    };
  };
  const first = await open();
  for (const spooled of kept) await first.spool.keep(spooled);
  return { ...first, open, log };
};
const ever = () => false;

describe('what waits', () => {
  test('goes in order; what can still wake somebody before what cannot', async () => {
    const table = aTable();
    const kept = [noon - 3 * hour, noon - 2 * hour, noon - 10 * minute, noon - minute, noon];
    const { drain, sent } = await uploader([...kept.map((at) => runAt(at)), looksAt(noon - hour)], table);
    await drain(ever);
    expect(table.items).toEqual([
      ...[noon - 10 * minute, noon - minute, noon].map((at) => ({ name: nameOf(runAt(at)), arrival: 'live' })),
      { name: nameOf(runAt(noon - 3 * hour)), arrival: 'late' },
      { name: nameOf(runAt(noon - 2 * hour)), arrival: 'late' },
      { name: nameOf(looksAt(noon - hour)), arrival: 'late' },
    ]);
    expect(sent()).toBe(6);
  });

  test('and is late names each UTC day that it has samples of, once it is there', async () => {
    const table = aTable();
    const { drain } = await uploader([runAt(midnight - 5_000), looksAt(midnight + 1_000, 2_000)], table);
    const yesterday = midnight - 24 * hour;
    await drain(ever);
    expect(table.late).toEqual([yesterday, yesterday, midnight]);
    expect(table.items.map(({ arrival }) => arrival)).toEqual(['late', 'late']);
  });

  const kept = [runAt(noon - 2 * hour), looksAt(noon - hour), runAt(noon - minute), runAt(noon)];
  const whole = 6; // four items, two of them late
  test.each(
    Array.from({ length: whole }, (_, n) => n + 1).flatMap((n) => [
      { n, when: 'before' as const },
      { n, when: 'after' as const },
    ]),
  )('is whole when it is cut off $when write $n, and nothing is doubled', async ({ n, when }) => {
    const table = aTable(n, when);
    const { drain, open, log } = await uploader(kept, table);
    await expect(drain(ever)).rejects.toThrow('cut off');
    const again = await open(); // as if the process had died of it
    await again.drain(ever);
    expect(table.items.map(({ name }) => name).sort()).toEqual(kept.map(nameOf).sort());
    expect(new Set(table.late)).toEqual(new Set([midnight]));
    expect(again.spool.size()).toMatchObject({ waiting: 0, setAside: 0 });
    expect(log.said).toEqual([]);
  });

  test('and is refused for what it is does not block the rest', async () => {
    const table = aTable();
    const refused = Object.assign(new Error('Item size has exceeded'), { name: 'ValidationException' });
    const { putOnce } = table.runs;
    const runs = {
      ...table.runs,
      putOnce: async (...[run, arrival]: Parameters<typeof putOnce>) => {
        if (run.scheduledAt === noon - minute) throw refused;
        return putOnce(run, arrival);
      },
    };
    const { drain, spool, log } = await uploader([runAt(noon - minute), runAt(noon)], { ...table, runs });
    await drain(ever);
    expect(table.items.map(({ name }) => name)).toEqual([nameOf(runAt(noon))]);
    expect(spool.size()).toMatchObject({ waiting: 0, setAside: 1 });
    expect(log.said.map(({ details }) => details.reason)).toEqual(['AWS refuses it: Item size has exceeded']);
  });

  test('and is of the future, from a clock that was ahead, is no evidence', async () => {
    const table = aTable();
    const { drain, spool } = await uploader([runAt(noon), runAt(noon + hour)], table);
    await drain(ever);
    expect(table.items).toHaveLength(1);
    expect(spool.size()).toMatchObject({ waiting: 0, setAside: 1 });
  });

  test('and seems of the future, because the clock is behind now, waits until it is set', async () => {
    const [table, clock] = [aTable(), { right: false }];
    const { drain, spool } = await uploader([runAt(noon + hour)], table, clock);
    await expect(drain(ever)).rejects.toThrow('the clock is wrong');
    expect(spool.size()).toMatchObject({ waiting: 1, setAside: 0 });
  });
});
