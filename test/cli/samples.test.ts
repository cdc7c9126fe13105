import { describe, expect, test } from 'vitest';
import { exits } from '../../cli/refusal.ts';
import type { Stack } from '../../cli/stack.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { versionOf } from '../../shared/contract/canonical.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { fakeStack, noRuns } from './fake-stack.ts';
import { examplePlan, run } from './run.ts';

const plan = await examplePlan();
const [roster] = rostersOf(plan);
if (!roster) throw new Error('the example has endpoints');
const endpoint = plan.clients.find(({ zone }) => zone === 'Europe/Paris')?.services[0]?.endpoints[0]?.id ?? '';
const slot = roster.slots.findIndex(({ id }) => id === endpoint);

const minute = Date.UTC(2026, 9, 14, 7, 0);
const runAt = (n: number, isDown: boolean): StoredRun => {
  const scheduledAt = epochMs(minute + n * 60_000);
  const outcome = isDown ? ({ state: 'down', cause: 'refused' } as const) : ({ state: 'up', latencyMs: 100 } as const);
  return {
    ...{ place: 'home', shard: 0, scheduledAt, startedAt: epochMs(scheduledAt + 500 - slot) },
    planVersion: versionOf(plan, sha256),
    codes: encodeRun(roster.slots.map(({ id }) => (id === endpoint ? outcome : undefined))),
  };
};
const all = [runAt(0, false), runAt(1, true), runAt(2, false)];

const stackWith = (between: Stack['runs']['between']) =>
  fakeStack(plan, {
    runs: { ...noRuns, between },
    plans: { ...fakeStack(plan).plans, roster: async () => roster },
  });
const stack = stackWith(async (_place, _shard, { start, end }) =>
  all.filter(({ scheduledAt }) => start <= scheduledAt && scheduledAt < end),
);
const span = ['--from', '2026-10-14T09:00', '--to', '2026-10-14T09:10'];

describe('vigie samples', () => {
  test('shows each sample on the client’s own clock, and where it was read', async () => {
    const { code, out, err } = await run(['samples', endpoint, ...span], stack);
    expect(code).toBe(exits.done);
    expect(out).toContain('time in Europe/Paris');
    expect(out).toMatch(/2026-10-14 09:00:00\.500 +up +\d+ ms +home +run/);
    expect(out).toMatch(/2026-10-14 09:01:00\.500 +down +refused +home +run/);
    expect(err).toContain('3 samples');
  });

  test('as JSON and as CSV, in UTC', async () => {
    const json: unknown = JSON.parse((await run(['samples', endpoint, ...span, '--json'], stack)).out);
    expect(json).toMatchObject([
      { at: '2026-10-14T07:00:00.500Z', place: 'home', state: 'up', source: 'run' },
      { at: '2026-10-14T07:01:00.500Z', state: 'down', cause: 'refused' },
      { state: 'up' },
    ]);
    const csv = (await run(['samples', endpoint, ...span, '--csv'], stack)).out.trimEnd().split('\n');
    expect(csv).toHaveLength(4);
    expect(csv[0]).toBe('at,place,state,cause,latency_ms,source');
    expect(csv[2]).toBe('2026-10-14T07:01:00.500Z,home,down,refused,,run');
  });

  test.each([
    {
      name: 'an endpoint that is in no plan',
      args: [`${endpoint}x`, ...span],
      want: `did you mean "${endpoint}"?`,
      code: exits.usage,
    },
    {
      name: 'a place that is in no plan',
      args: [endpoint, ...span, '--place', 'hme'],
      want: 'did you mean "home"?',
      code: exits.usage,
    },
    {
      name: 'a span that is too long',
      args: [endpoint, '--from', '2026-10-01T00:00', '--to', '2026-11-02T00:00'],
      want: 'are too many at once',
      code: exits.usage,
    },
    {
      name: 'a span that runs backward',
      args: [endpoint, '--from', '2026-10-02T00:00', '--to', '2026-10-01T00:00'],
      want: '--to is not after --from',
      code: exits.usage,
    },
    {
      name: 'a span in which nothing was seen',
      args: [endpoint, '--from', '2026-10-01T00:00', '--to', '2026-10-02T00:00'],
      want: `nothing was seen of ${endpoint}`,
      code: exits.problems,
    },
    {
      name: 'what is no instant',
      args: [endpoint, '--from', 'noon', '--to', '2026-10-02T00:00'],
      want: '"noon" is no instant',
      code: exits.usage,
    },
  ])('$name is refused with what to do', async ({ args, want, code: expected }) => {
    const { code, out, err } = await run(['samples', ...args], stack);
    expect([code, out]).toEqual([expected, '']);
    expect(err).toContain(want);
  });
});
