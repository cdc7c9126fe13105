/**
 * What a settlement says, as data: deterministic JSON in which every figure is exact and every interval has its
 * reason. Pages, notices and the ledger are made from it and add nothing to it.
 *
 * Units   epoch ms; money in minor units; `exact` values `"n/d"`; a decimal beside one is for reading only.
 */
import * as z from 'zod';
import { exactSchema, quantities, termsSchema } from '../contract/terms.ts';
import { instantSchema } from '../measure/evidence.ts';

const minorSchema = z.int();
const between = { start: instantSchema, end: instantSchema };

/** Why a time does not count; the order is the order in which they are taken. */
export const reasons = ['hours', 'scheduled', 'emergency', 'exclusion', 'unknown'] as const;
export type Reason = (typeof reasons)[number];

export const excludedSchema = z.strictObject({
  ...between,
  reason: z.enum(reasons),
  treat: z.enum(['exclude', 'up']),
  /** The maintenance window or exclusion that it came from. */
  id: z.string().optional(),
  /** In the words of whoever declared it. */
  because: z.string().optional(),
  by: z.string().optional(),
});
export type Excluded = z.infer<typeof excludedSchema>;

export const outageSchema = z.strictObject({
  /** As it happened; it may begin before the period or end after it. */
  ...between,
  /** `short`: under the minimum. `excluded`: nothing of it was left. */
  verdict: z.enum(['counted', 'short', 'excluded']),
  /** What counts of it, in ms: after exclusions, minimum, allowance and rounding. */
  countedMs: exactSchema,
  /** The pieces that were left before rounding, cut to the period. */
  pieces: z.array(z.strictObject(between)),
  /** The endpoints that were down in it. */
  endpoints: z.array(z.string()),
});
export type OutageStatement = z.infer<typeof outageSchema>;

export const figureSchema = z.strictObject({
  exact: exactSchema,
  /** Six decimals of the percentage, cut: `99.861111`. Never lifts a missed target over it. */
  percent: z.string(),
});
export type FigureStatement = z.infer<typeof figureSchema>;

/** How the time of a clause was accounted for. */
export const timeAccountSchema = z.strictObject({
  /** Of this part of the period, as long as the service lived. */
  wholeMs: z.int(),
  /** What is left after exclusions; with `up` treatments still inside. */
  serviceMs: exactSchema,
  denominatorMs: exactSchema,
  downMs: z.strictObject({ atLeast: exactSchema, measured: exactSchema, atMost: exactSchema }),
  /** Measured share of the service time, before unknown time leaves it. */
  coverage: figureSchema.optional(),
  /** Time by reason, in the order it was taken. */
  excluded: z.array(excludedSchema),
  /** Windows that excused nothing, or not all, and why. */
  refused: z.array(
    z.strictObject({
      id: z.string(),
      why: z.enum(['notice', 'hours', 'length', 'cap', 'count', 'not-excused']),
      ms: z.int(),
    }),
  ),
  outages: z.array(outageSchema),
  /** The same with nothing excluded: no hours, no maintenance, no minimum. */
  bare: z.strictObject({ serviceMs: exactSchema, downMs: exactSchema, figure: figureSchema.optional() }),
});
export type TimeAccountStatement = z.infer<typeof timeAccountSchema>;

export const ticketSchema = z.strictObject({
  id: z.string(),
  severity: z.string(),
  openedAt: instantSchema,
  dueAt: instantSchema,
  doneAt: instantSchema.optional(),
  elapsedMs: z.int(),
  lateMs: z.int(),
  verdict: z.enum(['in-time', 'late', 'open']),
});

export const clauseStatementSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['time', 'requests', 'tickets', 'deliveries']),
  target: figureSchema.optional(),
  /** Absent: nothing to measure, which breaches nothing. */
  figure: figureSchema.optional(),
  /** The figure as the contract tests it, where it rounds first. */
  tested: figureSchema.optional(),
  met: z.boolean().optional(),
  /** False: the sampling leaves open on which side of the target the truth lies. */
  settledByMeasurement: z.boolean(),
  /** The figure at the most and at the least downtime that the sampling allows. */
  bounds: z.strictObject({ worst: figureSchema, best: figureSchema }).optional(),
  time: timeAccountSchema.optional(),
  requests: z.strictObject({ intervals: z.int(), lost: exactSchema, total: exactSchema, failed: z.int() }).optional(),
  tickets: z.array(ticketSchema).optional(),
});
export type ClauseStatement = z.infer<typeof clauseStatementSchema>;

