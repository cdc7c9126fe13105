/**
 * The terms of one service, compiled: every convention that can move money is a value of a field here.
 * Inheritance, defaults and human units are already gone; `docs/contract-language.md` says how people write them.
 *
 * Units   milliseconds; money in minor units; shares as exact fractions of one, `"999/1000"`; dates and wall times in
 *         the zone of the period.
 * Order   the fields of `timeMeasure` stand in the order in which settlement applies them.
 */
import * as z from 'zod';
import { roundings } from '../money/fraction.ts';
import { composeSchema } from './compose.ts';

/** `"n/d"` or `"n"`, in digits: a float would already have lost the contract's figure. */
export const exactSchema = z.string().regex(/^-?\d+(\/[1-9]\d*)?$/);
const msSchema = z.int().min(0);
const minorSchema = z.int();
const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const wallSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const roundingSchema = z.enum(roundings);

/** Two bounds, each with its side written out: `[99.0, 99.9)` holds 99.0 and not 99.9. An absent bound is open. */
export const rangeSchema = z.strictObject({
  from: exactSchema.optional(),
  fromIncluded: z.boolean(),
  to: exactSchema.optional(),
  toIncluded: z.boolean(),
});
export type Range = z.infer<typeof rangeSchema>;

/** The span that one settlement closes. */
export const periodSchema = z.strictObject({
  zone: z.string(),
  kind: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['month', 'quarter', 'year']) }),
    /** From day N to day N of the next month; a month without that day ends on its last. */
    z.strictObject({ kind: z.literal('billing-month'), day: z.int().min(1).max(31) }),
    /** Twelve months from the anniversary of `since`. */
    z.strictObject({ kind: z.literal('contract-year'), since: dateSchema }),
    /** The last N local days before the end of the month, or the last N hours of the clock. */
    z.strictObject({ kind: z.literal('rolling-days'), days: z.int().min(1) }),
    z.strictObject({ kind: z.literal('rolling-hours'), hours: z.int().min(1) }),
  ]),
});
export type Period = z.infer<typeof periodSchema>;

/** Days are ISO: Monday is 1. `to` at or before `from` ends on the next day; `24:00` is the end of the day. */
export const hoursSchema = z.strictObject({
  zone: z.string(),
  weekly: z.array(z.strictObject({ days: z.array(z.int().min(1).max(7)).min(1), from: wallSchema, to: wallSchema })),
  /** Local days that have no hours at all. */
  holidays: z.array(dateSchema),
});
export type Hours = z.infer<typeof hoursSchema>;

/** What becomes of a time that does not count: taken out of the total, counted as up, or not excused at all. */
export const treatments = ['exclude', 'up', 'down'] as const;
export const treatmentSchema = z.enum(treatments);
export type Treatment = z.infer<typeof treatmentSchema>;

export const windowRuleSchema = z.strictObject({
  /** `lost`: a window is downtime itself, whatever was measured in it. */
  treat: z.enum([...treatments, 'lost']),
  /** Exactly so much is enough; at 0 the time of declaration is not tested. */
  noticeMs: msSchema,
  /** Without enough notice: nothing is excused, or what lies beyond declaration + notice. */
  late: z.enum(['nothing', 'partial']),
  /** The hours within which a window must lie: what is outside is not excused. Absent: any. */
  within: hoursSchema.optional(),
  /** An outage that begins in a window counts from the window's end on (absent), or is excused to its own end. */
  overrun: z.literal('excused').optional(),
  /** At most so much of each window. */
  longestMs: msSchema.optional(),
  /** The earliest windows use it up; what is over counts again. */
  cap: z.strictObject({ ms: msSchema, per: z.enum(['period', 'month', 'quarter', 'year']) }).optional(),
  /** Windows beyond this number are not excused. */
  most: z.strictObject({ count: z.int().min(0), per: z.enum(['period', 'month', 'quarter', 'year']) }).optional(),
});
export type WindowRule = z.infer<typeof windowRuleSchema>;

/** A window that the contract itself declares, over and over. */
export const recurringWindowSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['scheduled', 'emergency']),
  /** RFC 5545, without DTSTART: `FREQ=MONTHLY;BYDAY=1SU`. */
  rrule: z.string(),
  zone: z.string(),
  /** Local date and wall time of the first one. */
  date: dateSchema,
  time: wallSchema,
  lengthMs: z.int().min(1),
});
export type RecurringWindow = z.infer<typeof recurringWindowSchema>;

