import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Compose } from '../../shared/contract/compose.ts';
import type { TimeMeasure, WindowRule } from '../../shared/contract/terms.ts';
import type { Evidence, EvidenceSegment } from '../../shared/measure/evidence.ts';
import { parseFraction } from '../../shared/money/fraction.ts';
import { epochMs } from '../../shared/time/span.ts';
import { clauseOf, plainService, plainTime, settled } from '../statement/a-contract.ts';
import { type SlowFacts, type SlowSample, type SlowWindow, slowAccount } from './slow-reference.ts';

export const runs = Number(process.env.VIGIE_RUNS ?? 60);
const seed = Number(process.env.VIGIE_SEED ?? 20261123);

export interface Walk {
  readonly period: string;
  readonly span: { readonly start: number; readonly end: number };
  /** What the reference steps by. */
  readonly tickMs: number;
  /** Facts lie on multiples of this from the start of the walk: of the tick, too. */
  readonly unitMs: number;
  readonly numRuns: number;
}

/** Settlement against a walk tick by tick, over facts, measures and views drawn at random. */
export const accountsAgree = ({ period, span, tickMs, unitMs, numRuns }: Walk): void => {
  const margin = 3 * 3_600_000;
  const [from, to] = [span.start - margin, span.end + margin];
  const instants = Math.floor((to - from) / unitMs);

  const tickAt = (least: number, most: number) =>
    fc.integer({ min: least, max: most }).map((unit) => from + unit * unitMs);
  const someMs = (most: number) => fc.integer({ min: 0, max: most }).map((units) => units * unitMs);

  /** Probes every few minutes that drift, fail in bursts and sometimes stop. */
  const someSamples: fc.Arbitrary<SlowSample[]> = fc
    .array(
      fc.record({
        steps: fc.integer({ min: 1, max: 30 }),
        gap: fc.integer({ min: 1, max: 9 }),
        state: fc.constantFrom('up', 'up', 'up', 'degraded', 'down', 'down', 'unknown'),
        silence: fc.integer({ min: 0, max: 130 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((bursts) => {
      const samples: SlowSample[] = [];
      let tick = 0;
      for (const { steps, gap, state, silence } of bursts) {
        for (let i = 0; i < steps && tick < instants; i++) {
          samples.push({ at: from + tick * unitMs, state: state as SlowSample['state'] });
          tick += gap;
        }
        tick += silence;
      }
      return samples;
    });

  /** One sample a segment is the finest evidence; runs of equal samples within reach are the coarsest. */
  const segmentsOf = (samples: readonly SlowSample[], reachMs: number): EvidenceSegment[] => {
    const segments: { firstAt: number; lastAt: number; state: SlowSample['state']; count: number }[] = [];
    let streak = 0;
    for (const { at, state } of [...samples].sort((a, b) => a.at - b.at)) {
      const last = segments.at(-1);
      streak = last?.state === state ? streak + 1 : 1;
      const joins = last && last.state === state && at - last.lastAt <= reachMs && !(state !== 'up' && streak <= 4);
      if (joins) {
        last.lastAt = at;
        last.count++;
      } else segments.push({ firstAt: at, lastAt: at, state, count: 1 });
    }
    return segments.map((segment) => ({
      ...segment,
      firstAt: epochMs(segment.firstAt),
      lastAt: epochMs(segment.lastAt),
    }));
  };

  const someRule: fc.Arbitrary<WindowRule> = fc.record(
    {
      treat: fc.constantFrom('exclude', 'exclude', 'exclude', 'up', 'down', 'lost'),
      noticeMs: someMs(1400),
      late: fc.constantFrom('nothing', 'partial'),
      overrun: fc.constant('excused' as const),
      longestMs: someMs(300),
      cap: fc.record({ ms: someMs(400), per: fc.constant('period' as const) }),
      most: fc.record({ count: fc.integer({ min: 0, max: 3 }), per: fc.constant('period' as const) }),
    },
    { requiredKeys: ['treat', 'noticeMs', 'late'] },
  );

  const someWindows: fc.Arbitrary<SlowWindow[]> = fc.array(
    fc
      .record({
        start: tickAt(0, instants - 1),
        ticks: fc.integer({ min: 1, max: 700 }),
        ahead: someMs(2000),
        kind: fc.constantFrom('scheduled', 'emergency'),
      })
      .map(({ start, ticks, ahead, kind }) => ({
        start,
        end: Math.min(start + ticks * unitMs, to),
        declaredAt: start - ahead,
        kind: kind as SlowWindow['kind'],
      })),
    { maxLength: 5 },
  );

  const leaf = (id: string): Compose => ({ kind: 'endpoint', id });
  const someCompose: fc.Arbitrary<Compose> = fc.constantFrom<Compose>(
    leaf('a'),
    { kind: 'all', of: [leaf('a'), leaf('b')] },
    { kind: 'any', of: [leaf('a'), leaf('b'), leaf('c')] },
    { kind: 'at-least', count: 2, of: [leaf('a'), leaf('b'), leaf('c')] },
    { kind: 'all', of: [leaf('a'), { kind: 'any', of: [leaf('b'), leaf('c')] }] },
    {
      kind: 'weighted',
      of: [
        { weight: 3, part: leaf('a') },
        { weight: 1, part: { kind: 'any', of: [leaf('b'), leaf('c')] } },
      ],
    },
  );

  const officeHours = {
    zone: 'Europe/Paris',
    weekly: [
      { days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '19:30' },
      { days: [7], from: '01:00', to: '04:00' },
    ],
    holidays: [],
  };

  /** Reads the wall clock of each tick from the host's own calendar, once. */
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Paris',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const inOffice = new Map<number, boolean>();
  for (let at = from; at < to; at += 60_000) {
    const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
    const time = `${parts.hour}:${parts.minute}`;
    inOffice.set(at, parts.weekday === 'Sun' ? time >= '01:00' && time < '04:00' : time >= '08:00' && time < '19:30');
  }

  const someMeasure: fc.Arbitrary<TimeMeasure> = fc.record({
    ...Object.fromEntries(Object.entries(plainTime).map(([key, value]) => [key, fc.constant(value)])),
    degraded: fc.constantFrom('up', 'down'),
    confirm: fc.integer({ min: 1, max: 4 }),
    clock: fc.constantFrom('outage', 'outage', 'confirmation'),
    quorum: fc.constantFrom('majority', 1, 2),
    reachMs: fc.constantFrom(2_400_000, 900_000, 480_000),
    hours: fc.constantFrom(undefined, undefined, officeHours),
    maintenance: fc.record({ scheduled: someRule, emergency: someRule, recurring: fc.constant([]) }),
    exclusions: fc.record({ treat: fc.constantFrom('exclude', 'up', 'down') }),
    unknown: fc.constantFrom('exclude', 'up', 'down'),
    minimumOutage: fc.record({
      ms: fc.constantFrom(0, 0, 300_000, 1_200_000),
      than: fc.constantFrom('at-least', 'longer'),
      on: fc.constantFrom('event', 'counted'),
      counts: fc.constantFrom('whole', 'excess'),
    }),
    allowance: fc.record({
      perOutageMs: fc.constantFrom(0, 0, 120_000),
      perPeriodMs: fc.constantFrom(0, 0, 1_800_000),
    }),
    granularity: fc.constantFrom(
      { kind: 'exact' },
      { kind: 'exact' },
      { kind: 'pieces', unitMs: 300_000, round: 'down' },
      { kind: 'pieces', unitMs: 300_000, round: 'up' },
      { kind: 'pieces', unitMs: 300_000, round: 'nearest' },
      { kind: 'buckets', ms: 600_000, align: 'period', bad: 'throughout' },
      { kind: 'buckets', ms: 600_000, align: 'period', bad: 'any' },
    ),
  }) as unknown as fc.Arbitrary<TimeMeasure>;

  const someFacts = fc.record({
    compose: someCompose,
    samples: fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.dictionary(fc.constantFrom('p', 'q', 'r'), someSamples, { minKeys: 1 }),
      { minKeys: 2 },
    ),
    windows: someWindows,
    exclusions: fc.array(
      fc
        .record({ start: tickAt(0, instants - 1), ticks: fc.integer({ min: 1, max: 300 }) })
        .map(({ start, ticks }) => ({ start, end: Math.min(start + ticks * unitMs, to) })),
      { maxLength: 2 },
    ),
  });

  const ms = epochMs;

  const settledFast = (facts: SlowFacts, measure: TimeMeasure) => {
    const evidence: Partial<Evidence> = {
      endpoints: Object.fromEntries(
        Object.entries(facts.samples).map(([id, places]) => [
          id,
          {
            places: Object.fromEntries(
              Object.entries(places).map(([place, samples]) => [place, segmentsOf(samples, facts.reachMs)]),
            ),
          },
        ]),
      ),
      maintenance: facts.windows.map(({ start, end, declaredAt, kind }, i) => ({
        id: `w${i}`,
        start: ms(start),
        end: ms(end),
        declaredAt: ms(declaredAt),
        kind,
        by: 'ops',
        reason: 'upgrade',
      })),
      exclusions: facts.exclusions.map(({ start, end }, i) => ({
        id: `x${i}`,
        start: ms(start),
        end: ms(end),
        kind: 'client',
        enteredAt: ms(end),
        by: 'ops',
        reason: 'client',
      })),
    };
    const versions = plainService.versions.map((version) => ({
      ...version,
      terms: { ...version.terms, clauses: version.terms.clauses.map((clause) => ({ ...clause, measure })) },
    }));
    const statement = settled({
      service: { compose: facts.compose, versions, endpoints: [] },
      evidence,
      period,
    });
    const { time } = clauseOf(statement);
    if (!time) throw new Error('no account of time');
    return time;
  };

  test('the account is what a walk tick by tick finds', () => {
    fc.assert(
      fc.property(someFacts, someMeasure, (drawn, measure) => {
        const facts: SlowFacts = {
          ...drawn,
          tickMs,
          from,
          to,
          span,
          reachMs: measure.reachMs ?? 0,
          inHours: (at) => measure.hours === undefined || inOffice.get(at - (at % 60_000)) === true,
        };
        const fast = settledFast(facts, measure);
        const slow = slowAccount(facts, measure, 'measured');
        const excluded = (reason: string) =>
          fast.excluded.filter((item) => item.reason === reason).reduce((sum, { start, end }) => sum + end - start, 0);
        const down = parseFraction(fast.downMs.measured);
        expect({
          serviceMs: Number(fast.serviceMs),
          downMs: Number((down.n * BigInt(slow.whole)) / down.d),
          excludedMs: Object.fromEntries(Object.keys(slow.excludedMs).map((reason) => [reason, excluded(reason)])),
          outages: fast.outages.filter(({ verdict }) => verdict === 'counted').length,
        }).toEqual({
          serviceMs: slow.serviceMs,
          downMs: slow.downMs,
          excludedMs: slow.excludedMs,
          outages: slow.outages,
        });
      }),
      { numRuns, seed },
    );
  }, 900_000);

  test('the bounds are what the walk finds at its most and its least', () => {
    fc.assert(
      fc.property(someFacts, someMeasure, (drawn, measure) => {
        const facts: SlowFacts = {
          ...drawn,
          tickMs,
          from,
          to,
          span,
          reachMs: measure.reachMs ?? 0,
          inHours: () => true,
        };
        const fast = settledFast(facts, { ...measure, hours: undefined });
        const [least, measured, most] = (['atLeast', 'measured', 'atMost'] as const).map((view) =>
          slowAccount(facts, { ...measure, hours: undefined }, view),
        );
        const inWeights = (text: string) => {
          const { n, d } = parseFraction(text);
          return Number((n * BigInt(measured?.whole ?? 1)) / d);
        };
        expect(inWeights(fast.downMs.atLeast)).toBe(Math.min(least?.downMs ?? 0, measured?.downMs ?? 0));
        expect(inWeights(fast.downMs.atMost)).toBe(Math.max(most?.downMs ?? 0, measured?.downMs ?? 0));
      }),
      { numRuns: Math.ceil(numRuns / 2), seed },
    );
  }, 900_000);
};
