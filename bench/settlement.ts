import { DateTime, Interval } from 'luxon';
import { decodeFolder } from '../shared/contract/folder.ts';
import type { ClientPlan } from '../shared/contract/plan.ts';
import { noEvidence } from '../shared/measure/evidence.ts';
import { decodeSegments, encodeSegments, type PackedRun, segmentsOfRuns } from '../shared/measure/segments.ts';
import { sampleAt, stateOf } from '../shared/probe/run.ts';
import { settle } from '../shared/statement/settle.ts';
import type { Statement } from '../shared/statement/statement.ts';
import { epochMs } from '../shared/time/span.ts';
import { atLeast, atMost, type Benchmark, figure, median } from './result.ts';
import { monthOfRuns, rosterOf } from './synthetic.ts';

const endpoints = 100;
/** One client, one service, so many endpoints of which all must be up, in long service hours. */
const folderOf = (count: number) => [
  {
    path: 'provider.yaml',
    text: 'id: msp\nname: MSP\nlanguage: fr\nzone: Europe/Paris\ncurrency: EUR\n',
  },
  {
    path: 'clients/client.yaml',
    text: `id: client
name: Client
since: 2026-01-01
services:
  service:
    name: Service
    fee: 1000.00 EUR
    severity: major
    terms:
      target: 99.9 %
      hours: { weekly: ["mon-sat 06:00-22:00"] }
      credits: [{ when: availability < 99.9 %, pay: 10 % }]
    endpoints:
${Array.from({ length: count }, (_, i) => `      e${i}: { name: E${i}, tcp: "example.com:443" }`).join('\n')}
`,
  },
];

/** What a first version would keep of a sample: an item with its instant as text. */
interface Item {
  readonly at: string;
  readonly state: 'up' | 'down' | 'unknown';
}

/** Two intervals and the timeout. */
const reach = { minutes: 2, seconds: 10 };

/** What a first version does: every sample a DateTime, its hold an Interval, cut to that day's hours. */
const naiveDownMs = (items: readonly Item[], zone: string): number => {
  let downMs = 0;
  const instants = items.map(({ at }) => DateTime.fromISO(at, { zone }));
  for (const [i, at] of instants.entries()) {
    const next = instants[i + 1];
    const furthest = at.plus(reach);
    const hold = next ? DateTime.min(furthest, next) : furthest;
    const failed = (n: number) => items[n]?.state === 'down';
    if (!failed(i) || !(failed(i + 1) || failed(i - 1)) || at.weekday > 6) continue;
    const hours = Interval.fromDateTimes(
      at.set({ hour: 6, minute: 0, second: 0, millisecond: 0 }),
      at.set({ hour: 22, minute: 0, second: 0, millisecond: 0 }),
    );
    downMs += Interval.fromDateTimes(at, hold).intersection(hours)?.length('milliseconds') ?? 0;
  }
  return downMs;
};

const clientOf = (count: number): ClientPlan => {
  const plan = decodeFolder(folderOf(count));
  if (!plan.ok) throw new Error(`the benchmark's own contract is refused: ${JSON.stringify(plan.problems)}`);
  const [client] = plan.value.clients;
  if (!client) throw new Error('the plan has no client');
  return client;
};

/** Of each slot, its day items. */
type DayItems = readonly (readonly Uint8Array[])[];

/** From the day items of each place to the statement. */
const settleFrom = (places: Readonly<Record<string, DayItems>>, client: ClientPlan): Statement => {
  const ids = client.services.flatMap(({ endpoints }) => endpoints.map(({ id }) => id));
  const ofSlot = (slot: number) =>
    Object.entries(places).map(([place, days]) => [
      place,
      days.flatMap((day) => decodeSegments(day[slot] ?? encodeSegments([]))),
    ]);
  const seen = ids.map((id, slot) => [id, { places: Object.fromEntries(ofSlot(slot)) }]);
  return settle({
    client,
    period: '2026-10',
    evidence: { ...noEvidence, endpoints: Object.fromEntries(seen) },
    provenance: { planVersion: 'benchmark' },
  });
};

