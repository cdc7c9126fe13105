import { createHash } from 'node:crypto';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { openDetections } from '../../../shared/adapters/dynamodb/detections.ts';
import { bytesOf, itemOf, mostItemBytes } from '../../../shared/adapters/dynamodb/item.ts';
import { openRuns, runOf } from '../../../shared/adapters/dynamodb/runs.ts';
import { eachInOrder, recordsOf } from '../../../shared/adapters/dynamodb/stream.ts';
import { openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { type DetectionState, detectionStateSchema } from '../../../shared/outage/outage.ts';
import { slotsPerShard } from '../../../shared/probe/roster.ts';
import { epochMs } from '../../../shared/time/span.ts';
import { imageOfRun, streamOf } from '../../functions/world.ts';
import { aRun, minute } from '../given.ts';

/** Answers every command by itself, and keeps what it was asked. */
const clientThat = (answer: (input: Record<string, unknown>, call: number) => unknown) => {
  const asked: Record<string, unknown>[] = [];
  const client = new DynamoDBClient({ region: 'eu-west-3', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input as Record<string, unknown>);
      return { output: answer(args.input as Record<string, unknown>, asked.length) as never, response: {} };
    },
    { step: 'initialize' },
  );
  return { client, asked };
};

describe('an item', () => {
  test.each([
    { name: 'text counts its UTF-8', item: { pk: 'é' }, bytes: 4 },
    { name: 'a number counts two digits a byte and one more', item: { n: 1234 }, bytes: 4 },
    { name: 'bytes count as they are', item: { b: new Uint8Array(10) }, bytes: 11 },
    { name: 'a map and a list have three bytes of their own', item: { m: { a: true }, l: ['x'] }, bytes: 13 },
    { name: 'zeros at the end of a number cost nothing', item: { n: 12_000_000 }, bytes: 3 },
  ])('$name', ({ item, bytes }) => {
    expect(bytesOf(itemOf(item))).toBe(bytes);
  });

  test('of exactly 400 KB is taken, and of one byte more is not', () => {
    const filler = 'x'.repeat(mostItemBytes - 'pk'.length - 'a'.length - 'b'.length);
    expect(bytesOf(itemOf({ pk: 'a', b: filler }))).toBe(mostItemBytes);
    expect(() => itemOf({ pk: 'a', b: `${filler}x` })).toThrow('item a is 409601 bytes, DynamoDB takes 409600');
  });

  test('of a full run costs one write unit, at a place whose id has 14 letters', async () => {
    const { client, asked } = clientThat(() => ({}));
    const codes = new Uint8Array(slotsPerShard);
    const late = { startedAt: epochMs(minute + 59_999) };
    await openRuns(client, 'samples').putOnce({ ...aRun(), ...late, place: 'ap-southeast-5', shard: 9_999, codes });
    expect(bytesOf((asked[0] as { Item: ReturnType<typeof itemOf> }).Item)).toBeLessThanOrEqual(1_024);
  });

  describe('of a whole shard that is down at four places, quietly and under the longest names,', () => {
    /** Words that nothing packs. */
    const noise = (seed: number): string =>
      createHash('sha512').update(String(seed)).digest('base64').repeat(3).slice(0, 200);
    const part = 'x'.repeat(40);
    const places = ['frankfurt', 'home', 'agence-lyon', 'siege'];
    const stateWith = (detail: (n: number) => string) => {
      const [openedAt, confirmedAt, seenAt] = [minute + 1, minute + 60_001, minute + 120_001];
      const endpoints = Array.from({ length: slotsPerShard }, (_, slot) => {
        const id = `${part}/${part}/${String(slot).padStart(40, 'x')}`;
        const said = { cause: 'forbidden-address', detail: detail(slot) };
        const failing = { kind: 'failing', since: openedAt + slot, count: 9, confirmed: true, seenAt: seenAt + slot };
        const views = places.map((place, n) => [place, { ...failing, ...said, detail: detail(slot * 4 + n) }]);
        const outage = {
          endpoint: id,
          places,
          openedAt,
          confirmedAt,
          ...said,
          told: false,
          window: `${part}@2026-10-04`,
        };
        return [id, { views: Object.fromEntries(views), outage }];
      });
      return detectionStateSchema.parse({
        ...{ plan: '0'.repeat(16), planAt: minute, applied: {}, endpoints: Object.fromEntries(endpoints) },
      });
    };
    const written = async (state: DetectionState) => {
      const { client, asked } = clientThat(() => ({}));
      const given = { shard: 9_999, rev: 1, at: epochMs(minute) };
      await openDetections(client, 'records').save(given, { state, events: [] }, []);
      const [{ Put }] = (asked[0] as { TransactItems: [{ Put: { Item: Record<string, AttributeValue> } }] })
        .TransactItems;
      const read = await openDetections(clientThat(() => ({ Item: Put.Item })).client, 'records').load(9_999);
      return { state: read.state, bytes: bytesOf(Put.Item) };
    };

    test('is far from the most that DynamoDB takes', async () => {
      const state = stateWith(() => '503 Service Unavailable (203.0.113.4)');
      const { state: read, bytes } = await written(state);
      expect(read).toEqual(state);
      expect(bytes).toBeLessThan(100_000);
    });

    test('goes without its words where they would not fit, and with everything else', async () => {
      const { state, bytes } = await written(stateWith(noise));
      const wordless = JSON.stringify(stateWith(() => '')).replaceAll(',"detail":""', '');
      expect(JSON.stringify(state)).toBe(wordless);
      expect(bytes).toBeLessThan(mostItemBytes);
    });
  });

  test('of imported history says so, and outlives its own minute', async () => {
    const { client, asked } = clientThat(() => ({}));
    const imported = Date.UTC(2030, 0, 1);
    await openRuns(client, 'samples', () => imported).importAll([aRun()]);
    const [{ PutRequest }] = (
      asked[0] as { RequestItems: { samples: [{ PutRequest: { Item: Record<string, { N: string }> } }] } }
    ).RequestItems.samples;
    expect(PutRequest.Item.replayed).toEqual({ BOOL: true });
    expect(Number(PutRequest.Item.expires?.N)).toBeGreaterThan(imported / 1_000);
  });
});

