/**
 * Runs the program named by its arguments and ends its own process group when stdin closes: see child.ts.
 * SIGTERM first, so that the local AWS can end its function workers; SIGKILL after a grace of two seconds.
 */
import { spawn } from 'node:child_process';

const graceMs = 2_000; // MiniStack stopped in under 0.5 s in every run measured
const [command = '', ...args] = process.argv.slice(2);
const program = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const endGroup = (signal: NodeJS.Signals): void => {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // ESRCH: nobody is left in the group
  }
};

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  process.on('SIGTERM', () => {}); // the group's signal reaches the keeper too, which leaves last
  endGroup('SIGTERM');
  setTimeout(() => endGroup('SIGKILL'), graceMs);
};

process.stdin.on('end', end).on('close', end).resume();
process.on('SIGTERM', end).on('SIGINT', end);
program.once('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
program.once('exit', (code, signal) => {
  if (ending) endGroup('SIGKILL'); // what the program left behind, and the keeper with it
  process.exit(code ?? (signal === null ? 1 : 143));
});
