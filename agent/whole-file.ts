/** Files that are there wholly or not at all, also after a power cut. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const temporary = /^\..*\.tmp$/;

/** What was being written when the process ended; nobody else has names like these. */
export const isTemporary = (name: string): boolean => temporary.test(name);

/** A folder's entry is on disk only once the folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** On disk for good once it resolves: written under another name, synced, renamed. Replaces what was there. */
export const writeWhole = async (path: string, text: string): Promise<void> => {
  const temporaryPath = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    const handle = await open(temporaryPath, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporaryPath, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporaryPath, { force: true }).catch(() => {}); // a disk that is full may not even forget
    throw error;
  }
};

/** None where there is no such file. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

export const makeFolder = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true, mode: 0o700 });
