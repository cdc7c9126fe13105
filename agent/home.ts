/** Where the home stack keeps things: asked of its parameter, with a copy on disk for starts without a network. */
import { join } from 'node:path';
import * as z from 'zod';
import { type Home, homeSchema } from '../shared/probe/home.ts';
import type { AgentLog } from './log.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** A copy is good for so long before the parameter is asked again: tables move once in the life of a stack. */
const copyForMs = 10 * 60_000;

const copySchema = z.object({ v: z.literal(1), stack: z.string(), region: z.string(), home: homeSchema });

export interface HomeOptions {
  readonly folder: string;
  readonly stack: string;
  readonly region: string;
  readonly read: () => Promise<string>;
  readonly now: () => number;
  readonly log: AgentLog;
}

export const openHome = ({ folder, stack, region, read, now, log }: HomeOptions): (() => Promise<Home>) => {
  const path = join(folder, 'home.json');
  let asked: Home | undefined;
  let copy: { readonly home: Home; readonly until: number } | undefined;

  const fromDisk = async (): Promise<Home | undefined> => {
    const text = await readIfThere(path);
    const read = copySchema.safeParse(text === undefined ? undefined : JSON.parse(text));
    return read.success && read.data.stack === stack && read.data.region === region ? read.data.home : undefined;
  };

  return async () => {
    if (asked) return asked;
    if (copy && now() < copy.until) return copy.home;
    try {
      const home = homeSchema.parse(JSON.parse(await read()));
      asked = home;
      await writeWhole(path, JSON.stringify({ v: 1, stack, region, home })).catch((error: unknown) =>
        log.error('no copy is kept of where the stack is', { path, reason: String(error) }),
      );
      return home;
    } catch (error) {
      const home = await fromDisk().catch(() => undefined);
      if (!home) throw error;
      copy = { home, until: now() + copyForMs };
      return home;
    }
  };
};
