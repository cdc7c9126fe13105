import { gunzipSync, gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Detections, RecordedOutage } from '../../outage/detections.ts';
import {
  type DetectionState,
  detectionStateSchema,
  noDetection,
  type OutageEvent,
  outageSchema,
} from '../../outage/outage.ts';
import { clientOf } from '../../probe/id.ts';
import { epochMs } from '../../time/span.ts';
import { outboxPut, transactTelling } from './outbox.ts';
import { absent, openTable, type Put } from './table.ts';

const stateVersion = 1;

/** Where an item of 400 KB could not hold the words for people, it goes without them. */
const mostPackedBytes = 300 * 1024;
const withoutWords = (key: string, value: unknown): unknown =>
  key === 'detail' && typeof value === 'string' ? undefined : value;

/** Of a shard that fails everywhere at four places, JSON is most of a megabyte and packed some 50 KB. */
const packedOf = (state: DetectionState): Uint8Array => {
  const packed = gzipSync(JSON.stringify(state));
  return packed.length <= mostPackedBytes ? packed : gzipSync(JSON.stringify(state, withoutWords));
};

/** More than any state of ours: what would unpack to more is none. */
const mostJsonBytes = 16 * 1024 * 1024;
const stateOf = (packed: Uint8Array): DetectionState =>
  detectionStateSchema.parse(JSON.parse(gunzipSync(packed, { maxOutputLength: mostJsonBytes }).toString()));

const stateItemSchema = z.object({
  rev: z.int().min(1),
  v: z.literal(stateVersion),
  b: z.instanceof(Uint8Array).transform(stateOf),
});

const outageItemSchema: z.ZodType<RecordedOutage> = z.object({
  ...outageSchema.shape,
  closedAt: z.int().transform(epochMs).optional(),
  reason: z.enum(['recovered', 'unwatched']).optional(),
});

const stateKey = (shard: number) => ({ pk: `STATE#${shard}`, sk: 'STATE' });
const clientPk = (client: string): string => `CLIENT#${client}`;
/** Thirteen digits hold every millisecond from 2001 to 2286 in order. */
const outageSk = (openedAt: number): string => `OUTAGE#${String(openedAt).padStart(13, '0')}`;

const outagePut = (event: OutageEvent): Put => {
  const { outage } = event;
  const end = event.kind === 'closed' ? { closedAt: event.closedAt, reason: event.reason } : {};
  return {
    put: {
      pk: clientPk(clientOf(outage.endpoint)),
      sk: `${outageSk(outage.openedAt)}#${outage.endpoint}`,
      ...outage,
      ...end,
    },
  };
};

/** An outage that opens and is told in one step is written once: a transaction takes one write for each item. */
const lastOfEach = (puts: readonly Put[]): Put[] => [
  ...new Map(puts.map((write) => [`${write.put.pk} ${write.put.sk}`, write])).values(),
];

export const openDetections = (client: DynamoDBClient, table: string): Detections => {
  const records = openTable(client, table);
  return {
    load: async (shard) => {
      const item = await records.get(stateKey(shard));
      if (item === undefined) return { state: noDetection, rev: 0 };
      const { b: state, rev } = stateItemSchema.parse(item);
      return { state, rev };
    },
    save: async ({ shard, rev, at }, { state, events }, messages) => {
      const stateWrite: Put = {
        put: { ...stateKey(shard), rev: rev + 1, v: stateVersion, b: packedOf(state) },
        when: rev === 0 ? absent : { expression: '#rev = :rev', values: { ':rev': rev } },
      };
      const facts = [stateWrite, ...lastOfEach(events.map(outagePut))];
      // A shard that watched an endpoint before may have told the same first.
      return transactTelling(records, facts, lastOfEach(messages.map((message) => outboxPut(message, at))));
    },
    outages: async (owner, { start, end }) => {
      const sk = { from: outageSk(start), to: outageSk(end) }; // the bound has no endpoint: it sorts before its instant
      const items = await records.query({ pk: clientPk(owner), sk });
      return items.map((item) => outageItemSchema.parse(item));
    },
  };
};
