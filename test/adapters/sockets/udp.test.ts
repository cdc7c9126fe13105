import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProber } from '../../../shared/adapters/sockets/prober.ts';
import type { NtpCheck, UdpCheck } from '../../../shared/probe/check.ts';
import { ask, base, said } from './asking.ts';

const prober = openProber({ allowPrivate: true });
const publicOnly = openProber({ allowPrivate: false });

/** An answer as RFC 5905 has it: leap indicator, stratum and reference, with the question's transmit time repeated. */
const timeOf =
  (leap: number, stratum: number, reference = '') =>
  (question: Buffer) => {
    const answer = Buffer.alloc(48);
    answer[0] = (leap << 6) | (4 << 3) | 4;
    answer[1] = stratum;
    answer.write(reference, 12, 'latin1');
    question.copy(answer, 24, 40, 48);
    return answer;
  };

let losses = 1;
const answers: Readonly<Record<string, (question: Buffer) => Buffer | string | undefined>> = {
  echo: (question) => `you said ${question}`,
  lossy: () => (losses-- > 0 ? undefined : 'there'),
  silent: () => undefined,
  clock: timeOf(0, 2),
  unset: timeOf(3, 2),
  farAway: timeOf(0, 16),
  limited: timeOf(0, 0, 'RATE'),
  replayed: (question) => timeOf(0, 2)(question).fill(7, 24, 32),
  question: (question) => question,
  short: () => 'hello',
};

const servers = new Map<string, Socket>();
beforeAll(async () => {
  for (const [name, answer] of Object.entries({ ...answers, gone: answers.silent })) {
    const server = createSocket('udp4');
    server.on('message', (question, { port, address }) => {
      const said = answer?.(question);
      if (said !== undefined) server.send(said, port, address);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    ports.set(name, server.address().port);
    servers.set(name, server);
  }
  await new Promise<void>((resolve) => servers.get('gone')?.close(resolve));
  servers.delete('gone');
});
afterAll(() => {
  for (const server of servers.values()) server.close();
  prober.close();
  publicOnly.close();
});
const ports = new Map<string, number>();
const at = (name: string) => ({ ...base, host: '127.0.0.1', port: ports.get(name) ?? 0 });
const udp = (name: string, more: Partial<UdpCheck> = {}): UdpCheck => ({
  ...at(name),
  kind: 'udp',
  send: 'ping',
  ...more,
});
const ntp = (name: string): NtpCheck => ({ ...at(name), kind: 'ntp' });

test.each<{ at: string; more?: Partial<UdpCheck>; want: RegExp }>([
  { at: 'echo', want: /^up$/ },
  { at: 'echo', more: { expect: 'said ping' }, want: /^up$/ },
  { at: 'echo', more: { expect: 'pong' }, want: /^content: the expected text is missing$/ },
  { at: 'silent', want: /^response-timeout: still waiting for the answer/ },
  { at: 'gone', want: /^refused/ },
  { at: 'lossy', more: { timeoutMs: 2_000 }, want: /^up$/ },
])('UDP at $at $more: $want', async ({ at, more, want }) => {
  const began = performance.now();
  const check = udp(at, more);
  expect(said(await ask(prober, check))).toMatch(want);
  expect(performance.now() - began).toBeLessThan(check.timeoutMs + 250);
});

test.each([
  { at: 'clock', want: /^up$/ },
  { at: 'unset', want: /^status: its clock is not set$/ },
  { at: 'farAway', want: /^status: its clock is not set$/ },
  { at: 'limited', want: /^status: turned away: RATE$/ },
  { at: 'replayed', want: /^protocol: the answer is to another question$/ },
  { at: 'question', want: /^protocol: the answer is no NTP answer$/ },
  { at: 'short', want: /^protocol: the answer is no NTP answer$/ },
  { at: 'silent', want: /^response-timeout/ },
  { at: 'gone', want: /^refused/ },
])('NTP at $at: $want', async ({ at, want }) => {
  expect(said(await ask(prober, ntp(at)))).toMatch(want);
});

test('an address that may not be probed is not', async () => {
  expect(said(await ask(publicOnly, udp('echo')))).toMatch(/^forbidden-address/);
  expect(said(await ask(publicOnly, ntp('clock')))).toMatch(/^forbidden-address/);
});
