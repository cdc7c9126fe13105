/** What wakes the slow lane: a round with doubts, or a minute with endpoints that fail. */
import * as z from 'zod';
import { epochMs } from '../../shared/time/span.ts';

const instantSchema = z.int().transform(epochMs);

const base = {
  place: z.string(),
  version: z.string(),
  /** The round's instant, or the minute; with the part, what the event is known by when it comes twice. */
  scheduledAt: instantSchema,
  /** When that really began. */
  startedAt: z.number(),
  part: z.int().min(0),
};

export const recheckSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('retry'),
    shard: z.int().min(0),
    suspects: z.array(
      z.strictObject({ slot: z.int().min(0), at: instantSchema, first: z.enum(['failed', 'late', 'none', 'judged']) }),
    ),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('watch'),
    /** Where in the minute it begins. */
    fromMs: z.int().min(0),
    shards: z.array(
      z.strictObject({
        shard: z.int().min(0),
        failing: z.array(
          z.strictObject({ id: z.string(), failures: z.int().min(0), confirmed: z.boolean(), seenAt: instantSchema }),
        ),
      }),
    ),
  }),
]);
/** The work was begun: who hands it over must not do it as well. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  constructor(cause: unknown) {
    super('the slow lane did not end what it began', { cause });
  }
}

export type RecheckEvent = z.infer<typeof recheckSchema>;
export type RetryEvent = Extract<RecheckEvent, { kind: 'retry' }>;
export type WatchEvent = Extract<RecheckEvent, { kind: 'watch' }>;