export const granularitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact') }),
  /** What is left of each outage is rounded to whole units. */
  z.strictObject({ kind: z.literal('pieces'), unitMs: z.int().min(1), round: z.enum(['down', 'up', 'nearest']) }),
  /** A bucket is lost whole, or not at all. */
  z.strictObject({
    kind: z.literal('buckets'),
    ms: z.int().min(1),
    align: z.enum(['period', 'clock']),
    /** `throughout` is a share of 1; `any` is a share above 0; otherwise at least this share of the bucket. */
    bad: z.union([z.enum(['throughout', 'any']), z.strictObject({ share: exactSchema })]),
  }),
  /** Good samples over all samples. */
  z.strictObject({ kind: z.literal('samples') }),
  /** The mean over buckets of the share of good samples in each; a bucket without samples is left out. */
  z.strictObject({ kind: z.literal('mean-of-buckets'), ms: z.int().min(1) }),
]);
export type Granularity = z.infer<typeof granularitySchema>;

/** Time lost, seen by probes or told as outages. */
export const timeMeasureSchema = z.strictObject({
  kind: z.literal('time'),
  /** Absent: the composition of the service. */
  compose: composeSchema.optional(),
  degraded: z.enum(['up', 'down']),
  /** Failures in a row before there is an outage. */
  confirm: z.int().min(1),
  /** When the clock of an outage starts. `ticket`: no ticket, no outage. */
  clock: z.enum(['outage', 'confirmation', 'ticket']),
  /** Places that must agree among those that know. `majority`: and at least two where three or more probe. */
  quorum: z.union([z.literal('majority'), z.int().min(1)]),
  /** How far a sample reaches when no other follows. Absent: two intervals and the timeout of the check. */
  reachMs: msSchema.optional(),
  /** Whether an outage weighs the share of users that it touched. */
  weigh: z.enum(['whole', 'affected']),
  /** From activation to the end of the service, or as if it had always been there. */
  life: z.enum(['activation', 'whole-period']),
  /** Absent: around the clock. */
  hours: hoursSchema.optional(),
  maintenance: z.strictObject({
    scheduled: windowRuleSchema,
    emergency: windowRuleSchema,
    recurring: z.array(recurringWindowSchema),
  }),
  exclusions: z.strictObject({ treat: treatmentSchema }),
  unknown: treatmentSchema,
  /** Less than this share measured holds the statement for a human. */
  coverageFloor: exactSchema,
  minimumOutage: z.strictObject({
    ms: msSchema,
    than: z.enum(['at-least', 'longer']),
    /** As it happened, or what is left of it after maintenance and exclusions. */
    on: z.enum(['event', 'counted']),
    /** An outage that passes counts whole, or only what is over the minimum. */
    counts: z.enum(['whole', 'excess']),
  }),
  /** Free time, taken off each outage and then off the period. */
  allowance: z.strictObject({ perOutageMs: msSchema, perPeriodMs: msSchema }),
  granularity: granularitySchema,
  /** What downtime is divided by. `up-time`: what is left of the service time. `fixed`: so many hours, whatever the calendar says. */
  denominator: z.union([
    z.enum(['service-time', 'whole-period', 'up-time']),
    z.strictObject({ fixedMs: z.int().min(1) }),
  ]),
});
export type TimeMeasure = z.infer<typeof timeMeasureSchema>;

/** Requests that failed, counted by somebody. */
export const requestMeasureSchema = z.strictObject({
  kind: z.literal('requests'),
  /** `total`: failed / all. `mean`: mean of the intervals' rates. `threshold`: an interval is bad above a rate. */
  mode: z.enum(['total', 'mean', 'threshold']),
  intervalMs: z.int().min(1),
  threshold: z.strictObject({
    share: exactSchema,
    than: z.enum(['at-least', 'more']),
    /** Bad intervals count only in runs of at least so many. */
    consecutive: z.int().min(1),
  }),
  /** An interval without a request is good, or is left out. */
  empty: z.enum(['good', 'exclude']),
});
export type RequestMeasure = z.infer<typeof requestMeasureSchema>;

