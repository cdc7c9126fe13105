import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { PlanPointer, PlanPointers } from '../../contract/plan-pointer.ts';
import { epochMs } from '../../time/span.ts';
import { absent, openTable } from './table.ts';

const pointerSchema: z.ZodType<PlanPointer> = z.object({
  seq: z.int().min(1),
  version: z.string(),
  rosters: z.array(z.object({ places: z.array(z.string()), offsetsMs: z.array(z.int()) })),
  appliedAt: z.int().transform(epochMs),
});

const pk = 'PLAN';
const current = { pk, sk: 'CURRENT' };
const historyPrefix = 'V#';
const historySk = (seq: number): string => `${historyPrefix}${String(seq).padStart(8, '0')}`;

export const openPlanPointers = (client: DynamoDBClient, table: string): PlanPointers => {
  const records = openTable(client, table);
  return {
    current: async () => {
      const item = await records.get(current);
      return item === undefined ? undefined : pointerSchema.parse(item);
    },
    history: async () => {
      return (await records.query({ pk, sk: { prefix: historyPrefix } })).map((item) => pointerSchema.parse(item));
    },
    advance: async (next) => {
      const stillBefore =
        next.seq === 1 ? absent : { expression: '#seq = :before', values: { ':before': next.seq - 1 } };
      const failed = await records.transact([
        { put: { ...current, ...next }, when: stillBefore },
        { put: { pk, sk: historySk(next.seq), ...next }, when: absent },
      ]);
      return failed.length === 0;
    },
  };
};
