import type { Command } from 'commander';
import { NoPlan } from '../../agent/agent.ts';
import { runAgent } from '../../agent/process.ts';
import { folderOf, type Settings, settingsOf, usualSpoolMb } from '../../agent/settings.ts';
import { healthOf, readState } from '../../agent/state-file.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly place?: string;
  readonly region?: string;
  readonly spool?: string;
  readonly spoolLimit?: string;
  readonly credentialsDirectory?: string;
  readonly once?: boolean;
  readonly status?: boolean;
}

const showStatus = async (options: Options, { out, env, now }: Terminal): Promise<number> => {
  const folder = folderOf(options, env);
  const state = await readState(folder);
  if (!state) throw new Refusal(exits.problems, `no agent has run in ${folder}`, 'Name its folder with --spool.');
  const { ok, lines } = healthOf(state, now());
  out(lines.join('\n'));
  return ok ? exits.done : exits.problems;
};

const run = async (options: Options, stack: string, { out, env }: Terminal): Promise<number> => {
  const { spoolLimit, ...given } = options;
  const settings = settingsOf(
    { ...given, stack, ...(spoolLimit !== undefined && { spoolLimit: Number(spoolLimit) }) },
    env,
  );
  if (!('place' in settings))
    throw new Refusal(exits.usage, settings.join('; '), 'See `vigie agent --help` and docs/agent.md.');
  try {
    return await runAgent(settings, options.once === true, out);
  } catch (error) {
    throw refusalOf(error, settings) ?? error;
  }
};

const noFolder: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC']);

/** What keeps an agent from its first round for everyday reasons. */
const refusalOf = (error: unknown, { folder, stack, region }: Settings): Refusal | undefined => {
  if (error instanceof NoPlan)
    return new Refusal(
      exits.aws,
      error.message,
      `Asked for stack ${stack} in ${region}. It needs the place's own AWS key: docs/agent.md says where to put it.`,
    );
  if (error instanceof Error && 'code' in error && noFolder.has(String(error.code)))
    return new Refusal(
      exits.problems,
      `cannot write to ${folder}: ${error.message}`,
      'Name another folder with --spool.',
    );
  return undefined;
};

/** The options and the action, for the command of `vigie` and for the bundle that is nothing else. */
export const asAgent = (
  command: Command,
  context: Pick<Context, 'terminal' | 'exitCode'>,
  stack: () => string,
): Command =>
  command
    .summary('probe from inside a network')
    .description(
      'Probes what the plan gives its place, from the machine that it runs on, until it is stopped. What it sees is kept on disk until AWS has it.',
    )
    .option('--place <id>', 'which place this is (VIGIE_PLACE)')
    .option('--region <region>', "the stack's region (AWS_REGION)")
    .option('--spool <dir>', 'its folder (VIGIE_SPOOL, STATE_DIRECTORY, ./vigie-agent)')
    .option('--spool-limit <MB>', `what may wait there (VIGIE_SPOOL_MB, ${usualSpoolMb})`)
    .option('--credentials-directory <dir>', 'AWS keys in `aws`, secrets beside them (CREDENTIALS_DIRECTORY)')
    .option('--once', 'one round, sent; exit code 1 where something still waits')
    .option('--status', 'say how the agent of a folder is, and exit with 1 where it is ill')
    .action(async (options: Options) => {
      context.exitCode = await (options.status
        ? showStatus(options, context.terminal)
        : run(options, stack(), context.terminal));
    });

export const registerAgent: Register = (program, context) => {
  asAgent(program.command('agent'), context, () => program.opts<{ stack: string }>().stack).addHelpText(
    'after',
    examples(
      ['agent --place agence-lyon --region eu-west-3 --once', 'try it: one round, and what AWS says to it'],
      ['agent --place agence-lyon --region eu-west-3 --spool /var/lib/vigie-agent', 'until it is stopped'],
      ['agent --status --spool /var/lib/vigie-agent', 'how it is'],
    ),
  );
};
