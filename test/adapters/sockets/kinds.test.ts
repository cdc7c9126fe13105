import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { TlsCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { type Farm, openFarm, testRoot } from './farm.ts';

let farm: Farm;
let prober: Prober;
let publicOnly: Prober;
beforeAll(async () => {
  farm = await openFarm();
  prober = openProber({ allowPrivate: true, ca: [testRoot], dnsServers: [farm.dns] });
  publicOnly = openProber({ allowPrivate: false, dnsServers: [farm.dns] });
});
afterAll(async () => {
  prober.close();
  publicOnly.close();
  await farm.close();
});

const dayMs = 86_400_000;

describe('TLS', () => {
  test.each<{ name: string; at: string; host?: string; more?: Partial<TlsCheck>; want: RegExp }>([
    { name: 'a good certificate is up', at: 'good', want: /^up$/ },
    { name: 'with weeks to go', at: 'good', more: { validForMs: 21 * dayMs }, want: /^up$/ },
    {
      name: 'one that ends too soon is expiring, and its last day is told',
      at: 'good',
      more: { validForMs: 100 * 365 * dayMs },
      want: /^expiring: the certificate ends on 2120-01-01$/,
    },
    { name: 'one that has ended', at: 'expired', want: /^tls: CERT_HAS_EXPIRED/ },
    { name: 'one of nobody', at: 'selfSigned', want: /^tls: DEPTH_ZERO_SELF_SIGNED_CERT/ },
    { name: 'one for another name', at: 'wrongName', want: /^tls: the certificate is not for localhost/ },
    {
      name: 'one for the name that was meant, at an address',
      at: 'good',
      host: '127.0.0.1',
      more: { name: 'good.test' },
      want: /^up$/,
    },
    {
      name: 'one for the address that was not meant',
      at: 'good',
      host: '127.0.0.1',
      more: { name: 'other.test' },
      want: /^tls: the certificate is not for other.test/,
    },
    { name: 'TLS 1.1', at: 'tooOld', want: /^tls: .*protocol/i },
    { name: 'a server in clear', at: 'healthy', want: /^tls: / },
    { name: 'one that says nothing', at: 'silent', want: /^tls: still waiting for the TLS handshake/ },
    { name: 'nobody', at: 'refusing', want: /^refused/ },
  ])('$name', async ({ at, host = 'localhost', more, want }) => {
    const began = performance.now();
    const check: TlsCheck = { ...base, kind: 'tls', host, port: farm.port(at), validForMs: 0, ...more };
    expect(said(await ask(prober, check))).toMatch(want);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
  });
});

describe('what a name resolves to is judged before anything is sent', () => {
  test.each([
    ['tls', (): TlsCheck => ({ ...base, kind: 'tls', host: 'good.test', port: farm.port('good'), validForMs: 0 })],
  ])('%s', async (_, check) => {
    expect(said(await ask(publicOnly, check()))).toMatch(/^forbidden-address: 127.0.0.1 is loopback/);
  });
});
