import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openRuns } from '../shared/adapters/dynamodb/runs.ts';
import { encodeSegments, segmentsOfRuns } from '../shared/measure/segments.ts';
import type { Verdict } from '../shared/probe/check.ts';
import { slotsPerShard } from '../shared/probe/roster.ts';
import { decodeRun, encodeRun, runVersion } from '../shared/probe/run.ts';
import { epochMs } from '../shared/time/span.ts';
import { atMost, type Benchmark } from './result.ts';
import { monthOfRuns, rosterOf } from './synthetic.ts';

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
    let [packed, samples] = [0, 0];
    for (const day of monthOfRuns(roster, 7))
      for (const segments of segmentsOfRuns(day, roster)) {
        packed += encodeSegments(segments).length;
        samples += segments.reduce((sum, { count }) => sum + count, 0);
      }
    progress(`${samples} samples of states are ${packed} bytes of day items`);
    return [
      atMost('S1', 'a sample, hot', encodeRun(verdicts).length / slotsPerShard, 'B', 1.05),
      atMost('S1', 'the item of 960 samples, keys and all, to be one write unit', bytes, 'B', 1024),
      atMost('S1', 'states a sample, cold', packed / samples, 'B', 0.4),
      atMost('S1', 'latency error, at worst', worst * 100, '%', 2.1),
    ];
  },
};
