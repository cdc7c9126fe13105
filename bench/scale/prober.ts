/**
 * A thousand checks as the deployed functions make them, in a process of its own. Takes a scenario, tells what it took.
 *
 *     node prober.ts '{"lane":"fast",…}'
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProber, sleep, timerDeadline, turn } from '../../shared/adapters/sockets/prober.ts';
import { attempt } from '../../shared/probe/attempt.ts';
import type { Verdict } from '../../shared/probe/check.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { watchFailing } from '../../shared/probe/recheck.ts';
import { partOf } from '../../shared/probe/roster.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { probeRoster } from '../../shared/probe/run-checks.ts';
import { epochMs } from '../../shared/time/span.ts';
import { httpCheck } from '../../test/checks.ts';
import { type Scenario, scenarioSchema, type Took } from './scenario.ts';
import { thinkMs } from './think.ts';

const scenario: Scenario = scenarioSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { endpoints, hanging, ports, timeoutMs } = scenario;
const root = readFileSync(join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem'), 'utf8');
const prober = openProber({ allowPrivate: true, ca: [root], dnsServers: [`127.0.0.1:${ports.dns}`] });

const isHanging = (slot: number): boolean => slot % endpoints < hanging;
const slots = Array.from({ length: endpoints }, (_, slot) =>
  httpCheck(`https://good.test:${isHanging(slot) ? ports.silent : ports.https}/`, {
    ...{ id: `client/service/${slot}`, timeoutMs, retryMs: 5_000 },
  }),
);
const roster = { shard: 0, places: ['home'], slots };
const attempting = { probe: prober.probe, now: Date.now, sleep, turn, deadline: timerDeadline };

let peakMb = 0;
const sampling = setInterval(() => {
  peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
}, 20);

/** What each healthy endpoint's first byte was measured too late by, in ms. */
const errorsOf = (verdicts: readonly (Verdict | undefined)[]): number[] =>
  verdicts.flatMap((verdict, slot) =>
    !isHanging(slot) && verdict?.state === 'up' ? [(verdict.timings?.firstByteMs ?? Number.NaN) - thinkMs] : [],
  );

type Counted = Pick<Took, 'failed' | 'handed' | 'lateMs'>;
const nothing: Counted = { failed: 0, handed: 0, lateMs: [] };
const measured = async (work: () => Promise<Counted>): Promise<Took> => {
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  const counted = await work();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000, peakMb, ...counted };
};

const pace = newPace();
const known = new Set(slots.filter((_, slot) => isHanging(slot)).map(({ id }) => id));
/** `known`: whether detection knows already what hangs, as from the second minute on. */
const round = async (known: ReadonlySet<string>): Promise<Counted> => {
  const scheduledAt = epochMs(0);
  const leaveOut = [...known].map((id) => ({ id, seenAt: scheduledAt }));
  const { verdicts, suspects } = await probeRoster({ ...attempting, roster, scheduledAt, pace, leaveOut });
  encodeRun(verdicts);
  // Left to the slow lane, because it did not answer by the fast deadline: that is no failure, and no answer either.
  const handed = new Set(suspects.flatMap(({ slot, first }) => (first === 'failed' ? [] : [slot])));
  const healthy = slots.flatMap((_, slot) => (isHanging(slot) ? [] : [slot]));
  return {
    failed: healthy.filter((slot) => verdicts[slot]?.state !== 'up' && !handed.has(slot)).length,
    handed: [...handed].filter((slot) => !isHanging(slot)).length,
    lateMs: errorsOf(verdicts),
  };
};

/** The slow lane's minute with everything that hangs, confirmed: a sample, and dense tries until the next minute. */
const minute = async (): Promise<Counted> => {
  const at = epochMs(Date.now());
  await watchFailing({
    ...attempting,
    shards: [
      {
        roster: partOf(roster, { ids: [...known] }),
        failing: slots
          .filter(({ id }) => known.has(id))
          .map(({ id }) => ({ id, failures: 2, confirmed: true, seenAt: at })),
      },
    ],
    scheduledAt: epochMs(Math.floor(at / 60_000) * 60_000),
    startedAt: at,
    random: Math.random,
    network: { heard: () => {}, judge: async (_, verdict) => verdict },
    runs: { putLooks: async () => true },
    place: 'home',
    planVersion: '0123456789abcdef',
  });
  return nothing;
};

/** The usual pool of fifty, in which each endpoint has its whole timeout. */
const pool = async (): Promise<Counted> => {
  const left = slots.entries();
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (const [, check] of left) await attempt(check, timeoutMs, attempting);
    }),
  );
  return nothing;
};

const lanes: Readonly<Record<Scenario['lane'], () => Promise<Counted>>> = {
  fast: () => round(known),
  first: () => round(new Set()),
  slow: minute,
  pool,
};
const took: Took[] = [];
for (let again = 0; again < scenario.warm; again++) await round(known);
for (let again = 0; again < scenario.rounds; again++) took.push(await measured(lanes[scenario.lane]));
clearInterval(sampling);
process.send?.(took);
process.disconnect?.();
prober.close();
