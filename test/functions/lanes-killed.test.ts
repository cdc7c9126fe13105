import { expect, test } from 'vitest';
import { makeProbe } from '../../functions/probe/handler.ts';
import type { RecheckEvent } from '../../functions/recheck/event.ts';
import { makeRecheck } from '../../functions/recheck/handler.ts';
import type { Probe } from '../../shared/probe/check.ts';
import { openNetwork } from '../../shared/probe/connectivity.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { partOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { aCheck, midnight } from './pretended-place.ts';
import { killer, mortal, newWorld } from './world.ts';

const checks = [aCheck('well'), aCheck('ill'), aCheck('worse')];
const roster = { shard: 0, places: ['home'], slots: checks };
const scheduledAt = epochMs(midnight);

const deaths = [1, 2, 3, 4].flatMap((dieAt) => (['before', 'after'] as const).map((when) => ({ dieAt, when })));

test.each([...deaths, { dieAt: 99, when: 'before' as const }])(
  'killed $when write $dieAt and run again: of no endpoint more than one sample, and none that is wrong',
  async ({ dieAt, when }) => {
    const { memory, stores } = newWorld();
    const queue: RecheckEvent[] = [];
    let now = midnight;
    const probe: Probe = async ({ id }) =>
      id.endsWith('well') ? { state: 'up', latencyMs: 9 } : { state: 'down', cause: 'refused', detail: 'no' };
    const laneOver = (runs: typeof stores.runs) => ({
      ...{ probe, runs, now: () => now, plans: { roster: async () => roster } },
      sleep: async (ms: number) => {
        now += Math.ceil(ms);
      },
      turn: async () => () => {},
      deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
      newNetwork: () => openNetwork(undefined, () => now),
    });
    const functionsOver = (runs: typeof stores.runs) => {
      const lane = laneOver(runs);
      const startRecheck = async (event: RecheckEvent) => void queue.push(event);
      return {
        probe: makeProbe({ ...lane, pace: newPace(), startRecheck }),
        recheck: makeRecheck({ ...lane, readPart: async (_, __, wanted) => partOf(roster, wanted), random: () => 0.5 }),
      };
    };
    const event = { scheduledAt, shard: 0, version: 'v', place: 'home' };
    const watch: RecheckEvent = {
      ...{ kind: 'watch', place: 'home', version: 'v', scheduledAt, startedAt: midnight, fromMs: 0, part: 0 },
      shards: [
        { shard: 0, failing: [{ id: checks[2]?.id ?? '', failures: 1, confirmed: false, seenAt: scheduledAt }] },
      ],
    };
    const all = async ({ probe, recheck }: ReturnType<typeof functionsOver>) => {
      const leaveOut = [{ id: checks[2]?.id ?? '', seenAt: scheduledAt }];
      await probe({ ...event, leaveOut }).catch(() => {});
      for (const one of [...queue, watch]) await recheck(one).catch(() => {});
    };
    await all(functionsOver(mortal(stores.runs, killer(dieAt, when))));
    now = midnight + 300; // what comes twice comes soon
    await all(functionsOver(stores.runs));

    const samples = [
      ...[...memory.runs.values()].flatMap(({ codes }) =>
        decodeRun(runVersion, codes).flatMap(({ state }, slot) => (state === 'not-due' ? [] : [`${slot} ${state}`])),
      ),
      ...[...memory.looks.values()].flatMap(({ packed, writtenAt }) =>
        decodeLooks(looksVersion, packed, writtenAt).map(({ slot, outcome }) => `${slot} ${outcome.state}`),
      ),
    ];
    expect(new Set(samples).size).toBe(samples.length);
    expect(['0 up', '1 down', '2 down']).toEqual(expect.arrayContaining(samples));
    if (dieAt === 99) expect(samples).toHaveLength(3);
  },
);

test('work whose roster cannot be read was not begun: whoever brings it again has it done, once', async () => {
  const { memory, stores } = newWorld();
  let [now, readable] = [midnight, false];
  const recheck = makeRecheck({
    ...{ runs: stores.runs, random: () => 0.5, now: () => now, turn: async () => () => {} },
    probe: async () => ({ state: 'up', latencyMs: 9 }),
    readPart: async (_, __, wanted) => {
      if (!readable) throw new Error('S3 is not there');
      return partOf(roster, wanted);
    },
    sleep: async (ms: number) => {
      now += Math.ceil(ms);
    },
    deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
    newNetwork: () => openNetwork(undefined, () => now),
  });
  const event = {
    ...{ kind: 'retry', place: 'home', version: 'v', shard: 0, scheduledAt, startedAt: midnight, part: 0 },
    suspects: [{ slot: 1, at: scheduledAt, first: 'failed' }],
  };
  await expect(recheck(event)).rejects.toThrow('S3 is not there');
  readable = true;
  expect([await recheck(event), await recheck(event)]).toEqual([{ begun: true }, { begun: false }]);
  expect(memory.looks.size).toBe(1);
});
