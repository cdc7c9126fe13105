import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSignature, signatureOf } from '../../shared/adapters/signature.ts';
import type { Check, HeartbeatCheck, Verdict } from '../../shared/probe/check.ts';
import { type Beat, hearing, judgeBeat } from '../../shared/probe/heartbeat.ts';
import { beatAddress, callerOf, readBeatPath } from '../../shared/probe/heartbeat-address.ts';
import { epochMs } from '../../shared/time/span.ts';

const hour = 3_600_000;
const minute = 60_000;
const noon = epochMs(Date.UTC(2026, 10, 23, 12));
const base = { everyMs: minute, timeoutMs: 400, confirm: 1, retryMs: 0, places: ['home'], quorum: 'majority' } as const;
const heartbeat = (id = 'acme/jobs/nightly'): HeartbeatCheck => ({
  ...base,
  id,
  kind: 'heartbeat',
  beatEveryMs: hour,
  graceMs: 10 * minute,
});
const beat = (at: number, failed = false): Beat => ({ caller: 'acme/jobs/nightly', at: epochMs(at), failed });

describe('a heartbeat', () => {
  test.each<{ name: string; of: Beat | undefined; now: number; want: Verdict }>([
    {
      name: 'that never came is not known',
      of: undefined,
      now: noon,
      want: { state: 'unknown', detail: 'it has never called' },
    },
    { name: 'is up at once', of: beat(noon), now: noon, want: { state: 'up', latencyMs: 0 } },
    {
      name: 'is up to the end of its grace',
      of: beat(noon),
      now: noon + 70 * minute,
      want: { state: 'up', latencyMs: 0 },
    },
    {
      name: 'is silent a millisecond later',
      of: beat(noon),
      now: noon + 70 * minute + 1,
      want: { state: 'down', cause: 'silent', detail: 'it last called at 2026-11-23T12:00:00Z' },
    },
    {
      name: 'that reports a failure is down, however long ago',
      of: beat(noon, true),
      now: noon + 1_000 * hour,
      want: { state: 'down', cause: 'reported', detail: 'it reported a failure at 2026-11-23T12:00:00Z' },
    },
    {
      name: 'of a clock that is ahead of ours is up',
      of: beat(noon + 500),
      now: noon,
      want: { state: 'up', latencyMs: 0 },
    },
  ])('$name', ({ of, now, want }) => {
    expect(judgeBeat(heartbeat(), of, now)).toEqual(want);
  });
});

describe('judging the heartbeats of a round', () => {
  const tcp: Check = { ...base, id: 'acme/web/www', kind: 'tcp', host: 'h', port: 1 };
  const round = (read: () => Promise<ReadonlyMap<string, Beat>>, checks: readonly Check[]) => {
    const readings: (readonly string[])[] = [];
    let now = noon as number;
    const beats = {
      of: (endpoints: readonly string[]) => {
        readings.push(endpoints);
        return read();
      },
    };
    const probed: string[] = [];
    const probe = async ({ id }: Check): Promise<Verdict> => {
      probed.push(id);
      return { state: 'up', latencyMs: 7 };
    };
    const judge = hearing({ probe, beats, now: () => now }, checks);
    const signal = new AbortController().signal;
    const wait = (ms: number): void => {
      now += ms;
    };
    return { readings, probed, wait, ask: (check: Check) => judge(check, signal) };
  };
  const [a, b] = [heartbeat('acme/jobs/a'), heartbeat('acme/jobs/b')];

  test('takes one reading of all of them, and leaves the other checks to their sockets', async () => {
    const { readings, probed, ask } = round(
      async () => new Map([[a.id, { ...beat(noon), caller: a.id }]]),
      [a, tcp, b],
    );
    const verdicts = await Promise.all([a, tcp, b].map(ask));
    expect(verdicts.map(({ state }) => state)).toEqual(['up', 'up', 'unknown']);
    expect([readings, probed]).toEqual([[[a.id, b.id]], [tcp.id]]);
  });

  test('reads again for whoever asks later, so that an end is seen', async () => {
    const found = new Map([[a.id, { ...beat(noon, true), caller: a.id }]]);
    const { readings, ask, wait } = round(async () => new Map(found), [a]);
    expect(await ask(a)).toMatchObject({ state: 'down', cause: 'reported' });
    found.set(a.id, { ...beat(noon + 1_000), caller: a.id });
    wait(8_000);
    expect(await ask(a)).toMatchObject({ state: 'up' });
    expect(readings).toHaveLength(2);
  });

  test('hears what calls the address of now, and not the one before', async () => {
    const second = { ...a, generation: 2 };
    const found = new Map([
      [a.id, { ...beat(noon), caller: a.id }],
      [b.id, { ...beat(noon), caller: b.id }],
    ]);
    const { readings, ask } = round(async () => found, [second, b]);
    expect(await ask(second)).toMatchObject({ state: 'unknown', detail: 'it has never called' });
    expect(await ask(b)).toMatchObject({ state: 'up' });
    expect(readings).toEqual([[`${a.id}/2`, b.id]]);
    found.set(`${a.id}/2`, { ...beat(noon), caller: `${a.id}/2` });
    expect(await ask(second)).toMatchObject({ state: 'up' });
  });

  test('nothing is read where there are none', async () => {
    const { readings, ask } = round(async () => new Map(), [tcp]);
    expect(await ask(tcp)).toMatchObject({ latencyMs: 7 });
    expect(readings).toEqual([]);
  });

  test('what cannot be read is nobody’s silence', async () => {
    const { ask } = round(() => Promise.reject(new Error('no table')), [a]);
    expect(await ask(a)).toEqual({ state: 'unknown', detail: 'the beats could not be read: Error' });
  });
});

