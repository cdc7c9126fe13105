/** What every verdict carries besides its judgement: how far it got, how long that took, with whom. */
import { describe, expect, test } from 'vitest';
import type { Check, Timings } from '../../../shared/probe/check.ts';
import { httpCheck } from '../../checks.ts';
import { ask, base, timeoutMs } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const { farm, prober, publicOnly } = await openFarmAndProbers();

const http = (url: string): Check => httpCheck(url, base);
const web = (scheme: string, host: string, at: string) => http(`${scheme}://${host}:${farm.port(at)}/`);
const of = (host: string, at: string) => ({ ...base, host, port: farm.port(at) });

const phasesOf = (timings: Timings | undefined): string =>
  (['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const)
    .filter((phase) => timings?.[phase] !== undefined)
    .map((phase) => phase.replace('Ms', ''))
    .join(' ');

const end2120 = Date.UTC(2120, 0, 1);
const end2021 = Date.UTC(2021, 0, 1);
const loopback = '127.0.0.1';

describe('a verdict tells how far the probe got', () => {
  test.each<{ name: string; check: () => Check; state: string; phases: string; address?: string; ends?: number }>([
    {
      name: 'HTTPS that is up',
      check: () => web('https', 'good.test', 'good'),
      state: 'up',
      phases: 'dns connect tls firstByte',
      address: loopback,
      ends: end2120,
    },
    {
      name: 'HTTP at an address',
      check: () => web('http', loopback, 'healthy'),
      state: 'up',
      phases: 'connect firstByte',
      address: loopback,
    },
    {
      name: 'a name whose second address answered',
      check: () => web('http', 'second.test', 'healthy'),
      state: 'up',
      phases: 'dns connect firstByte',
      address: loopback,
    },
    { name: 'a name that nobody has', check: () => web('https', 'nobody.test', 'good'), state: 'down', phases: 'dns' },
    {
      name: 'a name that nobody answers for',
      check: () => web('https', 'silent.test', 'good'),
      state: 'down',
      phases: 'dns',
    },
    {
      name: 'a port where nobody listens',
      check: () => web('https', loopback, 'refusing'),
      state: 'down',
      phases: 'connect',
      address: loopback,
    },
    {
      name: 'a network that swallows packets',
      check: () => web('https', 'good.test', 'blackHole'),
      state: 'down',
      phases: 'dns connect',
      address: loopback,
    },
    {
      name: 'a handshake that hangs',
      check: () => web('https', loopback, 'silent'),
      state: 'down',
      phases: 'connect tls',
      address: loopback,
    },
    {
      name: 'a certificate that has ended',
      check: () => web('https', 'good.test', 'expired'),
      state: 'down',
      phases: 'dns connect tls',
      address: loopback,
      ends: end2021,
    },
    {
      name: 'a certificate of somebody else',
      check: () => web('https', 'good.test', 'wrongName'),
      state: 'down',
      phases: 'dns connect tls',
      address: loopback,
      ends: end2120,
    },
    {
      name: 'a server that never answers',
      check: () => web('http', loopback, 'hanging'),
      state: 'down',
      phases: 'connect firstByte',
      address: loopback,
    },
    {
      name: 'a wrong status',
      check: () => web('http', loopback, 'unavailable'),
      state: 'down',
      phases: 'connect firstByte',
      address: loopback,
    },
    {
      name: 'TCP',
      check: () => ({ ...of('good.test', 'silent'), kind: 'tcp' }),
      state: 'up',
      phases: 'dns connect',
      address: loopback,
    },
    {
      name: 'TLS that ends too soon',
      check: () => ({ ...of('good.test', 'good'), kind: 'tls', validForMs: 200 * 365 * 86_400_000 }),
      state: 'down',
      phases: 'dns connect tls',
      address: loopback,
      ends: end2120,
    },
    {
      name: 'DNS of the place',
      check: () => ({ ...base, kind: 'dns', name: 'good.test', type: 'A', expect: [loopback] }),
      state: 'up',
      phases: 'dns',
    },
    {
      name: 'a resolver that is named',
      check: () => ({
        ...base,
        kind: 'dns',
        name: 'good.test',
        type: 'A',
        expect: [loopback],
        resolver: { host: loopback, port: Number(farm.dns.split(':')[1]) },
      }),
      state: 'up',
      phases: 'firstByte',
      address: loopback,
    },
    {
      name: 'UDP that is not answered',
      check: () => ({ ...of('good.test', 'healthy'), kind: 'udp', port: 9, send: 'x' }),
      state: 'down',
      phases: 'dns firstByte',
      address: loopback,
    },
  ])('$name', async ({ check, state, phases, address, ends }) => {
    const began = performance.now();
    const verdict = await ask(prober, check());
    const took = performance.now() - began;
    expect(verdict).toMatchObject({ state });
    expect(phasesOf(verdict.timings)).toBe(phases);
    expect(verdict.address).toBe(address);
    expect(verdict.certificateEndsAt).toBe(ends);
    const { totalMs = Number.NaN, ...parts } = verdict.timings ?? {};
    expect(totalMs).toBeLessThanOrEqual(took);
    expect(Object.values(parts).reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(totalMs + 0.001);
    if (verdict.state === 'up') expect(verdict.latencyMs).toBeLessThanOrEqual(totalMs);
  });

  test('the phase that the deadline cut has the time that was left', async () => {
    const { timings } = await ask(prober, web('https', 'good.test', 'silent'));
    expect(timings?.tlsMs).toBeGreaterThan(timeoutMs * 0.7);
    expect(timings?.dnsMs).toBeLessThan(timeoutMs * 0.3);
  });

  test('the body is no part of the wait for its first byte', async () => {
    const { timings } = await ask(prober, web('http', loopback, 'dripping'));
    expect(timings?.firstByteMs).toBeLessThan(timeoutMs / 2);
    expect(timings?.totalMs).toBeGreaterThanOrEqual(timeoutMs - 5);
  });

  test('an address that may not be probed is not one that was tried', async () => {
    const verdict = await ask(publicOnly, web('http', 'good.test', 'healthy'));
    expect(verdict).toMatchObject({ state: 'down', cause: 'forbidden-address' });
    expect(verdict).not.toHaveProperty('address');
    expect(phasesOf(verdict.timings)).toBe('dns');
  });
});