/** Of the only service: the measured downtime that its figure is made of. */
const downMsOf = (statement: Statement): number => {
  const [, ms] = /"downMs":{"atLeast":"[^"]*","measured":"([^"]*)"/.exec(JSON.stringify(statement)) ?? [];
  if (ms === undefined) throw new Error('the statement gives no downtime');
  return Number(ms);
};

const timed = <T>(work: () => T): { readonly ms: number; readonly value: T } => {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1_000, value };
};

/** The same outages as other places see them: some seconds later. */
const seenLater = (days: readonly PackedRun[][], ms: number): PackedRun[][] =>
  days.map((day) => day.map(({ startedAt, codes }) => ({ startedAt: epochMs(startedAt + ms), codes })));

const places = { paris: 0, dublin: 700, frankfurt: 4_100 };

/** Three endpoints through the loop, which must find the same milliseconds, and what it takes for one sample. */
const loopNs = (days: readonly PackedRun[][], items: DayItems, progress: (line: string) => void): number => {
  const single = clientOf(1);
  const found = Array.from({ length: endpoints }, (_, slot) =>
    downMsOf(settleFrom({ paris: items.map((day) => day.slice(slot, slot + 1)) }, single)),
  );
  // Those that were down for longest: a failure costs the loop no more than a success, and there is more to agree on.
  const alone = [...found.keys()].sort((a, b) => (found[b] ?? 0) - (found[a] ?? 0)).slice(0, 3);
  const samples = alone.map((slot) =>
    days.flat().flatMap(({ startedAt, codes }): Item[] => {
      const state = stateOf(codes[slot]);
      return state ? [{ at: new Date(sampleAt(startedAt, slot)).toISOString(), state }] : [];
    }),
  );
  const naive = timed(() => samples.map((of) => naiveDownMs(of, single.zone)));
  const ours = alone.map((slot) => found[slot]);
  if (ours.join() !== naive.value.join()) throw new Error(`settled ${ours} ms of downtime, the loop ${naive.value}`);
  const ns = (naive.ms * 1e6) / samples.flat().length;
  progress(`both find ${ours.join(', ')} ms of downtime; the loop takes ${Math.round(ns)} ns a sample`);
  return ns;
};

/** As often as it takes to go through so many samples; a day of a full shard, again and again. */
const throughRuns = (samples: number): number => {
  const shard = rosterOf(960);
  const [day = []] = monthOfRuns(shard, 13);
  const again = Math.ceil(samples / (day.length * shard.slots.length));
  return timed(() => {
    for (let i = 0; i < again; i++) segmentsOfRuns(day, shard);
  }).ms;
};

export const settlement: Benchmark = {
  ids: ['S2'],
  title: 'Settlement from what is stored, against a loop over samples with luxon',
  run: async (progress) => {
    const roster = rosterOf(endpoints);
    const days = [...monthOfRuns(roster, 11)];
    const runs = Object.entries(places).map(([place, later]) => [place, seenLater(days, later)] as const);
    const samples = runs.length * days.flat().length * endpoints;
    progress(`${samples} samples of ${endpoints} endpoints from ${runs.length} places`);

    const compact = () =>
      Object.fromEntries(
        runs.map(([place, of]) => [place, of.map((day) => segmentsOfRuns(day, roster).map(encodeSegments))]),
      );
    const items = compact();
    const compactedMs = median(Array.from({ length: 5 }, () => timed(compact).ms));
    const client = clientOf(endpoints);
    settleFrom(items, client);
    const settledMs = median(Array.from({ length: 5 }, () => timed(() => settleFrom(items, client)).ms));
    progress(`compacted in ${Math.round(compactedMs)} ms of CPU, settled in ${Math.round(settledMs)} ms`);

    const most = 432e6; // ten thousand endpoints for thirty days
    throughRuns(most / 10);
    const mostMs = throughRuns(most);
    progress(`${((mostMs * 1e6) / most).toFixed(2)} ns a sample from runs to segments`);

    const naiveNs = loopNs(days, items.paris ?? [], progress);
    const faster = (ms: number, of: number): number => (naiveNs * of) / (ms * 1e6);
    const month = `a client-month, ${endpoints} endpoints, ${runs.length} places`;
    return [
      atMost('S2', '432 M samples from stored runs to exact segments', mostMs / 1_000, 's of one core', 0.5),
      atLeast('S2', 'the same', faster(mostMs, most), 'x the luxon loop', 5_000),
      atLeast('S2', `${month}: day items to statement`, faster(settledMs, samples), 'x the luxon loop', 5_000),
      figure('S2', 'the same', samples / 1e3 / settledMs, 'M samples a CPU-second'),
      figure('S2', `${month}: runs to statement`, faster(settledMs + compactedMs, samples), 'x the luxon loop'),
    ];
  },
};