/** One number that a credit was computed from, and what it brought. */
export const creditItemSchema = z.strictObject({
  /** `period`, or the start of the outage, the local day, the id of the ticket. */
  of: z.string(),
  quantity: exactSchema,
  /** Index of the band of the terms that applied. */
  band: z.int().optional(),
  /** Units that were counted, where the schedule goes by steps. */
  steps: exactSchema.optional(),
  minor: exactSchema,
  extensionDays: exactSchema.optional(),
});

export const cutSchema = z.strictObject({
  by: z.enum([
    'cap-each',
    'cap-credit',
    'best-clause',
    'minimum',
    'cap-service',
    'cap-contract',
    'cap-year',
    'franchise',
    'late-claim',
  ]),
  minor: minorSchema,
});
export type Cut = z.infer<typeof cutSchema>;

export const creditLineSchema = z.strictObject({
  clause: z.string(),
  credit: z.string(),
  quantity: z.enum(quantities),
  baseMinor: exactSchema,
  items: z.array(creditItemSchema),
  /** Before the one rounding. */
  exactMinor: exactSchema,
  /** Rounded, before limits. */
  minor: minorSchema,
  extensionDays: exactSchema.optional(),
  /** What the credit's own caps took off. */
  cuts: z.array(cutSchema),
  /** A gate that did not hold. */
  gatedBy: z.enum(['below', 'consecutive', 'outages']).optional(),
});
export type CreditLine = z.infer<typeof creditLineSchema>;

export const partSchema = z.strictObject({
  ...between,
  /** The version of the terms: the date from which it is in force. */
  from: z.string(),
  tier: z.string().optional(),
  terms: termsSchema,
  feeMinor: exactSchema,
  clauses: z.array(clauseStatementSchema),
  lines: z.array(creditLineSchema),
});
export type PartStatement = z.infer<typeof partSchema>;

export const rightStatementSchema = z.strictObject({
  service: z.string(),
  id: z.string(),
  clause: z.string(),
  /** The periods, outages or tickets that gave it. */
  because: z.array(z.string()),
});
export type RightStatement = z.infer<typeof rightStatementSchema>;

export const serviceStatementSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The service's own period; a quarter that goes on is reported and owes nothing yet. */
  ...between,
  closes: z.boolean(),
  /** One, or one for each version of the terms that was in force. */
  parts: z.array(partSchema).min(1),
  feeMinor: minorSchema,
  /** Sum of the lines. */
  grossMinor: minorSchema,
  cuts: z.array(cutSchema),
  creditMinor: minorSchema,
  extensionDays: exactSchema.optional(),
  claim: z
    .strictObject({ until: instantSchema, claimedAt: instantSchema.optional(), inTime: z.boolean().optional() })
    .optional(),
});
export type ServiceStatement = z.infer<typeof serviceStatementSchema>;

export const holdSchema = z.strictObject({
  service: z.string(),
  clause: z.string(),
  code: z.enum(['coverage']),
  saw: exactSchema,
  want: exactSchema,
});
export type Hold = z.infer<typeof holdSchema>;

export const provenanceSchema = z.strictObject({
  planVersion: z.string(),
  /** Of Vigie and of the time zone data that it ran with, where the caller knows them. */
  code: z.string().optional(),
  tzdata: z.string().optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const statementSchema = z.strictObject({
  schema: z.literal(1),
  client: z.strictObject({
    id: z.string(),
    name: z.string(),
    language: z.enum(['fr', 'en']),
    zone: z.string(),
    currency: z.string(),
    minorDigits: z.int(),
  }),
  period: z.strictObject({ label: z.string(), ...between, zone: z.string() }),
  provenance: provenanceSchema,
  /** `held`: a human decides before anything is sent. */
  status: z.enum(['ready', 'held']),
  holds: z.array(holdSchema),
  services: z.array(serviceStatementSchema),
  /** Sum of the services' credits, what the contract's limits took off, and what is owed. */
  grossMinor: minorSchema,
  cuts: z.array(cutSchema),
  creditMinor: minorSchema,
  rights: z.array(rightStatementSchema),
});
export type Statement = z.infer<typeof statementSchema>;
