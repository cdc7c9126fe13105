import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysOf, nameOf, type Spooled, spooledOf, textOf } from '../../agent/spooled.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aFolder, aSpool } from './folder.ts';
import { listening, looksAt, minute, noon, runAt } from './given.ts';

const anInstant = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(epochMs);
const base = { place: fc.constant('agence-lyon'), shard: fc.nat(9_999), planVersion: fc.constant('0123456789abcdef') };
const aSpooled: fc.Arbitrary<Spooled> = fc.oneof(
  fc
    .record({ ...base, scheduledAt: anInstant, startedAt: anInstant, codes: fc.uint8Array() })
    .map((run): Spooled => ({ kind: 'run', run })),
  fc
    .record({
      ...{ ...base, writtenAt: anInstant, packed: fc.uint8Array() },
      details: fc.option(fc.dictionary(fc.nat(959).map(String), fc.string()), { nil: undefined }),
    })
    .map(({ details, ...looks }): Spooled => ({ kind: 'looks', looks: { ...looks, ...(details && { details }) } })),
);

test('what is read from a file is what was written', () => {
  fc.assert(
    fc.property(aSpooled, (one) => {
      expect(spooledOf(textOf(one, sha256), sha256)).toEqual(one);
    }),
  );
});

test('a file with any byte changed, or cut anywhere, is refused or the same', () => {
  const text = textOf(looksAt(noon), sha256);
  for (let at = 0; at < text.length - 1; at++) {
    expect(() => spooledOf(text.slice(0, at), sha256)).toThrow();
    const other = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
    expect(() => spooledOf(other, sha256), `byte ${at}`).toThrow();
  }
});

test('names sort as time does', () => {
  const instants = [noon + minute, noon, 0, noon + 1];
  const names = instants.map((at) => nameOf(runAt(at))).sort();
  expect(names).toEqual([...instants].sort((a, b) => a - b).map((at) => nameOf(runAt(at))));
});

test.each([
  { name: 'a run', spooled: runAt(noon), days: ['2026-11-23'] },
  {
    name: 'a run that began after its midnight',
    spooled: runAt(Date.UTC(2026, 10, 23) - 1_000),
    days: ['2026-11-22', '2026-11-23'],
  },
  {
    name: 'looks back over midnight',
    spooled: looksAt(Date.UTC(2026, 10, 24) + 10_000),
    days: ['2026-11-23', '2026-11-24'],
  },
])('$name is of the days that hold its samples', ({ spooled, days }) => {
  expect(daysOf(spooled).map((day) => new Date(day).toISOString().slice(0, 10))).toEqual(days);
});

test('what was kept is there after a restart, oldest first, until it is forgotten', async () => {
  const folder = await aFolder();
  const before = await aSpool(folder);
  for (const spooled of [runAt(noon + minute), looksAt(noon), runAt(noon)])
    expect(await before.keep(spooled)).toBe(true);
  expect(await before.keep(runAt(noon))).toBe(false);
  const after = await aSpool(folder);
  expect(after.size()).toMatchObject({ waiting: 3, bytes: 3 * 4_096 });
  expect(after.oldest()).toBe(noon);
  const seen: unknown[] = [];
  for (let name = after.next(epochMs(noon + minute)); name !== undefined; name = after.next(epochMs(noon + minute))) {
    seen.push(await after.read(name));
    await after.forget(name);
  }
  expect(seen).toEqual([runAt(noon + minute), looksAt(noon), runAt(noon)]); // what is fresh does not wait behind what is not
  expect((await aSpool(folder)).size().waiting).toBe(0);
});

test('what is kept out of its order is sent in it, without a restart too', async () => {
  const spool = await aSpool(await aFolder());
  for (const at of [noon + 2 * minute, noon, noon + minute]) await spool.keep(runAt(at));
  const seen: unknown[] = [];
  for (let name = spool.next(epochMs(0)); name !== undefined; name = spool.next(epochMs(0))) {
    seen.push(await spool.read(name));
    await spool.forget(name);
  }
  expect(seen).toEqual([noon, noon + minute, noon + 2 * minute].map((at) => runAt(at)));
});

