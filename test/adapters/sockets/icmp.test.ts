import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openProber } from '../../../shared/adapters/sockets/prober.ts';
import type { IcmpCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';

const prober = openProber({ allowPrivate: true });
const publicOnly = openProber({ allowPrivate: false });
const icmp = (host: string, more: Partial<IcmpCheck> = {}): IcmpCheck => ({ ...base, kind: 'icmp', host, ...more });
const path = process.env.PATH ?? '';
let bin: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'vigie-ping-'));
});
afterEach(() => {
  process.env.PATH = path;
});
afterAll(() => {
  prober.close();
  publicOnly.close();
  rmSync(bin, { recursive: true });
});

/** A `ping` that says and ends as told, before any other on the path. */
const pingThat = (script: string): void => {
  writeFileSync(join(bin, 'ping'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'ping'), 0o755);
  process.env.PATH = bin + delimiter + path;
};
const statistics = (more: string): string => `echo '--- 192.0.2.1 ping statistics ---'; echo '${more}'`;

describe('what ping says', () => {
  test.each([
    {
      name: 'iputils, an answer',
      script: `${statistics('1 packets transmitted, 1 received')}; echo 'rtt min/avg/max/mdev = 12.5/12.5/12.5/0.0 ms'`,
      want: { state: 'up', latencyMs: 12.5, address: '127.0.0.1' },
    },
    {
      name: 'BusyBox, an answer',
      script: `${statistics('1 packets transmitted')}; echo 'round-trip min/avg/max = 0.045/0.045/0.045 ms'`,
      want: { state: 'up', latencyMs: 0.045 },
    },
    {
      name: 'no answer',
      script: `${statistics('3 packets transmitted, 0 received, 100% packet loss, time 2003ms')}; exit 1`,
      want: { state: 'down', cause: 'response-timeout', detail: 'no answer' },
    },
    {
      name: 'a router that knows no way',
      script: `${statistics('3 packets transmitted, 0 received, +3 errors, 100% packet loss')}; exit 1`,
      want: { state: 'down', cause: 'unreachable' },
    },
    {
      name: 'no permission, which is nobody’s downtime',
      script: "echo 'ping: socket: Operation not permitted' >&2; exit 2",
      want: { state: 'unknown', detail: 'ping: socket: Operation not permitted' },
    },
    {
      name: 'no permission in BusyBox, which ends as without an answer',
      script: "echo 'ping: permission denied (are you root?)' >&2; exit 1",
      want: { state: 'unknown' },
    },
    {
      name: 'no network of our own',
      script: "echo 'ping: connect: Network is unreachable' >&2; exit 2",
      want: { state: 'unknown' },
    },
    { name: 'a word too many', script: 'yes; exit 1', want: { state: 'unknown' } },
  ])('$name', async ({ script, want }) => {
    pingThat(script);
    expect(await ask(prober, icmp('127.0.0.1'))).toMatchObject(want);
  });

  test('it is given the address, and never the name', async () => {
    pingThat('echo "$@" >&2; exit 2');
    const name = icmp('localhost', { timeoutMs: 2_500 });
    expect(said(await ask(prober, name))).toBe('unknown: -q -c 1 -w 3 127.0.0.1');
    expect(said(await ask(prober, icmp('::1')))).toBe('unknown: -q -c 1 -w 1 ::1');
  });

  test('one that hangs is killed at the deadline', async () => {
    pingThat(`echo $$ > ${bin}/pid; exec sleep 60`);
    const began = performance.now();
    expect(said(await ask(prober, icmp('127.0.0.1')))).toMatch(/^response-timeout: still waiting for the answer/);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
    expect(existsSync(join(bin, 'pid'))).toBe(true);
    await expect.poll(() => alive(join(bin, 'pid'))).toBe(false);
  });

  test('where there is none, nothing is known', async () => {
    process.env.PATH = join(bin, 'empty');
    expect(said(await ask(prober, icmp('127.0.0.1')))).toBe('unknown: ping is not installed here');
  });

  test('an address that may not be probed is given to nobody', async () => {
    pingThat('exit 0');
    expect(said(await ask(publicOnly, icmp('localhost')))).toMatch(/^forbidden-address/);
  });
});

const alive = (pidFile: string): boolean => {
  try {
    return (
      execFileSync('sh', ['-c', `kill -0 $(cat ${pidFile}) 2>/dev/null && echo yes || echo no`]).toString() === 'yes\n'
    );
  } catch {
    return false;
  }
};

/** Why the system's own cannot be tried; none where it can. */
const cannot = (): string | undefined => {
  try {
    execFileSync('ping', ['-q', '-c', '1', '-w', '1', '127.0.0.1'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error);
  }
};

test('the system’s own ping is answered by this machine', async (context) => {
  const why = cannot();
  if (why !== undefined) {
    process.stdout.write(`skipped: ${why}\n`);
    context.skip(why);
  }
  const verdict = await ask(prober, icmp('127.0.0.1', { timeoutMs: 2_000 }));
  expect(verdict).toMatchObject({ state: 'up', address: '127.0.0.1' });
  expect(verdict.state === 'up' && verdict.latencyMs).toBeLessThan(100);
});
