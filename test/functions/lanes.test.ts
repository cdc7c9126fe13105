import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortIntervalsMs } from '../../shared/probe/check-schema.ts';
import { denseAfterMs, denseMs, retryAfterMs } from '../../shared/probe/recheck.ts';
import { aCheck, type Behaviour, midnight, pretendedPlace } from './pretended-place.ts';

const minuteMs = 60_000;
const answers: Behaviour = { answersIn: 80 };

describe('the fast lane', () => {
  test.each([
    { name: 'hangs', behaviour: 'hangs' as const },
    { name: 'answers after its fast deadline', behaviour: { answersIn: 7_000 } },
  ])('is over by its own deadline though one of five hundred endpoints $name', async ({ behaviour }) => {
    const checks = Array.from({ length: 500 }, (_, i) => aCheck(`${i}`));
    const place = pretendedPlace({ checks, behave: (id) => (id.endsWith('/7') ? behaviour : answers) });
    await place.live(1);
    const [round] = place.rounds;
    expect((round?.storedAt ?? 0) - (round?.startedAt ?? 0)).toBeLessThanOrEqual(2_000 + 250);
    expect(place.known.filter(({ from, state }) => from === 'run' && state === 'up')).toHaveLength(499);
    expect(place.known.filter(({ from }) => from === 'look')).toHaveLength(1);
  });

  test('gives a fast endpoint 0.6 s once it knows it, and a slow one to the other lane', async () => {
    const checks = [aCheck('fast', { confirm: 10 }), aCheck('slow', { confirm: 10 })];
    const slowFrom = midnight + 5 * minuteMs;
    const place = pretendedPlace({
      checks,
      behave: (id, at) => {
        if (at < slowFrom) return answers;
        return id.endsWith('slow') ? { answersIn: 3_000 } : answers;
      },
    });
    await place.live(20);
    const ofSlow = place.attempts.filter(({ id, at }) => id.endsWith('slow') && at >= slowFrom);
    // Cut after 0.6 s and found up, cut after 2 s and found up; then the slow lane has it for ten minutes.
    expect(ofSlow.slice(0, 5).map(({ at, until }) => until - at)).toEqual([600, 3_000, 2_000, 3_000, 3_000]);
    expect(ofSlow).toHaveLength(15 + 2 + 1);
    expect(new Set(place.known.map(({ state }) => state))).toEqual(new Set(['up']));
    expect(place.known).toHaveLength(40);
  });
});

describe('a failure', () => {
  const down =
    (from: number, until: number, kind: Behaviour = 'refused') =>
    (_: string, at: number) =>
      at >= midnight + from && at < midnight + until ? kind : answers;

  test('that its retry does not see is one sample, and up', async () => {
    const place = pretendedPlace({ checks: [aCheck('smtp')], behave: down(minuteMs, minuteMs + 3_000) });
    await place.live(3);
    expect(place.known.map(({ state, from }) => `${from} ${state}`)).toEqual(['run up', 'look up', 'run up']);
    const [, look] = place.known;
    expect((look?.at ?? 0) - midnight - minuteMs).toBeGreaterThanOrEqual(4_000);
    expect((look?.at ?? 0) - midnight - minuteMs).toBeLessThanOrEqual(6_100);
  });

  test.each([
    { name: 'refuses', kind: 'refused' as const },
    { name: 'hangs', kind: 'hangs' as const },
  ])('of an endpoint that $name counts from its first attempt', async ({ kind }) => {
    const place = pretendedPlace({ checks: [aCheck('smtp')], behave: down(minuteMs, 2 * minuteMs - 1, kind) });
    await place.live(2);
    expect(place.known.map(({ state }) => state)).toEqual(['up', 'down']);
    expect((place.known[1]?.at ?? 0) - midnight - minuteMs).toBeLessThan(100);
  });

  test('without a retry is stored by its run, and a missed deadline is not', async () => {
    const checks = [aCheck('refuses', { retryMs: 0 }), aCheck('slow', { retryMs: 0 })];
    const place = pretendedPlace({
      checks,
      behave: (id) => (id.endsWith('slow') ? { answersIn: 5_000 } : 'refused'),
    });
    await place.live(1);
    expect(place.known.map(({ id, state, from }) => `${from} ${id} ${state}`)).toEqual([
      'run acme/mail/refuses down',
      'look acme/mail/slow up',
    ]);
  });

  test('that the slow lane does not take is stored as the fast lane saw it, and a missed deadline as unknown', async () => {
    const place = pretendedPlace({
      checks: [aCheck('refuses'), aCheck('hangs'), aCheck('answers')],
      behave: (id) => (id.endsWith('refuses') ? 'refused' : id.endsWith('hangs') ? 'hangs' : answers),
      takes: () => false,
    });
    await expect(place.live(1)).rejects.toThrow('1 parts were not handed to the slow lane');
    const states = Object.fromEntries(place.known.map(({ id, state }) => [id, state]));
    expect(states).toEqual({
      'acme/mail/refuses': 'down',
      'acme/mail/hangs': 'unknown',
      'acme/mail/answers': 'up',
    });
  });

  test('is one sample for each minute in which the check is due, however densely it is tried', async () => {
    const checks = [aCheck('each', { confirm: 3 }), aCheck('fifth', { confirm: 3, everyMs: 5 * minuteMs })];
    const place = pretendedPlace({ checks, behave: () => 'refused' });
    await place.live(20);
    const of = (id: string) => place.known.filter((one) => one.id.endsWith(id));
    expect(of('each').map(({ at }) => Math.floor((at - midnight) / minuteMs))).toEqual(Array.from(Array(20).keys()));
    expect(of('fifth')).toHaveLength(4);
    expect(place.attempts.length).toBeGreaterThan(200);
    expect(place.known.every(({ state }) => state === 'down')).toBe(true);
  });

  test('comes back to the fast lane after one good probe', async () => {
    const place = pretendedPlace({ checks: [aCheck('smtp')], behave: down(minuteMs, 4.5 * minuteMs) });
    await place.live(7);
    const froms = place.known.filter(({ state }) => state === 'up').map(({ from }) => from);
    expect(froms).toEqual(['run', 'look', 'run', 'run']);
  });
});

