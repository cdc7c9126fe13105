#!/usr/bin/env node
/** The bundle's entry: `vigie agent` and nothing else of the command, for machines that have Node alone. */
import { Command } from 'commander';
import { agentName } from '../agent/process.ts';
import { asAgent } from './commands/agent.ts';
import type { Context } from './context.ts';
import { exits, Refusal } from './refusal.ts';
import { processTerminal } from './terminal.ts';

const context: Pick<Context, 'terminal' | 'exitCode'> = { terminal: processTerminal(), exitCode: exits.done };
const program: Command = asAgent(
  new Command('vigie-agent')
    .version(agentName)
    .option('--stack <name>', "the stack's name (VIGIE_STACK)", process.env.VIGIE_STACK || 'Vigie'),
  context,
  () => program.opts<{ stack: string }>().stack,
);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof Refusal)) {
    // Thrown, Node would show the line that it came from: a page of minified code.
    context.terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(exits.problems);
  }
  context.terminal.err(`vigie-agent: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}`);
  context.exitCode = error.exitCode;
}
process.exitCode = context.exitCode;
