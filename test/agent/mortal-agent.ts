/**
 * Half of an agent, for `killed.test.ts` to kill: keeps one item after the other and says so, while it sends what waits to
 * a table that is a folder: a file a key, written only where there is none.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { openSpool } from '../../agent/spool.ts';
import { nameOf, type Spooled } from '../../agent/spooled.ts';
import { makeUploader } from '../../agent/upload.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { epochMs } from '../../shared/time/span.ts';
import { runAt } from './given.ts';

const [folder = '', from = '0'] = process.argv.slice(2);
const quiet = { info: () => {}, error: () => {} };
const spool = await openSpool({ folder, place: 'agence-lyon', mostBytes: 1e9, sha256, log: quiet });

const put = async (spooled: Spooled): Promise<boolean> => {
  const name = nameOf(spooled);
  await turn();
  try {
    writeFileSync(join(folder, 'table', name), '', { flag: 'wx' });
  } catch {
    return false;
  }
  appendFileSync(join(folder, 'order'), `${name}\n`);
  return true;
};
const uploader = makeUploader({
  ...{ spool, log: quiet, now: () => epochMs(Number(from)), confirmClock: async () => {}, isRefusal: () => false },
  runs: {
    putOnce: (run) => put({ kind: 'run', run }),
    putLooks: (looks) => put({ kind: 'looks', looks }),
    noteLate: async () => {},
  },
});

let over = false;
const sending = (async () => {
  while (!over) {
    await uploader.drain(() => false);
    await turn();
  }
})();
for (let n = 0; n < 400; n++) {
  const item = runAt(Number(from) + n);
  await spool.keep(item);
  process.stdout.write(`${nameOf(item)}\n`);
}
over = true;
await sending;
