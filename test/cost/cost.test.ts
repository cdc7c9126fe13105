import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bill, billOf, usdOf } from '../../shared/cost/bill.ts';
import { type Estimate, estimate, type OtherDesign } from '../../shared/cost/estimate.ts';
import file from '../../shared/cost/prices.json' with { type: 'json' };
import { listPrices, pricesSchema } from '../../shared/cost/prices.ts';
import { type Units, unitsSchema } from '../../shared/cost/units.ts';
import { failingMinutes, probeMs, vigieMonth } from '../../shared/cost/vigie.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import { compare, formatDecimal, fraction, minus, parseFraction, sum } from '../../shared/money/fraction.ts';

const nothing = { cpuMs: 0, logBytes: 0, requests: 0, readUnits: 0, writeUnits: 0 };
/** Round figures, so that what a test expects can be worked out by hand. */
const units: Units = unitsSchema.parse({
  measuredOn: '2026-11-23',
  machine: 'on paper',
  egressBy: 'on paper',
  vigie: { http: { cpuUs: 100, egressBytes: 400 }, https: { cpuUs: 1_000, egressBytes: 1_000 } },
  plain: { http: { cpuUs: 500, egressBytes: 400 }, https: { cpuUs: 2_000, egressBytes: 2_500 } },
  tick: { ...nothing, readUnits: 1 },
  tickShard: nothing,
  probe: { ...nothing, writeUnits: 1 },
  detect: { ...nothing, readUnits: 1 },
  watch: nothing,
  compact: nothing,
  settle: nothing,
  outage: { ...nothing, messages: 4 },
  runItemBytes: 1_013,
  runRequestBytes: 2_500,
  dayItemBytes: 70,
  coldDay: { bytes: 500_000, puts: 1, gets: 2 },
  beat: { ...nothing, writeUnits: 1 },
  plainItemBytes: 200,
  plainLogBytes: 200,
});

const one: Workload = {
  endpoints: 960,
  intervalMs: 60_000,
  regions: 1,
  agents: 0,
  heartbeats: 0,
  protocol: 'https',
  homeRegion: 'us-east-1',
};
const of = (more: Partial<Workload> = {}, freeTier = false): Estimate =>
  estimate({ ...one, ...more }, units, listPrices, freeTier);
/** Of a month in which nothing fails: what then is written, sent and invoked can be counted on paper. */
const calm = (more: Partial<Workload> = {}): Bill =>
  billOf(vigieMonth({ ...one, ...more }, units, 0), { prices: listPrices, region: 'us-east-1', freeTier: false });
const amountOf = ({ lines }: Bill, price: string): string => {
  const line = lines.find((found) => found.price === price);
  return line ? formatDecimal(line.amount, 3) : 'no line';
};
const otherUsd = ({ others }: Estimate, design: OtherDesign): string => {
  const other = others.find((found) => found.design === design);
  return other ? formatDecimal(other.bill.usd, 4) : 'no such design';
};

