import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { instantSchema, maintenanceWindowSchema } from '../../measure/evidence.ts';
import type { DeclaredWindow, MaintenanceWindows } from '../../measure/windows.ts';
import { absent, openTable } from './table.ts';

const windowItemSchema: z.ZodType<DeclaredWindow> = z.object({
  ...maintenanceWindowSchema.shape,
  event: z.object({ uid: z.string(), of: instantSchema.optional() }).optional(),
  cancelled: z.object({ at: instantSchema, by: z.string() }).optional(),
});

const prefix = 'MAINT#';
const keyOf = (client: string, id: string) => ({ pk: `CLIENT#${client}`, sk: `${prefix}${id}` });

export const openWindows = (client: DynamoDBClient, table: string): MaintenanceWindows => {
  const records = openTable(client, table);
  return {
    add: (owner, window) => records.write({ put: { ...keyOf(owner, window.id), ...window }, when: absent }),
    list: async (owner) => {
      const items = await records.query({ pk: keyOf(owner, '').pk, sk: { prefix } });
      return items.map((item) => windowItemSchema.parse(item));
    },
    cancel: (owner, id, cancelled) =>
      records.write({
        update: keyOf(owner, id),
        change: { expression: 'SET #cancelled = :cancelled', values: { ':cancelled': cancelled } },
        when: { expression: 'attribute_exists(#pk) AND attribute_not_exists(#cancelled)' },
      }),
  };
};
