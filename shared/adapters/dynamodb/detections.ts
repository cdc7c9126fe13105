import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Detections, RecordedOutage } from '../../outage/detections.ts';
import {
  type DetectionState,
  detectionStateSchema,
  endpointStateSchema,
  noDetection,
  type OutageEvent,
  outageSchema,
} from '../../outage/outage.ts';
import { epochMs } from '../../time/span.ts';
import { outboxPut, transactTelling } from './outbox.ts';
import { absent, openTable, type Put } from './table.ts';

/** What the keys say already is not said again in an outage: with 960 of them that would pass 400 KB. */
const slimmed = ({ endpoints, ...state }: DetectionState): unknown => ({
  ...state,
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([id, known]) => {
      if (known.kind !== 'down') return [id, known];
      const { endpoint: _, place: __, ...outage } = known.outage;
      return [id, { ...known, outage }];
    }),
  ),
});

const slimEndpointSchema = z.union([
  endpointStateSchema,
  z.strictObject({
    kind: z.literal('down'),
    outage: outageSchema.omit({ endpoint: true, place: true }),
    seenAt: z.int().transform(epochMs),
  }),
]);

const stateItemSchema = z.object({
  rev: z.int().min(1),
  state: detectionStateSchema.extend({ endpoints: z.record(z.string(), slimEndpointSchema) }),
});

const restored = (
  { endpoints, ...state }: z.infer<typeof stateItemSchema>['state'],
  place: string,
): DetectionState => ({
  ...state,
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([id, known]) =>
      known.kind === 'down' ? [id, { ...known, outage: { endpoint: id, place, ...known.outage } }] : [id, known],
    ),
  ),
});

const outageItemSchema: z.ZodType<RecordedOutage> = z.object({
  ...outageSchema.shape,
  closedAt: z.int().transform(epochMs).optional(),
  reason: z.enum(['recovered', 'unwatched']).optional(),
});

const stateKey = (place: string, shard: number) => ({ pk: `STATE#${place}#${shard}`, sk: 'STATE' });
const clientPk = (client: string): string => `CLIENT#${client}`;
/** Thirteen digits hold every millisecond from 2001 to 2286 in order. */
const outageSk = (openedAt: number): string => `OUTAGE#${String(openedAt).padStart(13, '0')}`;

const outagePut = (event: OutageEvent): Put => {
  const { outage } = event;
  const [client = ''] = outage.endpoint.split('/');
  const end = event.kind === 'closed' ? { closedAt: event.closedAt, reason: event.reason } : {};
  return {
    put: { pk: clientPk(client), sk: `${outageSk(outage.openedAt)}#${outage.endpoint}`, ...outage, ...end },
  };
};

/** An outage that opens and is told in one step is written once: a transaction takes one write for each item. */
const lastOfEach = (puts: readonly Put[]): Put[] => [
  ...new Map(puts.map((write) => [`${write.put.pk} ${write.put.sk}`, write])).values(),
];

export const openDetections = (client: DynamoDBClient, table: string): Detections => {
  const records = openTable(client, table);
  return {
    load: async (place, shard) => {
      const item = await records.get(stateKey(place, shard));
      if (item === undefined) return { state: noDetection, rev: 0 };
      const { state, rev } = stateItemSchema.parse(item);
      return { state: restored(state, place), rev };
    },
    save: async ({ place, shard, rev, at }, { state, events }, messages) => {
      const stateWrite: Put = {
        put: { ...stateKey(place, shard), rev: rev + 1, state: slimmed(state) },
        when: rev === 0 ? absent : { expression: '#rev = :rev', values: { ':rev': rev } },
      };
      const facts = [stateWrite, ...lastOfEach(events.map(outagePut))];
      // Another place may have seen the same and told it first.
      return transactTelling(records, facts, lastOfEach(messages.map((message) => outboxPut(message, at))));
    },
    outages: async (owner, { start, end }) => {
      const sk = { from: outageSk(start), to: outageSk(end) }; // the bound has no endpoint: it sorts before its instant
      const items = await records.query({ pk: clientPk(owner), sk });
      return items.map((item) => outageItemSchema.parse(item));
    },
  };
};