describe('the address of a heartbeat', () => {
  const endpoint = 'acme/jobs/nightly';
  const signature = signatureOf('key', endpoint);

  test.each(['https://x.lambda-url.eu-west-3.on.aws/', 'https://x.lambda-url.eu-west-3.on.aws'])('under %s', (url) => {
    const { pathname } = new URL(beatAddress(url, endpoint, signature));
    expect(readBeatPath(pathname)).toEqual({ caller: endpoint, signature, failed: false });
    expect(readBeatPath(`${pathname}/fail`)).toEqual({ caller: endpoint, signature, failed: true });
  });

  test.each([
    '/',
    '/favicon.ico',
    `/acme/jobs/${signature}`,
    `/acme/jobs/nightly/${signature}x`,
    `/acme/jobs/nightly/${signature}/failed`,
    `/acme/jobs/../${signature}`,
    `/ACME/jobs/nightly/${signature}`,
    `//acme/jobs/nightly/${signature}`,
    `/acme/jobs/nightly/1/${signature}`,
    `/acme/jobs/nightly/02/${signature}`,
    `/acme/jobs/nightly/1000/${signature}`,
    `/acme/jobs/nightly/2/2/${signature}`,
  ])('%s is none', (path) => {
    expect(readBeatPath(path)).toBeUndefined();
  });

  test.each([2, 10, 999])('of generation %i is another one, with a signature of its own', (generation) => {
    const caller = callerOf({ id: endpoint, generation });
    const { pathname } = new URL(beatAddress('https://beats.example', caller, signatureOf('key', caller)));
    const call = readBeatPath(pathname);
    expect(call).toMatchObject({ caller: `${endpoint}/${generation}`, failed: false });
    expect(call && isSignature(call.signature, 'key', call.caller)).toBe(true);
    expect(isSignature(signature, 'key', caller)).toBe(false);
    expect(callerOf({ id: endpoint, generation: 1 })).toBe(endpoint);
  });

  test('its signature is HMAC-SHA-256', () => {
    // Source: RFC 4231, test case 2.
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(signatureOf('Jefe', 'what do ya want for nothing?')).toBe(Buffer.from(hex, 'hex').toString('base64url'));
  });

  test('no other signature, key or endpoint will do', () => {
    expect(isSignature(signature, 'key', endpoint)).toBe(true);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (given, key, of) => {
        fc.pre(!(key === 'key' && of === endpoint));
        expect(isSignature(given, 'key', endpoint)).toBe(given === signature);
        expect(isSignature(signature, key, of)).toBe(false);
      }),
    );
  });
});