describe('a slow lane that dies of what it follows', () => {
  const watches = (event: unknown): boolean => (event as { kind?: string }).kind === 'watch';
  test.each([
    { name: 'a minute', everyMs: minuteMs, before: 12 },
    { name: 'ten seconds', everyMs: 10_000, before: 12 },
    { name: 'ten minutes', everyMs: 10 * minuteMs, before: 60 },
  ])('keeps nobody from being seen well again: each $name', async ({ everyMs, before }) => {
    const behave = (_: string, at: number): Behaviour => (at < midnight + 11 * minuteMs ? 'refused' : answers);
    const check = aCheck('smtp', { everyMs, timeoutMs: 5_000, confirm: 1 });
    const place = pretendedPlace({ checks: [check], behave, loses: watches });
    await place.live(before + 30);
    expect(place.known.filter(({ state }) => state === 'up').map(({ at }) => at)[0]).toBeLessThan(
      midnight + before * 2 * minuteMs,
    );
  });
  test('and no failure is counted by both lanes', async () => {
    const online = midnight + 15 * minuteMs;
    const check = aCheck('smtp', { retryMs: 0, confirm: 3 });
    const behave = (_: string, at: number): Behaviour =>
      at > midnight + 3 * minuteMs && at < online ? 'hangs' : 'refused';
    const place = pretendedPlace({ checks: [check], behave, references: async () => false });
    await place.live(25);
    const minutes = place.known.map(({ at }) => Math.floor((at - midnight) / minuteMs));
    expect(minutes).toEqual(Array.from(Array(25).keys()));
    expect(new Set(place.known.map(({ state }) => state))).toEqual(new Set(['down', 'unknown']));
  });
});

describe('rounds within a minute', () => {
  test('have runs of their own, and leave checks of a minute alone', async () => {
    const checks = [aCheck('often', { everyMs: 20_000 }), aCheck('each')];
    const place = pretendedPlace({ checks, behave: () => answers, lateMs: () => 7_000 });
    await place.live(2);
    expect(place.rounds.map(({ scheduledAt }) => scheduledAt - midnight)).toEqual(
      [0, 20, 40, 60, 80, 100].map((s) => s * 1_000),
    );
    const apart = place.rounds.slice(1).map(({ startedAt }, i) => startedAt - (place.rounds[i]?.startedAt ?? 0));
    expect(apart).toEqual([20_000, 20_000, 20_000, 20_000, 20_000]); // however late the minute began
    expect(place.known.filter(({ id }) => id.endsWith('each'))).toHaveLength(2);
    expect(place.known.filter(({ id }) => id.endsWith('often'))).toHaveLength(6);
  });

  test('count every failure that is due, whichever lane sees it', async () => {
    const check = aCheck('often', { everyMs: 10_000, timeoutMs: 5_000, retryMs: 1_000, confirm: 6 });
    const place = pretendedPlace({ checks: [check], behave: () => 'refused' });
    await place.live(3);
    expect(place.known.map(({ at }) => Math.floor((at - midnight) / 10_000))).toEqual(Array.from(Array(18).keys()));
  });
});

