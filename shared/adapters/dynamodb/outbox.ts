import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Message, messageSchema } from '../../outage/message.ts';
import type { Outbox, OutboxEntry } from '../../outage/outbox.ts';
import { type EpochMs, epochMs } from '../../time/span.ts';
import { absent, openTable, type Put, type Table } from './table.ts';

/** The sparse index of what waits: partition key `pending`, sort key `createdAt`. */
const pendingIndex = 'pending';
const waiting = '1';
/** A sent message is kept for questions, then expires. */
const keptDays = 90;

const entrySchema = z.object({ message: messageSchema, createdAt: z.int().transform(epochMs) });
const keyedSchema = z.object({ pk: z.string() });
const pendingSchema = z.object({ pending: z.string().optional() });

type Named = Pick<Message, 'eventId' | 'topic'>;
const keyOf = ({ eventId, topic }: Named) => ({ pk: `OUT#${eventId}#${topic}`, sk: 'OUT' });

/** For whoever makes a message true in the same transaction. */
export const outboxPut = (message: Message, createdAt: EpochMs): Put => ({
  put: { ...keyOf(message), message: messageSchema.parse(message), createdAt, pending: waiting },
  when: absent,
});

/**
 * Facts and the messages that tell them, all or nothing. False when a fact's condition does not hold. A message that is
 * there already, waiting or sent, is left as it is: it tells the same.
 */
export const transactTelling = async (
  records: Table,
  facts: readonly Put[],
  messages: readonly Put[],
): Promise<boolean> => {
  let told = messages;
  for (;;) {
    const failed = await records.transact([...facts, ...told]);
    if (failed.length === 0) return true;
    if (failed.some((index) => index < facts.length)) return false;
    const there = new Set(failed.map((index) => index - facts.length));
    told = told.filter((_, index) => !there.has(index));
  }
};

/** What a stream brings of an outbox item. */
export const outboxEntryOf = (data: unknown): OutboxEntry => entrySchema.parse(data);

export const openOutbox = (client: DynamoDBClient, table: string): Outbox => {
  const records = openTable(client, table);
  const settle = (message: Named, at: EpochMs, attribute: string, value: unknown) =>
    records.write({
      update: keyOf(message),
      change: {
        expression: `SET #${attribute} = :value, #expires = :expires REMOVE #pending`,
        values: { ':value': value, ':expires': Math.ceil(at / 1_000) + keptDays * 86_400 },
      },
      when: { expression: 'attribute_exists(#pending)' }, // the first mark stays
    });
  return {
    add: (message, createdAt) => records.write(outboxPut(message, createdAt)),
    isPending: async (message) => {
      const item = await records.get(keyOf(message));
      return item !== undefined && pendingSchema.parse(item).pending !== undefined;
    },
    markSent: async (message, sentAt) => {
      await settle(message, sentAt, 'sentAt', sentAt);
    },
    markUndeliverable: async (message, at, why) => {
      await settle(message, at, 'undeliverable', why);
    },
    pendingBefore: async (at, unreadable) => {
      const before = { expression: '#createdAt < :at', values: { ':at': at } };
      const items = await records.queryIndex(pendingIndex, 'pending', waiting, before);
      if (!unreadable) return items.map(outboxEntryOf);
      return items.flatMap((item) => {
        const entry = entrySchema.safeParse(item);
        if (!entry.success) unreadable(keyedSchema.parse(item).pk);
        return entry.success ? [entry.data] : [];
      });
    },
  };
};