describe('a month of 30 days', () => {
  test.each<{ name: string; more?: Partial<Workload>; price: string; amount: string }>([
    // 43,200 runs of one shard, and nothing else writes on paper
    { name: 'writes one unit for each run of a shard', price: 'dynamoWriteUnits', amount: '43200.000' },
    {
      name: 'writes no less when endpoints are probed more seldom: a run is a run',
      more: { intervalMs: 300_000 },
      price: 'dynamoWriteUnits',
      amount: '43200.000',
    },
    {
      name: 'writes for a second shard from the 961st endpoint on',
      more: { endpoints: 961 },
      price: 'dynamoWriteUnits',
      amount: '86400.000',
    },
    {
      name: 'writes for each round of a minute',
      more: { intervalMs: 15_000 },
      price: 'dynamoWriteUnits',
      amount: '172800.000',
    },
    { name: 'writes what an agent sees', more: { agents: 2 }, price: 'dynamoWriteUnits', amount: '129600.000' },
    // 960 × 43,200 probes of 1,000 bytes
    { name: 'sends the bytes of each probe', price: 'egress', amount: '41.472' },
    { name: 'sends them from each region', more: { regions: 3 }, price: 'egress', amount: '124.416' },
    { name: 'sends a fifth every five minutes', more: { intervalMs: 300_000 }, price: 'egress', amount: '8.294' },
    { name: 'sends nothing for an agent', more: { agents: 2 }, price: 'egress', amount: '41.472' },
    { name: 'sends twice as much every 30 s', more: { intervalMs: 30_000 }, price: 'egress', amount: '82.944' },
    { name: 'sends less without TLS', more: { protocol: 'http' }, price: 'egress', amount: '16.589' },
    // each minute, each five minutes, each night, each month
    { name: 'is begun by the schedules', price: 'schedulerInvocations', amount: '51871.000' },
    { name: 'sends nothing to other regions from one', price: 'regionTransfer', amount: '0.000' },
    // two further regions × 43,200 runs × 2,500 bytes
    { name: 'brings runs home from further ones', more: { regions: 3 }, price: 'regionTransfer', amount: '0.216' },
    { name: 'rings 3 alarms', price: 'alarms', amount: '3.000' },
    { name: 'however many regions probe', more: { regions: 3 }, price: 'alarms', amount: '3.000' },
    { name: 'asks one queue each five minutes', price: 'sqsRequests', amount: '8640.000' },
    { name: 'and of others the address too', more: { regions: 3 }, price: 'sqsRequests', amount: '43200.000' },
    // 30 cold days, and four documents for each of 96 clients
    { name: 'puts a day of every sample away', price: 's3Puts', amount: '414.000' },
    { name: 'from each place', more: { regions: 2, agents: 1 }, price: 's3Puts', amount: '474.000' },
    // 750 days of 500,000 bytes, 2,400 statements of 150,000
    { name: 'keeps them for the years', price: 's3Storage', amount: '0.735' },
    // 30 × 24 calls of each, and a write unit for each run
    { name: 'writes each call of a job', more: { heartbeats: 10 }, price: 'dynamoWriteUnits', amount: '50400.000' },
    {
      name: 'reads the newest in each round',
      more: { heartbeats: 10 },
      price: 'dynamoReadUnits',
      amount: '302400.000',
    },
    { name: 'tells nobody where nothing fails but clients of their statements', price: 'snsEmails', amount: '192.000' },
    // 96 clients: five steps, and two for each
    { name: 'settles each client', price: 'stepTransitions', amount: '197.000' },
  ])('$name', ({ more, price, amount }) => {
    expect(amountOf(calm(more), price)).toBe(amount);
  });

  test.each<{ name: string; slots: number; more?: Partial<Workload>; ms: string }>([
    // 960 × 1 ms × 1.6 on arm64, and the last answer after 80 ms
    { name: 'is as long as its processor takes', slots: 960, ms: '1616.0' },
    { name: 'is as long as its pace where that is slower', slots: 960, more: { protocol: 'http' }, ms: '1040.0' },
    { name: 'is short for few endpoints', slots: 10, ms: '96.0' },
  ])('a run $name', ({ slots, more, ms }) => {
    expect(formatDecimal(probeMs(slots, { ...one, ...more }, units), 1)).toBe(ms);
  });
});

describe('what fails', () => {
  test.each([
    { name: 'an endpoint is down for as long as is assumed', endpoints: 2, minutes: 45 }, // 2 × 0.75 × 30
    { name: 'outages at the same time are one minute of the slow lane', endpoints: 1_000, minutes: 17_542 },
    { name: 'a month has no more minutes than it has', endpoints: 100_000, minutes: 43_200 },
  ])('$name', ({ endpoints, minutes }) => {
    expect(failingMinutes(endpoints)).toBe(minutes);
  });

  test('a minute of it is 65 seconds of the small function, and two writes', () => {
    const [none, minute] = [0, 1].map((failing) => vigieMonth(one, units, failing));
    const more = (price: string): string => {
      const [before, after] = [none, minute].map((all) => all?.find((found) => found.price === price)?.amount);
      return before && after ? formatDecimal(minus(after, before), 4) : 'none';
    };
    // 720 outages have their retry of 15 s too, two writes each
    expect(more('dynamoWriteUnits')).toBe('1442.0000');
    expect(more('lambdaGbSeconds')).toBe('1697.6562'); // (65 + 720 × 15) × 160 / 1,024
  });

  test('it is told how much of the bill it is', () => {
    const { vigie, calm: without, alwaysDown } = of();
    expect(compare(without.usd, vigie.usd)).toBeLessThan(0);
    expect(without).toEqual(calm());
    expect(compare(alwaysDown, parseFraction('0'))).toBeGreaterThan(0);
  });
});

