import { DateTime, Interval } from 'luxon';
import { decodeFolder } from '../shared/contract/folder.ts';
import type { ClientPlan } from '../shared/contract/plan.ts';
import { noEvidence } from '../shared/measure/evidence.ts';
import { decodeSegments, encodeSegments, segmentsOfRuns } from '../shared/measure/segments.ts';
import { sampleAt, stateOf } from '../shared/probe/run.ts';
import { settle } from '../shared/statement/settle.ts';
import type { Statement } from '../shared/statement/statement.ts';
import { atLeast, atMost, type Benchmark } from './result.ts';
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
  for (const [i, item] of items.entries()) {
    const at = DateTime.fromISO(item.at, { zone });
    const next = items[i + 1];
    const furthest = at.plus(reach);
    const hold = next ? DateTime.min(furthest, DateTime.fromISO(next.at, { zone })) : furthest;
    const confirmed = item.state === 'down' && (next?.state === 'down' || items[i - 1]?.state === 'down');
    if (!confirmed || at.weekday > 6) continue;
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

/** From day items to the statement. */
const settleFrom = (days: readonly (readonly Uint8Array[])[], client: ClientPlan): Statement => {
  const ids = client.services.flatMap(({ endpoints }) => endpoints.map(({ id }) => id));
  const seen = ids.map((id, slot) => [
    id,
    { places: { home: days.flatMap((day) => decodeSegments(day[slot] ?? encodeSegments([]))) } },
  ]);
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
  const { user } = process.cpuUsage();
  const value = work();
  return { ms: (process.cpuUsage().user - user) / 1_000, value };
};

export const settlement: Benchmark = {
  ids: ['S2'],
  title: 'Settlement of one client-month from what is stored, against a loop over samples with luxon',
  run: async (progress) => {
    const roster = rosterOf(endpoints);
    const days = [...monthOfRuns(roster, 11)];
    const samples = days.reduce((sum, day) => sum + day.length * endpoints, 0);
    progress(`${samples} samples of ${endpoints} endpoints`);

    const compacted = timed(() => days.map((day) => segmentsOfRuns(day, roster).map(encodeSegments)));
    progress(`compacted in ${Math.round(compacted.ms)} ms of CPU`);
    const client = clientOf(endpoints);
    settleFrom(compacted.value, client);
    const settled = timed(() => settleFrom(compacted.value, client));
    progress(`settled from day items in ${Math.round(settled.ms)} ms of CPU`);

    const single = clientOf(1);
    const found = roster.slots.map((_, slot) =>
      downMsOf(
        settleFrom(
          compacted.value.map((day) => day.slice(slot, slot + 1)),
          single,
        ),
      ),
    );
    // Those that were down for longest: a failure costs the loop no more than a success, and there is more to agree on.
    const alone = [...found.keys()].sort((a, b) => (found[b] ?? 0) - (found[a] ?? 0)).slice(0, 3);
    const naive = timed(() =>
      alone.map((slot) => {
        const items = days.flat().flatMap(({ startedAt, codes }): Item[] => {
          const state = stateOf(codes[slot]);
          return state ? [{ at: new Date(sampleAt(startedAt, slot)).toISOString(), state }] : [];
        });
        return naiveDownMs(items, client.zone);
      }),
    );
    const ours = alone.map((slot) => found[slot]);
    if (ours.join() !== naive.value.join()) throw new Error(`settled ${ours} ms of downtime, the loop ${naive.value}`);
    progress(`both find ${ours.join(', ')} ms of downtime`);
    const naiveMs = (naive.ms * endpoints) / alone.length;
    progress(`the loop takes ${Math.round(naiveMs)} ms, scaled from ${alone.length} endpoints`);

    const shard = rosterOf(960);
    const [day = []] = monthOfRuns(shard, 13);
    const packed = day.length * shard.slots.length;
    const again = 50; // the clock of CPU time ticks every few milliseconds
    segmentsOfRuns(day, shard);
    const many = timed(() => {
      for (let i = 0; i < again; i++) segmentsOfRuns(day, shard);
    });
    const nsPerSample = (many.ms * 1e6) / (packed * again);
    progress(`${nsPerSample.toFixed(2)} ns a sample from runs to segments`);
    return [
      atLeast(
        'S2',
        'a client-month of 100 endpoints from its day items',
        naiveMs / settled.ms,
        'x faster than luxon',
        1_000,
      ),
      atLeast('S2', 'the same from raw runs', naiveMs / (settled.ms + compacted.ms), 'x faster than luxon', 100),
      atMost(
        'S2',
        '432 M samples from stored runs to segments, scaled from a day',
        (nsPerSample * 432e6) / 1e9,
        's of one core',
        0.5,
      ),
    ];
  },
};
