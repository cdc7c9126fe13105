/**
 * The compiled plan: everything that probes, detection and settlement need to know, with no YAML, no inheritance and
 * no human unit left. Canonical JSON of it is what a plan's version is the hash of.
 */
import * as z from 'zod';
import { checkSchema } from '../probe/check-schema.ts';
import { wholeId } from '../probe/id.ts';
import { placeSchema } from '../probe/place.ts';
import { composeSchema } from './compose.ts';
import { retentionSchema, usualRetentionMonths } from './retention.ts';
import { contractTermsSchema, termsSchema } from './terms.ts';

export { type Compose, composeSchema } from './compose.ts';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** What `id:` fields may hold: they become DynamoDB keys, S3 keys and topic names. */
export const idSchema = z.string().regex(wholeId);
const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const minorSchema = z.int().min(0);

/** Words for people. One language is enough: the other falls back on it. */
export const textSchema = z
  .strictObject({ fr: z.string().optional(), en: z.string().optional() })
  .refine(({ fr, en }) => fr !== undefined || en !== undefined);
export type Text = z.infer<typeof textSchema>;

export const events = ['outage', 'credit', 'statement'] as const;
export const protocols = ['email', 'sms', 'https', 'sqs'] as const;

/** Who is told what. A filter that is absent lets everything through. */
export const subscriptionSchema = z.strictObject({
  protocol: z.enum(protocols),
  /** An address, an E.164 number, a URL or a queue's ARN, as SNS takes it. */
  endpoint: z.string(),
  events: z.array(z.enum(events)).min(1),
  severities: z.array(z.string()).optional(),
  services: z.array(z.string()).optional(),
  tiers: z.array(z.string()).optional(),
});
export type Subscription = z.infer<typeof subscriptionSchema>;

export const contactSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  role: textSchema.optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  /** Ids of contacts of the same side who answer in their place, first first. */
  deputies: z.array(idSchema),
});
export type Contact = z.infer<typeof contactSchema>;

export const endpointPlanSchema = z.strictObject({
  /** `client/service/endpoint`, the same as `check.id`: unique in a plan, the key of every sample. */
  id: z.string(),
  name: z.string(),
  check: checkSchema,
  /** Failures in a row that make an outage of it, where it says otherwise than its service's terms. */
  confirm: z.int().min(1).optional(),
  /** Its own part of the service's fee, where a contract prices endpoints one by one. */
  feeMinor: minorSchema.optional(),
});
export type EndpointPlan = z.infer<typeof endpointPlanSchema>;

/** In force from local midnight of `from`, in the client's zone, until the next version's. */
export const serviceVersionSchema = z.strictObject({
  from: dateSchema,
  tier: idSchema.optional(),
  /** What `terms.feePer` pays for, in minor units of the client's currency. */
  feeMinor: minorSchema,
  terms: termsSchema,
});
export type ServiceVersion = z.infer<typeof serviceVersionSchema>;

export const servicePlanSchema = z.strictObject({
  /** Unique within its client: `mail`. */
  id: idSchema,
  name: z.string(),
  description: textSchema.optional(),
  /** The provider's catalogue service that it subscribes to. */
  catalogue: idSchema.optional(),
  /** Of an outage of this service. */
  severity: z.string(),
  since: dateSchema,
  /** First day that is no longer covered. */
  until: dateSchema.optional(),
  compose: composeSchema,
  endpoints: z.array(endpointPlanSchema),
  /** Sorted by `from`, the first at `since`: what is in force at a date is the last one that began. */
  versions: z.array(serviceVersionSchema).min(1),
});
export type ServicePlan = z.infer<typeof servicePlanSchema>;

export const contractVersionSchema = z.strictObject({ from: dateSchema, terms: contractTermsSchema });
export type ContractVersion = z.infer<typeof contractVersionSchema>;

export const clientPlanSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  language: z.enum(languages),
  /** IANA zone in which days and months begin. */
  zone: z.string(),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Decimals of the currency: 2 for EUR, 0 for JPY. */
  minorDigits: z.int().min(0).max(4),
  agreement: z.enum(['client', 'service', 'tiered']),
  since: dateSchema,
  until: dateSchema.optional(),
  /** How long each sample is kept: whole months from the end of its day. */
  retentionMonths: retentionSchema.default(usualRetentionMonths),
  notify: z.array(subscriptionSchema),
  contacts: z.array(contactSchema),
  /** What the agreement leaves out, in words, for the schedule that is appended to a contract. */
  notCovered: z.array(textSchema),
  services: z.array(servicePlanSchema),
  /** Terms of the contract as a whole: caps over all services. Sorted by `from`, the first at `since`. */
  versions: z.array(contractVersionSchema).min(1),
});
export type ClientPlan = z.infer<typeof clientPlanSchema>;

const place = {
  id: placeSchema,
  name: textSchema.optional(),
  /** `host:port`, asked over TCP when everything fails. Absent: those that its kind of place has by itself. */
  references: z.array(z.string()).optional(),
};

const near = {
  ...place,
  /** Whose endpoints it may probe. Absent: anybody's. */
  clients: z.array(idSchema).min(1).optional(),
};

/** Where probes come from. */
export const placePlanSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...place, kind: z.literal('home') }),
  z.strictObject({ ...place, kind: z.literal('region'), region: z.string() }),
  z.strictObject({
    ...near,
    kind: z.literal('vpc'),
    region: z.string(),
    vpc: z.string(),
    subnets: z.array(z.string()).min(1),
    securityGroups: z.array(z.string()).min(1),
  }),
  z.strictObject({ ...near, kind: z.literal('agent') }),
]);
export type PlacePlan = z.infer<typeof placePlanSchema>;

export const planSchema = z.strictObject({
  schema: z.literal(1),
  provider: z.strictObject({
    id: idSchema,
    name: z.string(),
    language: z.enum(languages),
    zone: z.string(),
    contacts: z.array(contactSchema),
    /** From the worst. */
    severities: z.array(z.strictObject({ id: z.string(), name: textSchema })),
    tiers: z.array(z.strictObject({ id: idSchema, name: textSchema })),
    /** Home first, then by id. */
    places: z.array(placePlanSchema).min(1),
  }),
  clients: z.array(clientPlanSchema),
  onCall: z.array(subscriptionSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** The version in force on a date, or none before the first began. */
export const inForce = <V extends { readonly from: string }>(versions: readonly V[], date: string): V | undefined =>
  versions.findLast(({ from }) => from <= date);