describe('other designs, for 960 endpoints over HTTPS every minute', () => {
  test.each<{ name: string; design: OtherDesign; more?: Partial<Workload>; usd: string }>([
    { name: 'Route 53 asks for the check and for HTTPS', design: 'route53', usd: '2640.0000' },
    { name: 'and for the check alone over HTTP', design: 'route53', more: { protocol: 'http' }, usd: '720.0000' },
    { name: 'it is flat', design: 'route53', more: { regions: 3 }, usd: '2640.0000' },
    // 41,472,000 × 0.0012
    { name: 'Synthetics asks for each run', design: 'synthetics', usd: '49766.4000' },
    { name: 'in each region', design: 'synthetics', more: { regions: 2 }, usd: '99532.8000' },
  ])('$name', ({ design, more, usd }) => {
    expect(otherUsd(of(more), design)).toBe(usd);
  });

  test('a Lambda per check pays for each probe by schedule, request, half a second and two writes', () => {
    const bill = of().others.find(({ design }) => design === 'lambdaPerCheck')?.bill;
    if (!bill) throw new Error('no such design');
    expect(formatDecimal(usdOf(bill, 'schedulerInvocations'), 4)).toBe('41.4720');
    expect(formatDecimal(usdOf(bill, 'lambdaRequests'), 4)).toBe('8.2944');
    expect(formatDecimal(usdOf(bill, 'dynamoWriteUnits'), 4)).toBe('51.8400');
    // 41,472,000 × 0.5 s × 0.25 GB × 0.0000133334
    expect(formatDecimal(usdOf(bill, 'lambdaGbSeconds'), 4)).toBe('69.1203');
  });
});

describe('bills', () => {
  const billing = { prices: listPrices, region: 'us-east-1', freeTier: true } as const;

  test.each([
    { name: 'what is within an allowance costs nothing', amount: 100, billed: '0', usd: '0.0000' },
    { name: 'what is beyond is billed alone', amount: 101, billed: '1', usd: '0.0900' },
  ])('$name', ({ amount, billed, usd }) => {
    const [line] = billOf([{ price: 'egress', amount: fraction(amount) }], billing).lines;
    expect([line && formatDecimal(line.billed, 0), line && formatDecimal(line.usd, 4)]).toEqual([billed, usd]);
  });

  test('one allowance is used up once, however many things use it', () => {
    const half = { price: 'egress', amount: fraction(60) } as const;
    expect(formatDecimal(billOf([half, half], billing).usd, 2)).toBe('1.80');
  });

  test('lines add up to the sum, and nothing is rounded on the way', () => {
    const { vigie } = of({ endpoints: 12_345, homeRegion: 'eu-west-3' });
    expect(sum(vigie.lines.map(({ usd }) => usd))).toEqual(vigie.usd);
    const [line] = billOf([{ price: 'lambdaGbSeconds', amount: fraction(1, 3) }], {
      ...billing,
      freeTier: false,
    }).lines;
    expect(line?.usd).toEqual(parseFraction('133334/30000000000'));
  });

  const some = fc.record({
    endpoints: fc.integer({ min: 1, max: 20_000 }),
    intervalMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 60_000),
    regions: fc.integer({ min: 1, max: 5 }),
    protocol: fc.constantFrom('http' as const, 'https' as const),
    homeRegion: fc.constantFrom('eu-west-3' as const, 'us-east-1' as const),
  });

  test('more endpoints or regions never cost less, and allowances never cost more', () => {
    fc.assert(
      fc.property(some, (work) => {
        const { usd } = of(work).vigie;
        expect(compare(of({ ...work, endpoints: work.endpoints + 1 }).vigie.usd, usd)).toBeGreaterThan(0);
        expect(compare(of({ ...work, regions: work.regions + 1 }).vigie.usd, usd)).toBeGreaterThan(0);
        expect(compare(of(work, true).vigie.usd, usd)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the price file', () => {
  test('says of each price when and where it was read, or that nobody has looked', () => {
    for (const { list } of Object.values(listPrices.of))
      for (const { known, source } of Object.values(list))
        expect(known === 'memory' ? source.includes('by heart') : /http|AWS/.test(source), source).toBe(true);
  });

  test.each([
    { name: 'a price that is missing', change: { prices: { ...file.prices, egress: undefined } } },
    { name: 'a region too few', change: { regions: ['us-east-1'] } },
    { name: 'an unknown field', change: { currency: 'USD' } },
  ])('is refused with $name', ({ change }) => {
    expect(pricesSchema.safeParse({ ...file, ...change }).success).toBe(false);
  });
});
