/**
 * Everything that settlement reads besides the contract: what was seen, what was declared, what came before.
 * Facts of a neighbouring period belong here too: an outage over the period's edge is judged whole.
 *
 * Units   epoch ms (or texts with an offset), half-open intervals; money in minor units; shares as exact fractions.
 */
import * as z from 'zod';
import { exactSchema } from '../contract/terms.ts';
import { type EpochMs, epochMs } from '../time/span.ts';

const wantInstant = 'an instant in epoch milliseconds, or with its offset, such as 2026-10-01T00:00:00Z';
/** RFC 3339, the seconds left out where they are none. */
const writtenInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
/** Written either way; read as epoch milliseconds. */
export const instantSchema: z.ZodType<EpochMs> = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(writtenInstant)
        .refine((text) => !Number.isNaN(Date.parse(text)))
        .transform(Date.parse),
    ],
    { error: wantInstant },
  )
  .transform(epochMs);
const minorSchema = z.int();
const between = { start: instantSchema, end: instantSchema };
/** A time that ends before it begins is a mistake, and would otherwise be a time in which nothing happened. */
const forward = ({ start, end }: { readonly start: number; readonly end: number }): boolean => start <= end;
const wantForward = { error: 'an end that is not before the start', path: ['end'] };
const spanSchema = z.strictObject(between).refine(forward, wantForward);

/** A run of equal verdicts of one place: the first and last sample that said so, and how many there were. */
export const segmentSchema = z
  .strictObject({
    firstAt: instantSchema,
    lastAt: instantSchema,
    state: z.enum(['up', 'degraded', 'down', 'unknown']),
    count: z.int().min(1),
  })
  .refine(({ firstAt, lastAt }) => firstAt <= lastAt, {
    error: 'a last sample that is not before the first',
    path: ['lastAt'],
  });
export type EvidenceSegment = z.infer<typeof segmentSchema>;

/** An outage that was told rather than sampled. */
export const toldOutageSchema = z
  .strictObject({
    ...between,
    confirmedAt: instantSchema.optional(),
    ticketAt: instantSchema.optional(),
    /** The share of users that it touched. Absent: all of them. */
    affected: exactSchema.optional(),
  })
  .refine(forward, wantForward);
export type ToldOutage = z.infer<typeof toldOutageSchema>;

const lifeSchema = z.array(spanSchema).optional();

/** Either samples by place, or outages; between told outages the endpoint was up. */
export const endpointEvidenceSchema = z.union([
  z.strictObject({
    places: z.record(z.string(), z.array(segmentSchema)),
    /** When the endpoint existed. Absent: as long as its service. */
    deployed: lifeSchema,
  }),
  z.strictObject({ outages: z.array(toldOutageSchema), deployed: lifeSchema }),
]);
export type EndpointEvidence = z.infer<typeof endpointEvidenceSchema>;

export const maintenanceWindowSchema = z
  .strictObject({
    id: z.string(),
    ...between,
    declaredAt: instantSchema,
    kind: z.enum(['scheduled', 'emergency']),
    /** Services that it covers. Absent: all of the client's. */
    services: z.array(z.string()).optional(),
    by: z.string(),
    reason: z.string(),
  })
  .refine(forward, wantForward);
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;

/** Time that a named operator took out of the account, before or after the fact. */
export const exclusionSchema = z
  .strictObject({
    id: z.string(),
    ...between,
    kind: z.enum(['client', 'force-majeure', 'third-party', 'suspension', 'other']),
    services: z.array(z.string()).optional(),
    enteredAt: instantSchema,
    by: z.string(),
    reason: z.string(),
  })
  .refine(forward, wantForward);
export type Exclusion = z.infer<typeof exclusionSchema>;

/** A ticket: what was reported, or what an outage opened. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  severity: z.string(),
  openedAt: instantSchema,
  /** When the client was told, for a promise of alerting. */
  alertedAt: instantSchema.optional(),
  respondedAt: instantSchema.optional(),
  resolvedAt: instantSchema.optional(),
  /** Waiting for the client. */
  pauses: z.array(spanSchema),
});
export type Incident = z.infer<typeof incidentSchema>;

/** Intervals of equal length; what no run names had the usual traffic. */
export const requestSeriesSchema = z.strictObject({
  usual: z.strictObject({ total: z.int().min(0), failed: z.int().min(0) }),
  /** Every interval that begins in `[start, end)` had this many requests. Sorted, disjoint. */
  runs: z
    .array(z.strictObject({ ...between, total: z.int().min(0), failed: z.int().min(0) }).refine(forward, wantForward))
    .refine((runs) => runs.every(({ start }, i) => i === 0 || (runs[i - 1]?.end ?? 0) <= start), {
      error: 'runs in order of time, none over another',
    }),
});
export type RequestSeries = z.infer<typeof requestSeriesSchema>;

export const deliverySchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  /** Local dates. */
  due: z.string(),
  done: z.string(),
  valueMinor: minorSchema,
});
export type Delivery = z.infer<typeof deliverySchema>;

/** A period that is already settled: what rights, gates and yearly caps look back at. */
export const pastPeriodSchema = z.strictObject({
  period: z.string(),
  /** Of each clause. */
  figures: z.record(z.string(), z.strictObject({ figure: exactSchema.optional(), downMs: exactSchema.optional() })),
});

export type PastPeriod = z.infer<typeof pastPeriodSchema>;

export const serviceHistorySchema = z.strictObject({
  /** Oldest first, without gaps, the last one just before this period. */
  periods: z.array(pastPeriodSchema),
  /** Credits of this contract year so far. */
  creditedThisYearMinor: minorSchema,
  /** Credits of the whole contract so far, paid or held back by the franchise. */
  owedEverMinor: minorSchema,
  /** Excused maintenance of the cap's span before the evidence begins. */
  maintenanceUsedMs: z.int().min(0),
});
export type ServiceHistory = z.infer<typeof serviceHistorySchema>;

export const evidenceSchema = z.strictObject({
  schema: z.literal(1),
  /** By endpoint id, `client/service/endpoint`. An endpoint that is missing was never seen: unknown throughout. */
  endpoints: z.record(z.string(), endpointEvidenceSchema),
  maintenance: z.array(maintenanceWindowSchema),
  exclusions: z.array(exclusionSchema),
  incidents: z.array(incidentSchema),
  /** By service id. */
  requests: z.record(z.string(), requestSeriesSchema),
  deliveries: z.array(deliverySchema),
  /** By service id. */
  history: z.record(z.string(), serviceHistorySchema),
  /** Of the contract: what its yearly cap and franchise look back at. */
  contractHistory: z.strictObject({ creditedThisYearMinor: minorSchema, owedEverMinor: minorSchema }),
  /** What was really billed for the period, by service id, where it is not the plan's fee. */
  fees: z.record(z.string(), minorSchema),
  /** By service id: when the client asked. */
  claims: z.record(z.string(), instantSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** Evidence of nothing: for callers that fill in what they have. */
export const noEvidence: Evidence = {
  schema: 1,
  endpoints: {},
  maintenance: [],
  exclusions: [],
  incidents: [],
  requests: {},
  deliveries: [],
  history: {},
  contractHistory: { creditedThisYearMinor: 0, owedEverMinor: 0 },
  fees: {},
  claims: {},
};
