/** Exit codes, as `docs/cli.md` promises them. */
export const exits = {
  done: 0,
  /** The command ran and the answer is bad news: invalid files, a statement held, a client that failed. */
  problems: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** AWS could not be asked: no credentials, no stack of that name, no network, access denied. */
  aws: 3,
} as const;

/** An expected end of a command: a sentence for a person, without a stack trace. */
export class Refusal extends Error {
  readonly exitCode: number;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(exitCode: number, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
