import { describe, expect, test } from 'vitest';
import type { FailureCause, Verdict } from '../../shared/probe/check.ts';
import { openNetwork } from '../../shared/probe/connectivity.ts';
import { aCheck } from '../functions/pretended-place.ts';

const publicHost = aCheck('public', { host: '203.0.113.9' });
const name = aCheck('name');
const inside = aCheck('inside', { host: '10.20.0.5' });
const down = (cause: FailureCause, address?: string): Verdict => ({
  ...{ state: 'down', cause, detail: 'no answer' },
  ...(address && { address }),
});
const up = (address?: string): Verdict => ({ state: 'up', latencyMs: 9, ...(address && { address }) });

/** A network that is asked, and how often. */
const asked = (answers: boolean, clock = { at: 0 }) => {
  const count = { times: 0 };
  const ask = async () => {
    count.times++;
    return answers;
  };
  return { count, clock, network: openNetwork(ask, () => clock.at) };
};

describe('where nothing on the internet answers', () => {
  test.each([
    { name: 'a public address', check: publicHost, verdict: down('connect-timeout'), is: 'unknown' },
    { name: 'a name that was not resolved', check: name, verdict: down('dns'), is: 'unknown' },
    { name: 'a name of a public address', check: name, verdict: down('reset', '203.0.113.9'), is: 'unknown' },
    { name: 'a private address', check: inside, verdict: down('connect-timeout'), is: 'down' },
    { name: 'a name of a private address', check: name, verdict: down('response-timeout', '10.1.2.3'), is: 'down' },
    { name: 'somebody who refuses', check: publicHost, verdict: down('refused'), is: 'down' },
    { name: 'somebody who answers what is wrong', check: publicHost, verdict: down('status'), is: 'down' },
    { name: 'an answer', check: publicHost, verdict: up(), is: 'up' },
  ])('$name is $is', async ({ check, verdict, is }) => {
    expect((await asked(false).network.judge(check, verdict)).state).toBe(is);
    expect(await asked(true).network.judge(check, verdict)).toEqual(verdict);
  });

  test.each<[FailureCause, 'unknown' | 'down']>([
    ['dns', 'unknown'],
    ['connect-timeout', 'unknown'],
    ['unreachable', 'unknown'],
    ['response-timeout', 'unknown'],
    ['reset', 'unknown'],
    ['tls', 'down'],
    ['content', 'down'],
    ['expiring', 'down'],
    ['protocol', 'down'],
  ])('%s of a public address is %s', async (cause, is) => {
    expect((await asked(false).network.judge(publicHost, down(cause))).state).toBe(is);
  });

  test('the words say so, and what was learned stays', async () => {
    const verdict = { ...down('reset', '203.0.113.9'), timings: { totalMs: 12 } };
    expect(await asked(false).network.judge(name, verdict)).toEqual({
      ...{ state: 'unknown', detail: 'this place has lost its network: no answer' },
      ...{ address: '203.0.113.9', timings: { totalMs: 12 } },
    });
  });
});

test('a hundred failures at once ask once', async () => {
  const { count, network } = asked(false);
  const all = Array.from({ length: 100 }, () => network.judge(publicHost, down('connect-timeout')));
  expect(new Set((await Promise.all(all)).map(({ state }) => state))).toEqual(new Set(['unknown']));
  expect(count.times).toBe(1);
});

test.each([
  { name: 'a public answer', check: name, verdict: up('203.0.113.9'), vouches: true },
  { name: 'a refusal', check: publicHost, verdict: down('refused'), vouches: true },
  { name: 'a private answer', check: inside, verdict: up(), vouches: false },
  { name: 'an answer from nobody knows where', check: name, verdict: up(), vouches: false },
])('$name vouches for the network: $vouches, and for two seconds', async ({ check, verdict, vouches }) => {
  const { count, clock, network } = asked(false);
  network.heard(check, verdict);
  clock.at = 2_000;
  expect((await network.judge(publicHost, down('connect-timeout'))).state).toBe(vouches ? 'down' : 'unknown');
  clock.at = 2_001;
  expect((await network.judge(publicHost, down('connect-timeout'))).state).toBe('unknown');
  expect(count.times).toBe(vouches ? 1 : 2);
});

test('a place without references trusts its network', async () => {
  const network = openNetwork(undefined, () => 0);
  expect(await network.judge(publicHost, down('dns'))).toEqual(down('dns'));
});
