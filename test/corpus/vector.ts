/** The neutral notation of the worked figures: what happened, and what it comes to. It names no rule of a contract. */
import * as z from 'zod';

const instant = z.iso.datetime().transform((text) => Date.parse(text));
/** Small whole numbers stand without quotes in the files. */
const decimal = z.union([z.int(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform((value) => `${value}`);
const exact = z.string().regex(/^-?\d+(\/\d+)?$/);
/** A number, or a fraction as a text. */
const figure = z.union([z.number(), exact]).transform((value) => `${value}`);
const between = { start: instant, end: instant };

const expectedSchema = z.strictObject({
  counted_downtime_s: figure.optional(),
  denominator_s: figure.optional(),
  intervals: figure.optional(),
  bad_intervals: figure.optional(),
  bad_sum: figure.optional(),
  total: figure.optional(),
  failed: figure.optional(),
  user_minutes: figure.optional(),
  down_user_minutes: figure.optional(),
  late_seconds_each: z.array(z.int()).optional(),
  availability: z.strictObject({ fraction: exact, pct: decimal, pct_as_contract_compares: z.string() }).optional(),
  credit: z.strictObject({
    pct: decimal,
    amount: decimal,
    currency: z.string(),
    tier: z.string().optional(),
    units: decimal.optional(),
    steps: decimal.optional(),
    extension_days: decimal.optional(),
    gated: z.literal(true).optional(),
    below_minimum: z.literal(true).optional(),
    clauses: z.array(z.strictObject({ name: z.string(), pct: decimal, amount: decimal })).optional(),
  }),
  credit_payable: decimal.optional(),
  claim_in_time: z.boolean().optional(),
  terminate: z.union([z.boolean(), z.literal('none-stated')]),
});
export type Expected = z.output<typeof expectedSchema>;

export const vectorSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Another plan of the same contract; its only one, or its first, if it is left out. */
  plan: z.string().optional(),
  /** Local midnights, the instants they are, and the seconds between them. */
  period: z.strictObject({
    start: z.string(),
    end: z.string(),
    tz: z.string(),
    start_utc: instant,
    end_utc: instant,
    seconds: z.int(),
  }),
  fee: z.strictObject({ amount: decimal, currency: z.string(), per: z.enum(['month', 'quarter', 'year']) }).optional(),
  outages: z
    .array(
      z.strictObject({
        ...between,
        target: z.string().optional(),
        ticket_at: instant.optional(),
        confirmed_at: instant.optional(),
        affected_ratio: decimal.optional(),
        users: z.int().optional(),
      }),
    )
    .default([]),
  users: z.int().optional(),
  maintenance: z
    .array(
      z.strictObject({
        ...between,
        declared_at: instant.optional(),
        kind: z.enum(['emergency', 'customer']).optional(),
      }),
    )
    .default([]),
  maintenance_used_before_s: z.int().default(0),
  deployed: z.array(z.strictObject(between)).optional(),
  samples: z
    .strictObject({
      interval_s: z.int(),
      default: z.strictObject({ total: z.int(), failed: z.int() }),
      exceptions: z.array(z.strictObject({ intervals: z.int(), total: z.int(), failed: z.int() })),
    })
    .optional(),
  counts: z.strictObject({ total: z.int(), failed: z.int(), unit: z.string() }).optional(),
  tickets: z
    .array(
      z.strictObject({
        /** That of the service, if it is left out. */
        severity: z.string().optional(),
        opened_at: instant,
        responded_at: instant,
        holds: z.array(z.strictObject(between)).default([]),
      }),
    )
    .default([]),
  delay: z.strictObject({ value: decimal, due: z.string(), done: z.string() }).optional(),
  history: z
    .array(z.strictObject({ month: z.string(), availability_pct: decimal.optional(), downtime_s: z.int().optional() }))
    .default([]),
  claim: z.strictObject({ submitted_at: instant, incident_end: instant.optional() }).optional(),
  expected: expectedSchema,
  why: z.string(),
});
export type Vector = z.output<typeof vectorSchema>;

export const vectorsFileSchema = z.strictObject({
  id: z.string(),
  provider: z.string(),
  source: z.string(),
  version: z.string().optional(),
  /** What of the contract is unusual, by names that docs/contract-language.md explains. */
  mechanisms: z.array(z.string()).min(1),
  /** What the second instant of a ticket is: an answer, a repair or an alert. */
  tickets_until: z.enum(['response', 'resolution', 'alert']).default('response'),
  vectors: z.array(vectorSchema).min(1),
});
