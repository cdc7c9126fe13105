/** Reads a client folder from disk: provider.yaml, the calendars beside it, and everything under clients/. What it says is for `decodeFolder`. */
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

const isCalendar = (name: string): boolean => name.endsWith('.ics');

/** What is not there is an empty folder: told as "no client", or by the name that was not found. */
const ifThere = async <T>(listed: Promise<T[]>): Promise<T[]> =>
  listed.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  });

const readAll = (dir: string, names: readonly string[]): Promise<SourceFile[]> => {
  const decoder = new TextDecoder('utf-8'); // what is not UTF-8 becomes U+FFFD, which is refused with its line
  return Promise.all(
    names.toSorted().map(async (name) => ({
      path: name.split(sep).join('/'),
      text: decoder.decode(await readStart(join(dir, name))),
    })),
  );
};

/** Calendars that a provider.yaml in this folder may name. */
export const readCalendars = async (dir: string): Promise<SourceFile[]> => {
  const below = await ifThere(readdir(join(dir, 'holidays')));
  const beside = await readdir(dir);
  return readAll(dir, [
    ...beside.filter(isCalendar),
    ...below.filter(isCalendar).map((name) => join('holidays', name)),
  ]);
};

/** @throws what `node:fs` throws when the folder cannot be read */
export const readFolder = async (dir: string): Promise<SourceFile[]> => {
  const below = await ifThere(readdir(join(dir, 'clients'), { recursive: true, withFileTypes: true }));
  const own = (await readdir(dir)).filter((name) => /^provider\.ya?ml$/.test(name));
  const clients = below
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(dir).length + 1));
  return [...(await readAll(dir, [...own, ...clients])), ...(await readCalendars(dir))];
};
