/** Where a command writes, what it may colour, and the few facts about the outside that it needs. */
import { styleText } from 'node:util';
import { type EpochMs, epochMs } from '../shared/time/span.ts';

export interface Terminal {
  /** One line or more on standard output: the result, which may be piped. */
  readonly out: (text: string) => void;
  /** On standard error: progress, hints and complaints. */
  readonly err: (text: string) => void;
  readonly colour: boolean;
  /** Whether a person watches, so that progress may be redrawn. */
  readonly live: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => EpochMs;
  readonly sleep: (ms: number) => Promise<void>;
}

/** `NO_COLOR` (https://no-color.org) wins over everything, then `FORCE_COLOR`, then whether a person watches. */
export const wantsColour = (env: Terminal['env'], live: boolean): boolean =>
  env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : live && env.TERM !== 'dumb';

export const processTerminal = (): Terminal => {
  const live = process.stdout.isTTY === true;
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colour: wantsColour(process.env, live),
    live,
    env: process.env,
    now: () => epochMs(Date.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
};

/** Says how far it is once that takes longer than anybody waits in silence, and not more often. */
export const patience = (
  terminal: Terminal,
  say: (done: number, of: number) => string,
): ((done: number, of: number) => void) => {
  let said = terminal.now();
  return (done, of) => {
    if (terminal.now() - said < 2000) return;
    said = terminal.now();
    terminal.err(say(done, of));
  };
};

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export const paint =
  ({ colour }: Pick<Terminal, 'colour'>) =>
  (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;

/** Columns as wide as their widest cell, two spaces apart; the last is left as long as it is. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** What a cell takes on the screen: escape sequences take nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const width = (cell: string): number => [...cell.replace(/\u001b\[[0-9;]*m/g, '')].length;

/** One figure and its noun: `1 problem`, `2 problems`. */
export const counted = (many: number, one: string, several = `${one}s`): string =>
  `${many} ${many === 1 ? one : several}`;
