/** What detection remembers and what it reports. */
import * as z from 'zod';
import { failureCauses } from '../probe/check.ts';
import { type EpochMs, epochMs } from '../time/span.ts';

const instantSchema: z.ZodType<EpochMs> = z.int().transform(epochMs);

/** An outage as the fast path sees it. Money never comes from it: settlement works its own out of the samples. */
export const outageSchema = z.strictObject({
  /** `client/service/endpoint`. */
  endpoint: z.string(),
  place: z.string(),
  /** The first failed sample. With the endpoint it names the outage, however often it is worked out. */
  openedAt: instantSchema,
  /** The sample that made it an outage. */
  confirmedAt: instantSchema,
  /** Of the sample that confirmed it. */
  cause: z.enum(failureCauses),
  /** Whether people were told. An outage inside maintenance is recorded and not told, until it outlasts the window. */
  told: z.boolean(),
  /** The maintenance window that kept it from being told at first. */
  window: z.string().optional(),
});
export type Outage = z.infer<typeof outageSchema>;

const failingSchema = z.strictObject({
  kind: z.literal('failing'),
  /** The first failed sample. */
  since: instantSchema,
  /** Failed samples so far. */
  count: z.int().min(1),
  seenAt: instantSchema,
});
const downSchema = z.strictObject({ kind: z.literal('down'), outage: outageSchema, seenAt: instantSchema });
/** Recovered in a run that is not wholly applied yet: keeps a restart from missing that this slot is done. */
const recoveredSchema = z.strictObject({ kind: z.literal('recovered'), seenAt: instantSchema });

/** Only endpoints that are not plainly up. `seenAt` is the last sample that changed it: what is older is a repeat. */
export const endpointStateSchema = z.discriminatedUnion('kind', [failingSchema, downSchema, recoveredSchema]);
export type EndpointState = z.infer<typeof endpointStateSchema>;

/** Of one place and shard. */
export const detectionStateSchema = z.strictObject({
  /** Start of the newest run that is wholly applied. */
  runAt: instantSchema.optional(),
  /** Of that run. Under another plan, endpoints may have come here from other shards. */
  plan: z.string().optional(),
  endpoints: z.record(z.string(), endpointStateSchema),
});
export type DetectionState = z.infer<typeof detectionStateSchema>;

export const noDetection: DetectionState = { endpoints: {} };

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
