/** The `vigie` command: its options, and how each way to end becomes an exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { awsRefusal } from './aws-errors.ts';
import { registerAgent } from './commands/agent.ts';
import { registerApply } from './commands/apply.ts';
import { registerContract } from './commands/contract.ts';
import { registerCost } from './commands/cost.ts';
import { registerHeartbeat } from './commands/heartbeat.ts';
import { registerMaintenance } from './commands/maintenance.ts';
import { registerProbe } from './commands/probe.ts';
import { registerSamples } from './commands/samples.ts';
import { registerSettle } from './commands/settle.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerStatement } from './commands/statement.ts';
import { registerStatus } from './commands/status.ts';
import { registerValidate } from './commands/validate.ts';
import type { Context } from './context.ts';
import { exits, Refusal } from './refusal.ts';
import type { Stack } from './stack.ts';
import { paint, type Terminal } from './terminal.ts';

const commands = [
  registerValidate,
  registerProbe,
  registerApply,
  registerStatus,
  registerHeartbeat,
  registerSamples,
  registerMaintenance,
  registerSettle,
  registerStatement,
  registerSimulate,
  registerContract,
  registerCost,
  registerAgent,
];

const version = (): string => {
  const { version: said }: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return said;
};

const codes = `
Exit codes:
  0  done
  1  the answer is bad news: invalid files, a statement held, a client that failed
  2  the command line is wrong
  3  AWS could not be asked: no credentials, no such stack, access denied

Environment:
  VIGIE_STACK        the stack's name, when --stack does not say it
  AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL   as every AWS tool reads them
  NO_COLOR           no colours
`;

/** Runs one command line to its exit code. `openStack` is the only way out of this machine. */
export const main = async (
  argv: readonly string[],
  terminal: Terminal,
  openStack: (name: string) => Promise<Stack>,
): Promise<number> => {
  const program = new Command('vigie')
    .description('Watches what an MSP promised its clients, and settles each month what was delivered.')
    .version(version())
    .option('--stack <name>', 'the deployed stack', terminal.env.VIGIE_STACK || 'Vigie')
    .addHelpText('after', codes);
  const context: Context = {
    terminal,
    stack: () => openStack(program.opts<{ stack: string }>().stack),
    exitCode: exits.done,
  };
  for (const register of commands) register(program, context);
  settle(program, terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.done : exits.usage;
    const refusal = error instanceof Refusal ? error : awsRefusal(error);
    if (!refusal) throw error;
    terminal.err(`${paint(terminal)('red', 'vigie:')} ${refusal.message}`);
    if (refusal.hint) terminal.err(`  ${refusal.hint}`);
    return refusal.exitCode;
  }
};

/** Subcommands inherit none of this by themselves once they were made by `command()` before it was set. */
const settle = (command: Command, terminal: Terminal): void => {
  command
    .exitOverride()
    .showHelpAfterError('(add --help for examples)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.colour,
      getErrHasColors: () => terminal.colour,
    })
    .configureHelp({ styleTitle: (title) => paint(terminal)('bold', title), sortSubcommands: false });
  for (const child of command.commands) settle(child, terminal);
};
