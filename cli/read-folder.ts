/** Reads a client folder from disk: provider.yaml and everything under clients/. What it says is for `decodeFolder`. */
import { open, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { maxFileLength, type SourceFile } from '../shared/contract/source.ts';

/** So much of a file that one too large is seen to be, without reading all of it: a character is at most 4 bytes. */
const mostBytes = 4 * maxFileLength + 4;

const readStart = async (path: string): Promise<Uint8Array> => {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, mostBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

/** @throws what `node:fs` throws when the folder cannot be read */
export const readFolder = async (dir: string): Promise<SourceFile[]> => {
  const below = await readdir(join(dir, 'clients'), { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []; // told as "no client"
      throw error;
    },
  );
  const names = [
    ...(await readdir(dir)).filter((name) => /^provider\.ya?ml$/.test(name)),
    ...below
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(dir).length + 1)),
  ].sort();
  const decoder = new TextDecoder('utf-8'); // what is not UTF-8 becomes U+FFFD, which is refused with its line
  return Promise.all(
    names.map(async (name) => ({
      path: name.split(sep).join('/'),
      text: decoder.decode(await readStart(join(dir, name))),
    })),
  );
};
