import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TopicRegister } from '../../outage/topics.ts';
import { epochMs } from '../../time/span.ts';
import { openTable } from './table.ts';

const pk = 'TOPIC';
const noteSchema = z.object({ sk: z.string(), made: z.boolean(), leftAt: z.int().transform(epochMs).optional() });

export const openTopicRegister = (client: DynamoDBClient, table: string): TopicRegister => {
  const records = openTable(client, table);
  return {
    all: async () => {
      const notes = (await records.query({ pk })).map((item) => noteSchema.parse(item));
      return notes.filter(({ made }) => made).map(({ sk, leftAt }) => ({ client: sk, ...(leftAt && { leftAt }) }));
    },
    note: async (owner) => {
      await records.write({ put: { pk, sk: owner, made: true } });
    },
    leave: async (owner, leftAt) => {
      await records.write({ put: { pk, sk: owner, made: true, leftAt } });
    },
    forget: async (owner) => {
      await records.write({ put: { pk, sk: owner, made: false } });
    },
  };
};
