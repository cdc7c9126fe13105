import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Days, type EndpointDay, sampleCount } from '../../measure/days.ts';
import { decodeSegments, encodeSegments } from '../../measure/segments.ts';
import { epochMs, type Interval } from '../../time/span.ts';
import { openTable } from './table.ts';

const dayVersion = 1;
const instantSchema = z.int().transform(epochMs);

const dayItemSchema = z.object({
  sk: instantSchema,
  v: z.literal(dayVersion),
  c: z.int(),
  b: z.instanceof(Uint8Array),
  n: z.int(),
  expires: z.int().optional(),
});
const closedItemSchema = z.object({ sk: instantSchema });

const dayPk = (endpoint: string, place: string): string => `DAY#${endpoint}#${place}`;
const closedPk = (place: string): string => `CLOSED#${place}`;
const within = ({ start, end }: Interval) => ({ from: start, to: end - 1 });

export const openDays = (client: DynamoDBClient, table: string): Days => {
  const samples = openTable(client, table);
  return {
    put: ({ endpoint, place, day, everyMs, segments, keptUntil }) => {
      const n = sampleCount(segments);
      return samples.write({
        put: {
          ...{ pk: dayPk(endpoint, place), sk: day, v: dayVersion, c: everyMs, b: encodeSegments(segments), n },
          ...(keptUntil !== undefined && { expires: Math.ceil(keptUntil / 1_000) }),
        },
        when: { expression: 'attribute_not_exists(#pk) OR #n <= :n', values: { ':n': n } },
      });
    },
    of: async (endpoint, place, interval) => {
      const items = await samples.query({ pk: dayPk(endpoint, place), sk: within(interval) });
      return items.map((item): EndpointDay => {
        const { sk, c, b, expires } = dayItemSchema.parse(item);
        const kept = expires !== undefined && { keptUntil: epochMs(expires * 1_000) };
        return { endpoint, place, day: sk, everyMs: c, segments: decodeSegments(b), ...kept };
      });
    },
    close: async (place, day) => {
      await samples.write({ put: { pk: closedPk(place), sk: day } });
    },
    closed: async (place, interval) => {
      const items = await samples.query({ pk: closedPk(place), sk: within(interval) });
      return new Set(items.map((item) => closedItemSchema.parse(item).sk));
    },
  };
};