describe('a batch', () => {
  const items = [1, 2, 3].map((sk) => ({ pk: 'a', sk }));

  test('is sent again until all of it was taken', async () => {
    const { client, asked } = clientThat((input, call) => {
      const { t: puts } = (input as { RequestItems: { t: unknown[] } }).RequestItems;
      return { UnprocessedItems: call < 3 ? { t: puts.slice(1) } : {} };
    });
    await openTable(client, 't').putAll(items);
    expect(asked.map((input) => (input as { RequestItems: { t: unknown[] } }).RequestItems.t.length)).toEqual([
      3, 2, 1,
    ]);
  });

  test('that is never taken ends, and says so', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0); // no waiting between attempts
    const { client, asked } = clientThat((input) => ({
      UnprocessedItems: (input as { RequestItems: object }).RequestItems,
    }));
    await expect(openTable(client, 't').putAll(items)).rejects.toThrow('3 items were refused 9 times');
    expect(asked).toHaveLength(9);
    vi.restoreAllMocks();
  });
});

describe('a stream', () => {
  test('brings runs as they were stored', () => {
    const run = aRun();
    expect(recordsOf(streamOf([imageOfRun(run)])).map(({ image }) => runOf(image))).toEqual([run]);
  });

  test('may bring records without an image', () => {
    expect(recordsOf({ Records: [{ eventName: 'REMOVE', dynamodb: { SequenceNumber: '1' } }] })).toEqual([]);
  });

  test('is answered with the first failure, and that group waits', async () => {
    const images = [1, 2, 3, 4].map((n) => ({ pk: n % 2 ? 'odd' : 'even', sk: minute + n }));
    const seen: unknown[] = [];
    const answer = await eachInOrder(recordsOf(streamOf(images)), {
      decode: (image) => image as { pk: string; sk: number },
      groupOf: ({ pk }) => pk,
      each: async ({ pk, sk }) => {
        if (sk === minute + 1) throw new Error('no');
        seen.push(`${pk} ${sk - minute}`);
      },
      failed: () => {},
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(seen).toEqual(['even 2', 'even 4']);
  });
});
