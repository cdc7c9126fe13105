/** Secrets in files, as systemd and container runtimes hand them to a process: `CLIENT.NAME` in one directory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets } from '../../probe/secrets.ts';
import { codeOf } from '../sockets/failure.ts';

/** @param directory As `$CREDENTIALS_DIRECTORY`; without one, each is told to be missing. */
export const directorySecrets = (directory: string | undefined): Secrets => ({
  read: async ({ kind, name }) => {
    const file = name.replace(/^\/?vigie\//, '').replace('/', '.');
    if (directory === undefined)
      throw new Error(`the ${kind} ${name} cannot be read here: no CREDENTIALS_DIRECTORY to look for ${file} in`);
    if (file.includes('/')) throw new Error(`the ${kind} ${name} has no file of its own`); // never out of the directory
    try {
      // Files are written with a new line at their end; no secret is meant to end in one.
      return (await readFile(join(directory, file), 'utf8')).replace(/\r?\n$/, '');
    } catch (error) {
      throw new Error(`the ${kind} ${name} cannot be read: ${codeOf(error)} on ${file} in the credentials directory`);
    }
  },
});
