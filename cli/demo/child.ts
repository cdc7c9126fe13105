import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Exit status; 128 + n after signal n. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the program and everything it started; resolves when all of it is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Receives stdout and stderr, line by line. */
  readonly onLine?: (line: string) => void;
}

const keeper = fileURLToPath(new URL('./keeper.ts', import.meta.url));

/**
 * Runs a program that cannot outlive this process, however this process ends: the program sits in a process group
 * of its own under a keeper, which ends the group as soon as the pipe from here closes, and the system closes that
 * pipe even after a crash or a `kill -9`.
 */
export const startChild = (command: string, args: readonly string[], options: ChildOptions): Child => {
  const child = spawn(process.execPath, [keeper, command, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true, // its own process group: Ctrl-C reaches only us, and we stop things in order
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = (stream: Readable): void => {
    createInterface({ input: stream }).on('line', (line) => options.onLine?.(line));
  };
  lines(child.stdout);
  lines(child.stderr);
  child.stdin.on('error', () => {}); // the keeper may be gone already when its pipe closes
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
  return {
    exited,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
};

/** Runs a program to its end. Its last lines are kept, because they say why it failed. */
export const runChild = async (
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<{ status: number; tail: readonly string[] }> => {
  const tail: string[] = [];
  const child = startChild(command, args, {
    ...options,
    onLine: (line) => {
      options.onLine?.(line);
      tail.push(line);
      if (tail.length > 40) tail.shift();
    },
  });
  running.add(child);
  const status = await child.exited;
  running.delete(child);
  return { status, tail };
};

const running = new Set<Child>();

/** Ends every `runChild` still under way, so that an interrupted deployment does not go on against nothing. */
export const stopRunning = async (): Promise<void> => {
  await Promise.all([...running].map((child) => child.stop()));
};
