/** What AWS asks for, read from the one file that holds its list prices. */
import * as z from 'zod';
import { type Fraction, parseFraction } from '../money/fraction.ts';
import file from './prices.json' with { type: 'json' };

export const homeRegions = ['eu-west-3', 'us-east-1'] as const;
export type HomeRegion = (typeof homeRegions)[number];

/** `published`: a page or a price list said so on that date. `memory`: known by heart, to be checked before it is quoted. */
export const knownSchema = z.enum(['published', 'memory']);
export type Known = z.infer<typeof knownSchema>;

const exact = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(parseFraction);

const listSchema = z.strictObject({
  /** US dollars for one unit. */
  usd: exact,
  known: knownSchema,
  date: z.string().regex(/^\d{4}(-\d{2}){0,2}$/),
  source: z.string().min(1),
});

const priceSchema = z.strictObject({
  service: z.string().min(1),
  unit: z.string().min(1),
  list: z.strictObject({ 'eu-west-3': listSchema, 'us-east-1': listSchema }),
  /** What each account gets a month for nothing, for good. */
  free: z.strictObject({ amount: exact, known: knownSchema }).nullable(),
});
export type Price = z.infer<typeof priceSchema>;

const priceIds = [
  'lambdaGbSeconds',
  'lambdaRequests',
  'schedulerInvocations',
  'dynamoWriteUnits',
  'dynamoReadUnits',
  'dynamoStorage',
  'dynamoBackup',
  'logsIngested',
  'alarms',
  'snsPublishes',
  'snsEmails',
  'sqsRequests',
  's3Puts',
  's3Gets',
  's3Storage',
  'stepTransitions',
  'egress',
  'regionTransfer',
  'route53Checks',
  'route53Https',
  'syntheticsRuns',
] as const;
export type PriceId = (typeof priceIds)[number];

/** Throws on a file that is not what this says: it is part of the program. */
export const pricesSchema = z.strictObject({
  /** The day on which the list was put together; each price has the date of its own source. */
  compiled: z.iso.date(),
  regions: z.tuple([z.literal('eu-west-3'), z.literal('us-east-1')]),
  prices: z.record(z.enum(priceIds), priceSchema),
});

export interface Prices {
  readonly compiled: string;
  readonly of: Readonly<Record<PriceId, Price>>;
}

const { compiled, prices } = pricesSchema.parse(file);
export const listPrices: Prices = { compiled, of: prices };

/** Dollars for so much of something. */
export interface Quantity {
  readonly price: PriceId;
  readonly amount: Fraction;
}
