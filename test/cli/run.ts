import { main } from '../../cli/program.ts';
import { readFolder } from '../../cli/read-folder.ts';
import type { Stack } from '../../cli/stack.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';

/** 2026-11-23T12:00Z. */
export const noon: EpochMs = epochMs(Date.UTC(2026, 10, 23, 12));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as the shell would, and keeps what it said. */
export const run = async (
  argv: readonly string[],
  stack: Stack | (() => Promise<Stack>) = () => Promise.reject(new Error('this command needs no stack')),
  env: Terminal['env'] = { USER: 'nadia' },
): Promise<Ran> => {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    colour: false,
    live: false,
    env,
    now: () => noon,
    sleep: async () => {},
  };
  const code = await main(argv, terminal, typeof stack === 'function' ? stack : async () => stack);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

export const examplesDir = 'examples/atelier-ops';

export const examplePlan = async (): Promise<Plan> => {
  const decoded = decodeFolder(await readFolder(examplesDir));
  if (!decoded.ok) throw new Error('the example folder is invalid');
  return decoded.value;
};
