import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { runChild, startChild } from '../../cli/demo/child.ts';
import { until } from '../../cli/demo/story.ts';

const child = new URL('../../cli/demo/child.ts', import.meta.url).href;
/** Prints its own process id and that of a grandchild, then stays. */
const family =
  "console.log(process.pid, require('child_process').spawn('sleep', ['60']).pid); setInterval(() => {}, 1000)";

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = (pids: readonly number[]) => async () => (pids.some(isRunning) ? undefined : true);

test('stopping a program ends what it started too', async () => {
  let tell: (pids: number[]) => void = () => {};
  const told = new Promise<number[]>((resolve) => {
    tell = resolve;
  });
  const started = startChild(process.execPath, ['-e', family], {
    env: process.env,
    onLine: (line) => tell(line.split(' ').map(Number)),
  });
  const pids = await told;
  expect(pids.every(isRunning)).toBe(true);
  await started.stop();
  await until('their end', 5_000, gone(pids));
});

test('a program does not outlive us, even when we are killed', async () => {
  const script = `import { startChild } from '${child}';
    startChild(process.execPath, ['-e', ${JSON.stringify(family)}], { env: process.env, onLine: console.log });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const pids = String(line).split(' ').map(Number);
  expect(pids.every(isRunning)).toBe(true);
  parent.kill('SIGKILL');
  await until('their end', 8_000, gone(pids));
});

test('a program that is not there is status 127, and a failing one keeps its last words', async () => {
  expect((await runChild('no-such-program', [], { env: process.env })).status).toBe(127);
  const failed = await runChild(process.execPath, ['-e', "console.error('why'); process.exit(3)"], {
    env: process.env,
  });
  expect(failed).toEqual({ status: 3, tail: ['why'] });
});
