/** An agent that is killed by the system, in loops, wherever it happens to be. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nameOf } from '../../agent/spooled.ts';
import { makeUploader } from '../../agent/upload.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aFolder, aSpool } from './folder.ts';
import { listening } from './given.ts';

const program = fileURLToPath(new URL('./mortal-agent.ts', import.meta.url));

/** What it said that it kept, until it was killed so many lines and milliseconds later. */
const killedAfter = (folder: string, from: number, lines: number, moreMs: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, folder, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    let doomed = false;
    child.stdout.on('data', (bytes) => {
      said += String(bytes);
      if (doomed || said.split('\n').length <= lines) return;
      doomed = true;
      setTimeout(() => child.kill('SIGKILL'), moreMs);
    });
    child.once('error', reject);
    child.once('close', () => resolve(said.split('\n').slice(0, -1)));
  });

test('killed again and again, it loses nothing that it kept, doubles nothing, and keeps the order', async () => {
  const folder = await aFolder();
  await mkdir(join(folder, 'table'));
  const kept: string[] = [];
  let killed = 0;
  for (let life = 0; life < 7; life++) {
    const said = await killedAfter(folder, 1_700_000_000_000 + life * 1_000, 1 + life * 9, life % 5);
    kept.push(...said);
    killed += said.length < 400 ? 1 : 0;
  }
  expect(killed).toBeGreaterThan(4); // else it was never in the middle of anything
  expect(kept.length).toBeGreaterThan(100);

  const log = listening();
  const spool = await aSpool(folder, { log, mostBytes: 1e9 });
  const sent: string[] = [];
  const keep = async (name: string) => sent.push(name) > 0;
  await makeUploader({
    ...{ spool, log, now: () => epochMs(1_700_000_012_000), confirmClock: async () => {}, isRefusal: () => false },
    runs: {
      putOnce: (run) => keep(nameOf({ kind: 'run', run })),
      putLooks: (looks) => keep(nameOf({ kind: 'looks', looks })),
      noteLate: async () => {},
    },
  }).drain(() => false);

  const there = new Set(await readdir(join(folder, 'table')));
  const order = (await readFile(join(folder, 'order'), 'utf8')).split('\n').slice(0, -1);
  expect(kept.filter((name) => !there.has(name) && !sent.includes(name))).toEqual([]); // nothing lost
  expect(new Set(order).size).toBe(order.length); // nothing doubled
  expect(order).toEqual([...order].sort()); // in order, over all lives
  expect(spool.size()).toMatchObject({ waiting: 0, setAside: 0 });
  expect(log.said).toEqual([]); // nothing half-written was ever seen
});