/** A deadline for answering or mending what was reported. */
export const ticketMeasureSchema = z.strictObject({
  kind: z.literal('tickets'),
  of: z.enum(['response', 'resolution', 'alert']),
  /** Absent: every severity. */
  severities: z.array(z.string()).optional(),
  /** So much time on the clock; or the same wall time so many business days later. */
  within: z.union([z.strictObject({ ms: msSchema }), z.strictObject({ businessDays: z.int().min(1) })]),
  /** The business calendar of the clock. Absent: around the clock. */
  hours: hoursSchema.optional(),
  /** Whether the clock stops while waiting for the client. */
  pauses: z.boolean(),
  /** Still open at the end of the period: late if its deadline has passed, or not judged yet. */
  open: z.enum(['judge', 'defer']),
});
export type TicketMeasure = z.infer<typeof ticketMeasureSchema>;

/** Things due by a date. */
export const deliveryMeasureSchema = z.strictObject({ kind: z.literal('deliveries') });

export const measureSchema = z.discriminatedUnion('kind', [
  timeMeasureSchema,
  requestMeasureSchema,
  ticketMeasureSchema,
  deliveryMeasureSchema,
]);
export type Measure = z.infer<typeof measureSchema>;

/** What a credit counts. The ones that end in `each` give a number for every outage, day, ticket or delivery. */
export const quantities = [
  /** Availability or share in time, as tested: a share of 1. */
  'figure',
  /** Target less figure, never below 0. */
  'shortfall',
  /** Downtime of the period, in ms. */
  'downtime',
  /** Downtime beyond what the target allows, in ms. */
  'excess',
  /** Counted length of each outage, in ms. */
  'outage-each',
  /** Counted downtime of each local day, in ms. */
  'day-each',
  /** Counted downtime of each clock hour, in ms. */
  'hour-each',
  'outage-count',
  /** By how much each ticket or delivery was late, in ms; those in time give 0. */
  'late-each',
  'late-count',
  /** How long each ticket took on its clock, in ms. */
  'elapsed-each',
  /** 1: for what is owed once, behind a gate. */
  'once',
] as const;
export type Quantity = (typeof quantities)[number];

/** What one band or one step is worth. */
export const amountSchema = z.discriminatedUnion('kind', [
  /** Of the base; may exceed 1. */
  z.strictObject({ kind: z.literal('share'), share: exactSchema }),
  z.strictObject({ kind: z.literal('money'), minor: minorSchema }),
  /** Days' or hours' worth of the base. */
  z.strictObject({ kind: z.enum(['days', 'hours']), count: exactSchema }),
  /** More days of service, and no money. */
  z.strictObject({ kind: z.literal('extension-days'), count: exactSchema }),
]);
export type Amount = z.infer<typeof amountSchema>;

export const bandSchema = z.strictObject({ range: rangeSchema, pays: amountSchema });

