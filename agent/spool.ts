/**
 * What was seen and is not with AWS yet: one file each, so that neither a crash nor a power cut nor days without a
 * network lose a sample or count one twice.
 *
 * Never gives up what it holds. At its bound it takes nothing new: what is kept is the beginning of what happened, whole,
 * rather than its end with holes. What the disk does not take waits in memory, a little of it, for as long as the network
 * may still be there.
 */
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../shared/contract/canonical.ts';
import type { EpochMs } from '../shared/time/span.ts';
import type { AgentLog } from './log.ts';
import { instantInName, nameOf, placeOf, type Spooled, spooledOf, textOf } from './spooled.ts';
import { isTemporary, makeFolder, writeWhole } from './whole-file.ts';

export interface SpoolOptions {
  readonly folder: string;
  /** Files of another place are no business of ours. */
  readonly place: string;
  readonly mostBytes: number;
  readonly sha256: Sha256;
  readonly log: AgentLog;
  /** @default writes to disk */
  readonly write?: (path: string, text: string) => Promise<void>;
}

export interface SpoolSize {
  readonly waiting: number;
  readonly bytes: number;
  /** Of those waiting, what the disk did not take. */
  readonly onlyInMemory: number;
  /** Since the process began: samples that found no room at all, and are unknown for good. */
  readonly refused: number;
  readonly setAside: number;
}

export interface Spool {
  /**
   * On disk once it resolves, where there is room; where there is none it is lost, and that is said. False where one waits
   * under its name already, which stays as it is.
   */
  keep(spooled: Spooled): Promise<boolean>;
  /** The oldest since an instant, else the oldest; what can still wake somebody does not wait behind what cannot. */
  next(since: EpochMs): string | undefined;
  /** None where the file was damaged or is not ours: it is set aside then, and not named again. */
  read(name: string): Promise<Spooled | undefined>;
  setAside(name: string, reason: string): Promise<void>;
  forget(name: string): Promise<void>;
  size(): SpoolSize;
  oldest(): EpochMs | undefined;
}

/** What a file takes on most disks, however small it is. */
const blockBytes = 4_096;
const onDisk = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Ten minutes of ten shards; each is 2 KB. */
const mostInMemory = 100;

/** Where the first name is that is not before `least`, in sorted names: weeks without a network make tens of thousands. */
const firstFrom = (names: readonly string[], least: string): number => {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < least) low = middle + 1;
    else high = middle;
  }
  return low;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Takes up what an earlier process left; half-written files of it go, strangers are set aside. One process a folder. */
export const openSpool = async (options: SpoolOptions): Promise<Spool> => {
  const { folder, place, mostBytes, sha256, log, write = writeWhole } = options;
  const waitingFolder = join(folder, 'waiting');
  const asideFolder = join(folder, 'set-aside');
  const waiting = new Map<string, number>();
  const inMemory = new Map<string, Spooled>();
  const writing = new Set<string>();
  let [names, bytes, refused, setAside]: [string[], number, number, number] = [[], 0, 0, 0];

  const add = (name: string, size: number): void => {
    waiting.set(name, size);
    bytes += size;
    const before = names.findLastIndex((one) => one < name); // from the end: nearly always the last
    names.splice(before + 1, 0, name);
  };
  const remove = (name: string): void => {
    bytes -= waiting.get(name) ?? 0;
    waiting.delete(name);
    inMemory.delete(name);
    const at = names.indexOf(name);
    if (at >= 0) names.splice(at, 1);
  };
  const putAside = async (name: string, reason: string): Promise<void> => {
    remove(name);
    setAside++;
    log.error('a file of the spool is set aside', { file: name, reason, folder: asideFolder });
    await rename(join(waitingFolder, name), join(asideFolder, name)).catch((error: unknown) =>
      log.error('it could not be moved, and is left where it is', { file: name, reason: messageOf(error) }),
    );
  };

  await makeFolder(waitingFolder);
  await makeFolder(asideFolder);
  for (const name of await readdir(waitingFolder)) {
    if (isTemporary(name)) await rm(join(waitingFolder, name), { force: true });
    else if (instantInName(name) === undefined) await putAside(name, 'it is no file of the spool');
    else waiting.set(name, onDisk((await stat(join(waitingFolder, name))).size));
  }
  names = [...waiting.keys()].sort();
  bytes = [...waiting.values()].reduce((sum, size) => sum + size, 0);
  setAside = (await readdir(asideFolder)).length;

  const refuse = (name: string, reason: string): void => {
    refused++;
    log.error('the spool has no room: samples are lost, and unknown for good', { file: name, reason, refused });
  };

  return {
    keep: async (spooled) => {
      const name = nameOf(spooled);
      if (waiting.has(name) || writing.has(name)) return false;
      const text = textOf(spooled, sha256);
      const size = onDisk(Buffer.byteLength(text));
      if (bytes + size > mostBytes) {
        refuse(name, `it is at its bound of ${mostBytes} bytes`);
        return true;
      }
      writing.add(name);
      try {
        await write(join(waitingFolder, name), text);
        add(name, size);
      } catch (error) {
        if (inMemory.size >= mostInMemory) refuse(name, messageOf(error));
        else {
          log.error('the disk takes nothing: samples wait in memory alone', { reason: messageOf(error) });
          inMemory.set(name, spooled);
          add(name, 0);
        }
      } finally {
        writing.delete(name);
      }
      return true;
    },
    next: (since) => names[firstFrom(names, String(since).padStart(13, '0'))] ?? names[0],
    read: async (name) => {
      const kept = inMemory.get(name);
      if (kept) return kept;
      try {
        const spooled = spooledOf(await readFile(join(waitingFolder, name), 'utf8'), sha256);
        if (nameOf(spooled) !== name) throw new Error(`it holds what belongs into ${nameOf(spooled)}`);
        if (placeOf(spooled) !== place) throw new Error(`it is of place ${placeOf(spooled)}, this is ${place}`);
        return spooled;
      } catch (error) {
        await putAside(name, messageOf(error));
        return undefined;
      }
    },
    setAside: putAside,
    forget: async (name) => {
      if (!inMemory.has(name)) await rm(join(waitingFolder, name), { force: true });
      remove(name);
    },
    size: () => ({ waiting: names.length, bytes, onlyInMemory: inMemory.size, refused, setAside }),
    oldest: () => instantInName(names[0] ?? ''),
  };
};
