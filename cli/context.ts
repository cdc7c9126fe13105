/** What every command is given: a terminal, a way to the deployed stack, and where to leave its exit code. */
import type { Command } from 'commander';
import type { Stack } from './stack.ts';
import type { Terminal } from './terminal.ts';

export interface Context {
  readonly terminal: Terminal;
  /** Finds the stack named on the command line, or refuses with what to do about it. */
  readonly stack: () => Promise<Stack>;
  exitCode: number;
}

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** The examples at the end of a command's `--help`. */
export const examples = (...lines: readonly (readonly [command: string, what: string])[]): string =>
  `\nExamples:\n${lines.map(([command, what]) => `  $ vigie ${command}\n      ${what}`).join('\n')}\n`;
