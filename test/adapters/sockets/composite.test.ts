import { expect, test } from 'vitest';
import type { CompositeCheck, SingleCheck } from '../../../shared/probe/check.ts';
import { httpCheck } from '../../checks.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const { farm, prober } = await openFarmAndProbers();

const members: Readonly<Record<string, () => SingleCheck>> = {
  page: () => httpCheck(`https://good.test:${farm.port('good')}/`, base),
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