export const scheduleSchema = z.discriminatedUnion('kind', [
  /** Where bands overlap the contract says which one counts; where they leave a hole nothing is paid. */
  z.strictObject({
    kind: z.literal('bands'),
    bands: z.array(bandSchema).min(1),
    overlap: z.enum(['first', 'last']),
  }),
  /** So much for each unit: completed (`down`), started (`up`) or in proportion (`exact`). */
  z.strictObject({
    kind: z.literal('steps'),
    unit: z.union([exactSchema, z.enum(['service-time', 'whole-period'])]),
    round: z.enum(['down', 'up', 'exact']),
    pays: amountSchema,
    /** Owed from the first instant, for everything up to `upTo`; the steps count from there. */
    first: z.strictObject({ pays: amountSchema, upTo: exactSchema }).optional(),
  }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

/** Every gate must hold before a credit is looked at. */
export const gateSchema = z.discriminatedUnion('kind', [
  /** The figure is below a share. */
  z.strictObject({ kind: z.literal('below'), share: exactSchema }),
  /** So was that of each of the N - 1 periods before. */
  z.strictObject({ kind: z.literal('consecutive'), periods: z.int().min(2), share: exactSchema }),
  /** One outage is longer than this, or there are more than so many. */
  z.strictObject({
    kind: z.literal('outages'),
    longestOverMs: msSchema.optional(),
    countOver: z.int().min(0).optional(),
  }),
]);
export type Gate = z.infer<typeof gateSchema>;

export const baseSchema = z.strictObject({
  /** The service's fee, the sum of the contract's, the affected endpoints' parts, or the value that the evidence names. */
  of: z.enum(['service', 'contract', 'endpoints', 'value']),
  /** A share is of the fee as it is written, one month's of a yearly period; absent: of the whole period's. */
  per: z.literal('written').optional(),
  /** Of that fee: `1/4` where one unit in four was hit. */
  factor: exactSchema,
  /** A day is the base over so many, or over the days of the period. */
  dayDivisor: z.union([z.int().min(1), z.literal('days-of-period')]),
});
export type Base = z.infer<typeof baseSchema>;

export const creditSchema = z.strictObject({
  id: z.string(),
  quantity: z.enum(quantities),
  /** Only numbers in this range count: a day with two hours lost, a ticket that was late. Absent: all of them. */
  only: rangeSchema.optional(),
  gates: z.array(gateSchema),
  schedule: scheduleSchema,
  base: baseSchema,
  /** Where the contract rounds the share before it is applied to the fee. */
  roundShare: z.strictObject({ decimals: z.int().min(0).max(12), mode: roundingSchema }).optional(),
  /** For each outage, day or ticket: the band of its own length says the most it can bring. */
  capEach: z.array(bandSchema).optional(),
  cap: amountSchema.optional(),
});
export type Credit = z.infer<typeof creditSchema>;

export const clauseSchema = z.strictObject({
  id: z.string(),
  measure: measureSchema,
  /** What is promised: a share of 1. Absent where the contract prices time and promises no percentage. */
  target: exactSchema.optional(),
  /** The figure is tested as it is, or rounded first: decimals of the percentage. */
  tested: z.union([z.literal('exact'), z.strictObject({ decimals: z.int().min(0).max(12), mode: roundingSchema })]),
  credits: z.array(creditSchema),
});
export type Clause = z.infer<typeof clauseSchema>;

/** Applied in this order to what is owed; what each took off is shown. */
export const limitsSchema = z.strictObject({
  /** Less is not paid: `than` says whether the minimum itself is. */
  minimum: z.strictObject({ minor: minorSchema, than: z.enum(['at-least', 'more']) }).optional(),
  /** Of the period. */
  cap: amountSchema.optional(),
  /** Of the contract year, credits already paid in it included. */
  yearCap: amountSchema.optional(),
  /** Nothing until the sum over the life of the contract passes this; then all of it. */
  franchise: z.strictObject({ minor: minorSchema }).optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** Something that the client may do, and that is not money. */
export const rightSchema = z.discriminatedUnion('kind', [
  /** Among the last `of` periods, this one included, at least `count` are bad: below a share, or down longer. */
  z.strictObject({
    kind: z.literal('breaches'),
    id: z.string(),
    clause: z.string(),
    count: z.int().min(1),
    of: z.int().min(1),
    bad: z.union([z.strictObject({ below: exactSchema }), z.strictObject({ downOverMs: msSchema })]),
  }),
  /** Within any so many days: more outages than this, or longer together. */
  z.strictObject({
    kind: z.literal('rolling'),
    id: z.string(),
    clause: z.string(),
    days: z.int().min(1),
    countOver: z.int().min(0).optional(),
    totalOverMs: msSchema.optional(),
    /** Shorter ones are not looked at. */
    shortestMs: msSchema,
  }),
  z.strictObject({ kind: z.literal('late'), id: z.string(), clause: z.string(), count: z.int().min(1) }),
]);
export type Right = z.infer<typeof rightSchema>;

/** Credits that must be asked for in time. A claim is in time until the end of its last local day, or to the hour. */
export const claimSchema = z.strictObject({
  anchor: z.enum(['period-end', 'outage-end']),
  within: z.union([
    z.strictObject({ days: z.int().min(0) }),
    z.strictObject({ businessDays: z.int().min(1) }),
    z.strictObject({ months: z.int().min(1) }),
    z.strictObject({ ms: msSchema }),
  ]),
});
export type Claim = z.infer<typeof claimSchema>;

export const termsSchema = z.strictObject({
  period: periodSchema,
  /** What the service's fee pays for. */
  feePer: z.enum(['month', 'quarter', 'year', 'period']),
  /** The first one is what a reader looks for: the availability of the service. */
  clauses: z.array(clauseSchema).min(1),
  /** What several clauses owe is added up, or the best for the client counts. */
  combine: z.enum(['sum', 'max']),
  limits: limitsSchema,
  /** Every sum of money is rounded once, at its line. */
  round: roundingSchema,
  rights: z.array(rightSchema),
  /** Absent: credits are given without being asked for. */
  claim: claimSchema.optional(),
});
export type Terms = z.infer<typeof termsSchema>;

/** Terms of the contract as a whole, over all of its services. */
export const contractTermsSchema = z.strictObject({
  /** Its `cap` and `yearCap` take shares of the sum of the services' fees for the period, and for a year. */
  limits: limitsSchema,
  round: roundingSchema,
});
