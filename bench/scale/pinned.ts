/** The prober on one core and its endpoints on another, where Linux lets one say so. */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';

/** What to spawn. */
export const pinned = (core: 0 | 1, command: string, args: readonly string[]): [string, string[]] =>
  existsSync('/usr/bin/taskset') && cpus().length > 1
    ? ['/usr/bin/taskset', ['-c', String(core), command, ...args]]
    : [command, [...args]];
