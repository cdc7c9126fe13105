#!/usr/bin/env node
/** `npm start`: the main job on a local AWS, told so that a stranger understands it from the terminal alone. */
import { processTerminal } from '../terminal.ts';
import { stopRunning } from './child.ts';
import { demonstrate } from './demonstrate.ts';
import { demoOptions } from './options.ts';

/** What was started, newest first: stopped in that order however this ends. */
const started: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;
const stopAll = (): Promise<void> => {
  stopping ??= (async () => {
    await stopRunning();
    for (const stop of started) await stop().catch(() => {});
  })();
  return stopping;
};

const terminal = processTerminal();
const interrupted = new AbortController();
const interrupt = (): void => {
  if (interrupted.signal.aborted) return;
  interrupted.abort();
  terminal.out('\n    stopping …');
  void stopAll().then(() => {
    terminal.out('    stopped; nothing is left running.');
    process.exit(130); // as after Ctrl-C, by convention
  });
};
process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

const options = demoOptions(process.argv.slice(2));
try {
  await demonstrate(options, terminal, (stop) => started.unshift(stop));
  await stopAll();
} catch (error) {
  if (!interrupted.signal.aborted) {
    terminal.err(`\n    It did not work: ${error instanceof Error ? error.message : String(error)}`);
    await stopAll();
    process.exitCode = 1;
  }
}
