#!/usr/bin/env node
import { main } from './program.ts';
import { openStack } from './stack.ts';
import { processTerminal } from './terminal.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // `vigie … | head` has read what it wanted
  throw error;
});
process.exitCode = await main(process.argv.slice(2), processTerminal(), openStack);
