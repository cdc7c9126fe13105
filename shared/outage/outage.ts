/** What detection remembers and what it reports. */
import * as z from 'zod';
import { failureCauses } from '../probe/check.ts';
import { type EpochMs, epochMs } from '../time/span.ts';

const instantSchema: z.ZodType<EpochMs> = z.int().transform(epochMs);

/** An outage as the fast path sees it. Money never comes from it: settlement works its own out of the samples. */
export const outageSchema = z.strictObject({
  /** `client/service/endpoint`. */
  endpoint: z.string(),
  /** Who sees it or saw it, the first one first. */
  places: z.array(z.string()).min(1),
  /** The first failed sample of the place that made the quorum. With the endpoint it names the outage. */
  openedAt: instantSchema,
  /** The sample that made it an outage. */
  confirmedAt: instantSchema,
  /** Of the newest failed sample at that instant. */
  cause: z.enum(failureCauses),
  /** That sample in words, for the provider's own people: it may name what is inside a network. */
  detail: z.string().optional(),
  /** Whether people were told. An outage inside maintenance is recorded and not told, until it outlasts the window. */
  told: z.boolean(),
  /** The maintenance window that kept it from being told at first. */
  window: z.string().optional(),
});
export type Outage = z.infer<typeof outageSchema>;

/** What one place sees of an endpoint that fails there, or failed lately. `seenAt`: what is not newer changes nothing. */
export const viewSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('failing'),
    /** The first failed sample. */
    since: instantSchema,
    /** Failed samples so far. */
    count: z.int().min(1),
    /** They were as many as the check asks for. */
    confirmed: z.boolean(),
    /** The newest failed sample, its cause, and the newest words for that cause. */
    seenAt: instantSchema,
    cause: z.enum(failureCauses),
    detail: z.string().optional(),
  }),
  /** Answers again: kept for as long as an older sample may still arrive. */
  z.strictObject({ kind: z.literal('well'), seenAt: instantSchema }),
]);
export type View = z.infer<typeof viewSchema>;
export type FailingView = Extract<View, { kind: 'failing' }>;

export const endpointStateSchema = z.strictObject({
  /** By place; those that see it plainly up have none. */
  views: z.record(z.string(), viewSchema),
  outage: outageSchema.optional(),
  /** The end of its last outage: the next one begins no sooner. */
  closedAt: instantSchema.optional(),
});
export type EndpointState = z.infer<typeof endpointStateSchema>;

/** Of one shard, all places together. */
export const detectionStateSchema = z.strictObject({
  /** The newest plan that anything arrived under. Under another one, endpoints may have come here from other shards. */
  plan: z.string().optional(),
  /** The plan's number: one that comes into force again is another one. */
  seq: z.int().optional(),
  /** When it first arrived. */
  planAt: instantSchema.optional(),
  /** By place, of what changed something: the start of the newest run, and when the newest looks were written. */
  applied: z.record(z.string(), z.strictObject({ runAt: instantSchema.optional(), looksAt: instantSchema.optional() })),
  /** Only those that are not plainly up everywhere. */
  endpoints: z.record(z.string(), endpointStateSchema),
});
export type DetectionState = z.infer<typeof detectionStateSchema>;

export const noDetection: DetectionState = { applied: {}, endpoints: {} };

export type OutageEvent =
  /** Record it; tell people where `outage.told`. */
  | { readonly kind: 'opened'; readonly outage: Outage }
  /** Recorded before, now to be told: it outlasts the maintenance window, or the window was cancelled. */
  | { readonly kind: 'overran'; readonly outage: Outage }
  /** Tell people where they were told that it opened. `unwatched`: the plan holds the endpoint no more. */
  | {
      readonly kind: 'closed';
      readonly outage: Outage;
      readonly closedAt: EpochMs;
      readonly reason: 'recovered' | 'unwatched';
    };

/** Announced maintenance of one client, over all of its services where none is named. */
export interface Maintenance {
  readonly id: string;
  readonly client: string;
  readonly services?: readonly string[] | undefined;
  readonly start: EpochMs;
  readonly end: EpochMs;
}
