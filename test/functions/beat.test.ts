import { describe, expect, test } from 'vitest';
import { makeBeat } from '../../functions/beat/handler.ts';
import { isSignature, signatureOf } from '../../shared/adapters/signature.ts';
import { beatAddress } from '../../shared/probe/heartbeat-address.ts';
import { epochMs } from '../../shared/time/span.ts';
import { memoryStores, newMemory } from '../adapters/memory.ts';

const endpoint = 'acme/jobs/nightly';
const path = new URL(beatAddress('https://beats.example/', endpoint, signatureOf('key', endpoint))).pathname;

/** As Lambda hands over a call to a function's URL: payload format 2.0. */
const call = (rawPath: string, method = 'POST', body?: string) => ({
  version: '2.0',
  rawPath,
  rawQueryString: '',
  headers: { host: 'beats.example' },
  requestContext: { http: { method, path: rawPath, sourceIp: '192.0.2.1' } },
  ...(body !== undefined && { body, isBase64Encoded: false }),
});

const opened = () => {
  const memory = newMemory();
  let [now, keyReads] = [1_000, 0];
  const handle = makeBeat({
    beats: memoryStores(memory).beats,
    key: async () => {
      keyReads++;
      return 'key';
    },
    isSignature,
    now: () => epochMs(now++),
  });
  return { handle, beats: memory.beats, keyReads: () => keyReads };
};

describe('the function that beats call', () => {
  test.each([
    { name: 'a call', event: call(path), failed: false },
    { name: 'a call by GET', event: call(path, 'GET'), failed: false },
    { name: 'a body that nobody reads', event: call(path, 'POST', '{"__proto__":'.repeat(10_000)), failed: false },
    { name: 'a report of failure', event: call(`${path}/fail`), failed: true },
  ])('$name is kept', async ({ event, failed }) => {
    const { handle, beats } = opened();
    expect(await handle(event)).toMatchObject({ statusCode: 200, body: 'ok\n' });
    expect([...beats.values()]).toEqual([{ caller: endpoint, at: 1_000, failed }]);
  });

  test('a repeat leaves one beat, the newest', async () => {
    const { handle, beats } = opened();
    for (const event of [call(`${path}/fail`), call(path), call(path)]) await handle(event);
    expect([...beats.values()]).toEqual([{ caller: endpoint, at: 1_002, failed: false }]);
  });

  test.each([
    { name: 'another method', event: call(path, 'DELETE') },
    { name: 'another path', event: call('/robots.txt') },
    { name: 'a signature of another endpoint', event: call(path.replace('nightly', 'weekly')) },
    { name: 'a signature of another key', event: call(`/${endpoint}/${signatureOf('other', endpoint)}`) },
    { name: 'a signature of another generation', event: call(path.replace('nightly', 'nightly/2')) },
    { name: 'one that is cut', event: call(path.slice(0, -1)) },
  ])('$name is answered like any other page that is not there, and keeps nothing', async ({ event }) => {
    const { handle, beats } = opened();
    expect(await handle(event)).toEqual({
      statusCode: 404,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body: 'not found\n',
    });
    expect(beats.size).toBe(0);
  });

  test('what is no path of a beat costs not even a look at the key', async () => {
    const { handle, keyReads } = opened();
    await handle(call('/wp-login.php'));
    expect(keyReads()).toBe(0);
  });

  test('what is not signed is not told to any table', async () => {
    const handle = makeBeat({
      beats: { put: () => Promise.reject(new Error('a table was asked')) },
      key: async () => 'key',
      isSignature,
      now: () => epochMs(0),
    });
    for (const wrong of [
      call('/'),
      call(path.slice(0, -1)),
      call(path.replace('nightly', 'weekly')),
      call(path, 'PUT'),
    ])
      expect(await handle(wrong)).toMatchObject({ statusCode: 404 });
  });

  test('a beat that could not be kept is an error, so that whoever called tries again', async () => {
    const handle = makeBeat({
      beats: { put: () => Promise.reject(new Error('throttled')) },
      key: async () => 'key',
      isSignature,
      now: () => epochMs(0),
    });
    await expect(handle(call(path))).rejects.toThrow('throttled');
  });
});
