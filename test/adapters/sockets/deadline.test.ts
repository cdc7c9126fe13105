import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sleep, timerDeadline } from '../../../shared/adapters/sockets/prober.ts';

const keepBusy = (ms: number): void => {
  for (const from = performance.now(); performance.now() - from < ms; );
};

test('what has come while the process was busy is read before the deadline ends anything', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { signal } = timerDeadline(20);
  const read = once(socket, 'message').then(() => signal.aborted);
  socket.send('an answer', socket.address().port, '127.0.0.1');
  keepBusy(60);
  expect(await read).toBe(false);
  socket.close();
});

test('a process that was held up gives that time back, and then the deadline ends it', async () => {
  const { signal } = timerDeadline(40);
  const from = performance.now();
  keepBusy(70);
  await sleep(10);
  expect(signal.aborted).toBe(false);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(performance.now() - from).toBeGreaterThanOrEqual(98);
});

test('a deadline that was cancelled never comes', async () => {
  const { signal, cancel } = timerDeadline(5);
  cancel();
  await sleep(20);
  expect(signal.aborted).toBe(false);
});
