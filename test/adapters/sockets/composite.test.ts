import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { CompositeCheck, SingleCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { type Farm, openFarm, testRoot } from './farm.ts';

let farm: Farm;
let prober: Prober;
beforeAll(async () => {
  farm = await openFarm();
  prober = openProber({ allowPrivate: true, ca: [testRoot], dnsServers: [farm.dns] });
});
afterAll(async () => {
  prober.close();
  await farm.close();
});

const members: Readonly<Record<string, () => SingleCheck>> = {
  page: () => ({
    ...base,
    kind: 'http',
    url: `https://good.test:${farm.port('good')}/`,
    method: 'GET',
    headers: {},
    expect: { status: [[200, 299]], headers: {} },
    redirects: 0,
  }),
  socket: () => ({ ...base, kind: 'tcp', host: 'good.test', port: farm.port('healthy') }),
  nobody: () => ({ ...base, kind: 'tcp', host: '127.0.0.1', port: farm.port('refusing') }),
  expired: () => ({ ...base, kind: 'tls', host: 'localhost', port: farm.port('expired'), validForMs: 0 }),
  hanging: () => ({ ...base, kind: 'tls', host: 'localhost', port: farm.port('silent'), validForMs: 0 }),
};

test.each([
  { atLeast: 1, of: ['nobody', 'page'], want: /^up$/ },
  { atLeast: 1, of: ['hanging', 'socket'], fast: true, want: /^up$/ },
  { atLeast: 2, of: ['page', 'socket'], want: /^up$/ },
  { atLeast: 2, of: ['page', 'nobody', 'socket'], want: /^up$/ },
  { atLeast: 2, of: ['page', 'nobody'], want: /^refused: down: nobody; connect ECONNREFUSED/ },
  { atLeast: 2, of: ['expired', 'nobody', 'page'], want: /^tls: down: expired, nobody; CERT_HAS_EXPIRED/ },
  { atLeast: 2, of: ['page', 'hanging'], want: /^tls: down: hanging; still waiting for the TLS handshake/ },
])('$atLeast of $of: $want', async ({ atLeast, of, fast, want }) => {
  const check: CompositeCheck = {
    ...base,
    kind: 'composite',
    atLeast,
    members: of.map((name) => ({ name, check: members[name]?.() ?? { ...base, kind: 'ntp', host: '', port: 1 } })),
  };
  const began = performance.now();
  const verdict = await ask(prober, check);
  expect(said(verdict)).toMatch(want);
  expect(verdict).toMatchObject({ address: '127.0.0.1', timings: { totalMs: expect.any(Number) } });
  expect(performance.now() - began).toBeLessThan(fast ? timeoutMs / 2 : timeoutMs + 250);
});
