import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReferences } from '../../../shared/adapters/sockets/references.ts';
import { type Farm, openFarm } from './farm.ts';

let farm: Farm;
let silent: string;
beforeAll(async () => {
  farm = await openFarm();
  silent = `127.0.0.1:${farm.port('blackHole')}`;
});
afterAll(() => farm.close());

const free = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

test('one that answers is enough, however silent the others are', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const began = performance.now();
  expect(await openReferences([silent, `127.0.0.1:${port}`])()).toBe(true);
  expect(performance.now() - began).toBeLessThan(1_000);
  server.close();
});

test('one that refuses is there', async () => {
  expect(await openReferences([`127.0.0.1:${await free()}`])()).toBe(true);
});

test('silence is no answer, after two seconds', async () => {
  const began = performance.now();
  expect(await openReferences([silent])()).toBe(false);
  expect(performance.now() - began).toBeGreaterThan(1_900);
  expect(performance.now() - began).toBeLessThan(3_000);
});
