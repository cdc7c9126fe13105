import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openRuns } from '../shared/adapters/dynamodb/runs.ts';
import { packColdDay } from '../shared/adapters/s3/cold-days.ts';
import { encodeColdDay } from '../shared/measure/cold-day.ts';
import { coldDayOf } from '../shared/measure/compaction.ts';
import { encodeSegments, type PackedRun, segmentsOfRuns } from '../shared/measure/segments.ts';
import type { Verdict } from '../shared/probe/check.ts';
import { slotsPerShard } from '../shared/probe/roster.ts';
import { decodeRun, encodeRun, runVersion } from '../shared/probe/run.ts';
import type { StoredRun } from '../shared/probe/runs.ts';
import { dayMs } from '../shared/time/calendar.ts';
import { epochMs } from '../shared/time/span.ts';
import { atMost, type Benchmark } from './result.ts';
import { monthOfRuns, monthStart, rosterOf } from './synthetic.ts';

/** AWS's own arithmetic: UTF-8 names and text, bytes as they are, a byte for two significant digits and one more. */
const sizeOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.length;
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\.|0+$/g, '').length / 2) + 1;
  if (value.BOOL !== undefined) return 1;
  throw new Error(`an attribute of unforeseen type: ${JSON.stringify(value)}`);
};

const verdicts = new Array<Verdict>(slotsPerShard).fill({ state: 'up', latencyMs: 120 });

/** The item that the adapter really writes, caught before it is sent. */
const itemBytes = async (place: string): Promise<number> => {
  const client = new DynamoDBClient({ region: 'local', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const items: Record<string, AttributeValue>[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      if ('Item' in args.input && args.input.Item) items.push(args.input.Item);
      return { output: { $metadata: {} }, response: {} };
    },
    { step: 'initialize', name: 'caught' },
  );
  await openRuns(client, 'Samples').putOnce({
    place,
    shard: 99,
    scheduledAt: epochMs(Date.UTC(2026, 9, 31, 23, 59)),
    startedAt: epochMs(Date.UTC(2026, 9, 31, 23, 59, 59, 999)),
    planVersion: '0123456789abcdef',
    codes: encodeRun(verdicts),
  });
  const [item] = items;
  if (!item) throw new Error('the adapter wrote no item');
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);
};

/** As each was scheduled: the minute before it began. */
const storedRuns = (day: readonly PackedRun[]): StoredRun[] =>
  day.map(({ startedAt, codes }) => {
    const scheduledAt = epochMs(Math.floor(startedAt / 60_000) * 60_000);
    return { place: 'home', shard: 0, scheduledAt, startedAt, planVersion: '0123456789abcdef', codes };
  });

export const storage: Benchmark = {
  ids: ['S1'],
  title: 'Storage',
  run: async (progress) => {
    const bytes = await itemBytes('ap-southeast-2'); // no region's name is longer
    progress(`a run of ${slotsPerShard} slots is an item of ${bytes} bytes`);
    let worst = 0;
    for (let latencyMs = 1; latencyMs < 10_700; latencyMs *= 1.0007) {
      const [read] = decodeRun(runVersion, encodeRun([{ state: 'up', latencyMs }]));
      if (read?.state === 'up') worst = Math.max(worst, Math.abs(read.latencyMs / latencyMs - 1));
    }
    const roster = rosterOf(slotsPerShard);
    let [packed, samples, cold, coldMs] = [0, 0, 0, 0];
    for (const [n, day] of [...monthOfRuns(roster, 7)].entries()) {
      for (const segments of segmentsOfRuns(day, roster)) {
        packed += encodeSegments(segments).length;
        samples += segments.reduce((sum, { count }) => sum + count, 0);
      }
      const before = process.cpuUsage();
      const whole = coldDayOf(
        { place: 'home', shard: 0, day: epochMs(monthStart + n * dayMs) },
        { own: [{ planVersion: '0123456789abcdef', roster, runs: storedRuns(day), looks: [] }] },
      );
      cold += packColdDay(encodeColdDay(whole)).length;
      const { user, system } = process.cpuUsage(before);
      coldMs += (user + system) / 1_000;
    }
    progress(`${samples} samples of states are ${packed} bytes of day items`);
    progress(`and with their latencies ${cold} bytes of cold days, in ${Math.round(coldMs)} ms of CPU`);
    return [
      atMost('S1', 'a sample, hot', encodeRun(verdicts).length / slotsPerShard, 'B', 1.05),
      atMost('S1', 'the item of 960 samples, keys and all, to be one write unit', bytes, 'B', 1024),
      atMost(
        'S1',
        'a sample, cold: verdict, latency, instant and all that it takes to read it',
        cold / samples,
        'B',
        0.4,
      ),
      atMost('S1', 'states a sample, in day items', packed / samples, 'B', 0.4),
      atMost('S1', 'latency error, at worst', worst * 100, '%', 2.1),
    ];
  },
};