test('damaged and foreign files are set aside with a word, and block nothing', async () => {
  const folder = await aFolder();
  const log = listening();
  const waiting = join(folder, 'waiting');
  await mkdir(waiting);
  const put = (name: string, text: string) => writeFile(join(waiting, name), text);
  await put('notes.txt', 'not ours');
  await put(`.${nameOf(runAt(noon))}.tmp`, '{"v":1,"sum"'); // the process died while it wrote
  await put(nameOf(runAt(noon)), textOf(runAt(noon), sha256).slice(0, 60));
  await put(nameOf(runAt(noon + 1)), textOf(runAt(noon + 2), sha256));
  await put(nameOf(runAt(noon + 3, { place: 'siege' })), textOf(runAt(noon + 3, { place: 'siege' }), sha256));
  await put(nameOf(runAt(noon + 4)), textOf(runAt(noon + 4), sha256));
  const spool = await aSpool(folder, { log });
  const good: unknown[] = [];
  for (let name = spool.next(epochMs(0)); name !== undefined; name = spool.next(epochMs(0))) {
    const spooled = await spool.read(name);
    if (!spooled) continue;
    good.push(spooled);
    await spool.forget(name);
  }
  expect(good).toEqual([runAt(noon + 4)]);
  expect(log.said.map(({ details }) => details.reason)).toEqual([
    'it is no file of the spool',
    expect.stringContaining('JSON'),
    `it holds what belongs into ${nameOf(runAt(noon + 2))}`,
    'it is of place siege, this is agence-lyon',
  ]);
  expect(await readdir(waiting)).toEqual([]);
  expect(await readdir(join(folder, 'set-aside'))).toHaveLength(4);
  expect((await aSpool(folder)).size()).toMatchObject({ waiting: 0, setAside: 4 });
});

test('at its bound it takes nothing new, says so, and gives up nothing that it has', async () => {
  const folder = await aFolder();
  const log = listening();
  const spool = await aSpool(folder, { log, mostBytes: 3 * 4_096 });
  for (let n = 0; n < 5; n++) await spool.keep(runAt(noon + n * minute));
  expect(spool.size()).toMatchObject({ waiting: 3, refused: 2 });
  expect(spool.oldest()).toBe(noon);
  expect(log.said).toHaveLength(2);
  await spool.forget(nameOf(runAt(noon)));
  await spool.keep(runAt(noon + 5 * minute));
  expect(spool.size()).toMatchObject({ waiting: 3, refused: 2 });
});

test('what a full disk does not take waits in memory, and is sent from there', async () => {
  const folder = await aFolder();
  const log = listening();
  let full = true;
  const write = async (path: string, text: string) => {
    if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    await writeFile(path, text);
  };
  const spool = await aSpool(folder, { log, write });
  for (let n = 0; n < 101; n++) await spool.keep(runAt(noon + n));
  full = false;
  await spool.keep(runAt(noon + minute));
  expect(spool.size()).toMatchObject({ waiting: 101, onlyInMemory: 100, refused: 1 });
  const name = spool.next(epochMs(0)) ?? '';
  expect(await spool.read(name)).toEqual(runAt(noon));
  await spool.forget(name);
  expect(spool.next(epochMs(0))).toBe(nameOf(runAt(noon + 1)));
  expect(await readdir(join(folder, 'waiting'))).toEqual([nameOf(runAt(noon + minute))]);
});

test('a file can be read by people', async () => {
  const folder = await aFolder();
  await (await aSpool(folder)).keep(looksAt(noon));
  const text = await readFile(join(folder, 'waiting', nameOf(looksAt(noon))), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    v: 1,
    looks: { place: 'agence-lyon', shard: 3, writtenAt: noon, details: { 1: 'connection refused (10.1.2.3)' } },
  });
});