describe('a place whose network is gone', () => {
  const checks = [aCheck('public'), aCheck('inside', { host: '10.1.2.3' })];

  test('cannot tell of what is on the internet, and judges what is near', async () => {
    const place = pretendedPlace({ checks, behave: () => 'hangs', references: async () => false });
    await place.live(3);
    const states = Map.groupBy(place.known, ({ id }) => id.split('/')[2] ?? '');
    expect(new Set(states.get('public')?.map(({ state }) => state))).toEqual(new Set(['unknown']));
    expect(new Set(states.get('inside')?.map(({ state }) => state))).toEqual(new Set(['down']));
  });

  test('is not doubted where its references answer', async () => {
    const place = pretendedPlace({ checks, behave: () => 'hangs', references: async () => true });
    await place.live(1);
    expect(place.known.map(({ state }) => state)).toEqual(['down', 'down']);
  });
});

describe('events that come twice', () => {
  test('leave each endpoint one sample of each round, and count no failure twice', async () => {
    const checks = [aCheck('well'), aCheck('ill', { confirm: 3 })];
    const place = pretendedPlace({ checks, behave: (id) => (id.endsWith('ill') ? 'refused' : answers), times: 2 });
    await place.live(5);
    const minutesOf = (id: string) =>
      place.known.filter((one) => one.id.endsWith(id)).map(({ at }) => Math.floor((at - midnight) / minuteMs));
    expect(minutesOf('well')).toEqual([0, 1, 2, 3, 4]);
    expect(minutesOf('ill')).toEqual([0, 1, 2, 3, 4]);
  });
});

test('a retry and a dense try keep within their jitter', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      fc.integer({ min: 0, max: 30_000 }),
      (chance, ms) => {
        const random = () => chance;
        expect(Math.abs(retryAfterMs(ms, random) - ms)).toBeLessThanOrEqual(0.2 * ms + 1e-6);
        expect(denseAfterMs(random)).toBeGreaterThan(0.8 * denseMs - 1);
        expect(denseAfterMs(random)).toBeLessThanOrEqual(denseMs);
      },
    ),
  );
});

/** Of one endpoint: failing from some instant of the second minute, and well again from another. */
const anOutage = fc.record({
  everyMs: fc.constantFrom(...shortIntervalsMs, minuteMs, 2 * minuteMs),
  timeoutMs: fc.constantFrom(1_000, 3_000, 10_000),
  retryMs: fc.constantFrom(0, 1_000, 5_000, 10_000),
  confirm: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('refused' as const, 'hangs' as const),
  answersIn: fc.integer({ min: 1, max: 900 }),
  from: fc.integer({ min: minuteMs, max: 2 * minuteMs }),
  lasts: fc.integer({ min: 0, max: 6 * minuteMs }),
  late: fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 20, maxLength: 20 }),
  random: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 7, maxLength: 7 }),
});

test("an outage's end is known within ten seconds, whenever it comes", async () => {
  let outages = 0;
  await fc.assert(
    fc.asyncProperty(
      anOutage,
      async ({ everyMs, timeoutMs, retryMs, confirm, kind, answersIn, from, lasts, late, random }) => {
        const check = aCheck('smtp', { everyMs, timeoutMs: Math.min(timeoutMs, everyMs), retryMs, confirm });
        const recoversAt = midnight + from + lasts;
        let turn = 0;
        const place = pretendedPlace({
          checks: [check],
          behave: (_, at) => (at >= midnight + from && at < recoversAt ? kind : { answersIn }),
          lateMs: (minute) => late[minute] ?? 0,
          random: () => random[turn++ % random.length] ?? 0,
        });
        await place.live(Math.ceil((from + lasts) / minuteMs) + 6);

        // As detection tells it: so many failures in a row, and what was stored when the last of them was known.
        const failures = place.known.filter(({ state }) => state === 'down');
        const confirmedAt = failures[confirm - 1]?.storedAt;
        const endedBefore = place.known.some(
          ({ state, at }) => state === 'up' && at > (failures[0]?.at ?? 0) && at < (failures[confirm - 1]?.at ?? 0),
        );
        if (confirmedAt === undefined || endedBefore) return;
        outages++;
        const end = place.known
          .filter(({ state, at }) => state === 'up' && at >= recoversAt)
          .map(({ storedAt }) => storedAt);
        expect(Math.min(...end) - Math.max(recoversAt, confirmedAt)).toBeLessThanOrEqual(10_000);
      },
    ),
    { numRuns: 150 },
  );
  expect(outages).toBeGreaterThan(50);
}, 120_000);
