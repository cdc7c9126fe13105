import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Beats } from '../../probe/heartbeat.ts';
import { epochMs } from '../../time/span.ts';
import { openTable } from './table.ts';

const prefix = 'BEAT#';

/** One item a caller, over and over: `a` is when it called, `f` whether to report a failure. */
const keyOf = (caller: string) => ({ pk: `${prefix}${caller}`, sk: 0 });

const beatItemSchema = z.object({
  pk: z.string().startsWith(prefix),
  a: z.int().transform(epochMs),
  f: z.boolean(),
});

export const openBeats = (client: DynamoDBClient, table: string): Beats => {
  const samples = openTable(client, table);
  return {
    put: ({ caller, at, failed }) =>
      samples.write({
        put: { ...keyOf(caller), a: at, f: failed },
        when: { expression: 'attribute_not_exists(#pk) OR #a < :a', values: { ':a': at } },
      }),
    of: async (callers) => {
      const items = await samples.getAll(callers.map(keyOf));
      return new Map(
        items.map((item) => {
          const { pk, a, f } = beatItemSchema.parse(item);
          const caller = pk.slice(prefix.length);
          return [caller, { caller, at: a, failed: f }];
        }),
      );
    },
  };
};
