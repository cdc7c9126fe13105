/** The terms of an agreement, as written. Every field may be left out: what is written above in the inheritance holds. */
import * as z from 'zod';
import { roundings } from '../../money/fraction.ts';
import { creditsField, limitsField, roundedField } from './credits.ts';
import {
  countField,
  dayField,
  durationBetween,
  durationField,
  idField,
  intervalField,
  named,
  percentField,
  zoneField,
} from './fields.ts';
import { countCapField, durationCapField, timeField, weeklyField } from './phrases.ts';
import { ruleField } from './rule.ts';

const none = z.literal('none');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: values.join(', ') });

/** Endpoint names, or a tree of them. */
export type WrittenCompose =
  | string
  | { all: WrittenCompose[] }
  | { any: WrittenCompose[] }
  | { 'at-least': number; of: WrittenCompose[] }
  | { longest: WrittenCompose[] }
  | { pooled: WrittenCompose[] }
  | { weighted: Record<string, number> };

const wantCompose =
  'all, any, an endpoint, or { all | any | longest | pooled: [...] }, { at-least: 2, of: [...] }, { weighted: { a: 3, b: 1 } }';
export const composeField: z.ZodType<WrittenCompose> = z
  .lazy(() =>
    z.union(
      [
        z.string(),
        z.strictObject({ all: z.array(composeField).min(1) }),
        z.strictObject({ any: z.array(composeField).min(1) }),
        z.strictObject({ 'at-least': countField(1, 1000, 'how many must be up'), of: z.array(composeField).min(1) }),
        z.strictObject({ longest: z.array(composeField).min(1) }),
        z.strictObject({ pooled: z.array(composeField).min(1) }),
        z.strictObject({ weighted: z.record(idField, countField(1, 1_000_000, 'a weight')) }),
      ],
      { error: wantCompose },
    ),
  )
  .meta({ id: 'compose', description: `When the service is up: ${wantCompose}.` });

export const hoursField = z
  .union([
    z.literal('around-the-clock'),
    z.strictObject({
      weekly: z.array(weeklyField).min(1).describe('Such as "mon-fri 08:00-19:00".'),
      zone: zoneField.optional().describe("The client's zone if it is left out."),
      holidays: z
        .array(
          z.union([dayField, idField], {
            error: "a day such as 2026-12-25, or the name of one of the provider's holiday lists",
          }),
        )
        .optional()
        .describe("Days without hours: days, or names of the provider's holiday lists."),
    }),
  ])
  .meta({ id: 'hours', description: 'around-the-clock, or weekly hours in the time zone of the client.' });
export type WrittenHours = z.output<typeof hoursField>;

const treatField = oneOf(['exclude', 'up', 'down']).describe(
  'Taken out of the total, counted as up, or not excused at all.',
);

const windowFields = {
  treat: oneOf(['exclude', 'up', 'down', 'lost'])
    .optional()
    .describe('Taken out of the total, counted as up, not excused at all, or downtime itself whatever was measured.'),
  overrun: oneOf(['counts', 'excused'])
    .optional()
    .describe('An outage that begins in a window counts from its end on, or is excused to its own end.'),
  notice: durationField
    .optional()
    .describe('Declared at least so long before; exactly so much is enough. 0 min: not tested.'),
  late: oneOf(['nothing', 'partial'])
    .optional()
    .describe('Declared too late: nothing is excused, or what lies beyond declaration + notice.'),
  within: hoursField.optional().describe('Maintenance outside these hours is not excused.'),
  longest: z.union([none, durationField]).optional().describe('At most so much of each window is excused.'),
  cap: z.union([none, durationCapField]).optional().describe('At most so much in all, such as "4 h per month".'),
  most: z.union([none, countCapField]).optional().describe('At most so many windows, such as "12 per year".'),
};

const recurringField = z.strictObject({
  rule: ruleField,
  first: dayField.describe('Day of the first one.'),
  at: timeField.describe('Wall time at which it begins, such as "02:00".'),
  for: durationBetween('1 min', '7 d'),
  zone: zoneField.optional(),
  kind: oneOf(['scheduled', 'emergency']).optional(),
});

export const maintenanceField = z.strictObject({
  ...windowFields,
  emergency: z
    .strictObject(windowFields)
    .optional()
    .describe('Maintenance that could not wait, under rules of its own.'),
  windows: named(recurringField, 'recurring windows')
    .optional()
    .describe('Windows that the contract itself declares, over and over.'),
});

export const granularityField = z
  .union([
    z.literal('exact'),
    z.literal('samples'),
    z.strictObject({ whole: durationField, round: oneOf(['down', 'up', 'nearest']) }),
    z.strictObject({
      buckets: durationField,
      align: oneOf(['period', 'clock']).optional(),
      bad: z.union([oneOf(['throughout', 'any']), percentField], { error: 'throughout, any, or a share such as 20 %' }),
    }),
    z.strictObject({ 'mean-of-buckets': durationField }),
  ])
  .describe(
    'exact, samples, { whole: 1 min, round: down }, { buckets: 5 min, bad: throughout } or { mean-of-buckets: 5 min }.',
  );

/** How lost time is measured. */
export const downtimeFields = {
  degraded: oneOf(['up', 'down']).optional(),
  clock: oneOf(['outage', 'confirmation', 'ticket']).optional().describe('When the clock of an outage starts.'),
  quorum: z
    .union([z.literal('majority'), countField(1, 50, 'places that must agree')], {
      error: 'majority, or a number of places',
    })
    .optional()
    .describe('How many places must see an outage.'),
  reach: z
    .union([z.literal('two intervals'), durationField])
    .optional()
    .describe('How long a sample holds when no other follows.'),
  weigh: oneOf(['whole', 'affected']).optional().describe('Whether an outage weighs the share of users it touched.'),
  life: oneOf(['activation', 'whole-period']).optional(),
  unmeasured: treatField.optional().describe('Time in which nothing was measured.'),
  coverage: percentField
    .optional()
    .describe('Where less of the time was measured, a human must look before anything is sent.'),
  'minimum-outage': z
    .strictObject({
      'at-least': durationField.optional(),
      'longer-than': durationField.optional(),
      on: oneOf(['event', 'counted'])
        .optional()
        .describe('Tested as it happened, or on what is left after maintenance.'),
      counts: oneOf(['whole', 'excess']).optional(),
    })
    .optional()
    .describe('Shorter outages do not count.'),
  allowance: z
    .strictObject({ 'per-outage': durationField.optional(), 'per-period': durationField.optional() })
    .optional()
    .describe('Free time, taken off each outage and then off the period.'),
  granularity: granularityField.optional(),
  denominator: z
    .union([oneOf(['service-time', 'whole-period', 'up-time']), z.strictObject({ fixed: durationField })])
    .optional()
    .describe('What downtime is divided by; { fixed: 730 h } where the contract says so.'),
};

export const probeFields = {
  every: intervalField
    .optional()
    .describe('Time between two probes: whole minutes, or 10 s, 15 s, 20 s or 30 s, which cost as many times more.'),
  timeout: durationBetween('100 ms', '30 s').optional().describe('After which a probe has failed, redirects included.'),
  retry: durationBetween('0 s', '30 s')
    .optional()
    .describe('How long after a failed attempt a second one may save the probe; 0 s for none. Both are one sample.'),
  confirm: countField(1, 10, 'failures in a row').optional().describe('Failures in a row that make an outage.'),
  places: z
    .array(idField, { error: 'a list of places such as [home, frankfurt]' })
    .min(1)
    .optional()
    .describe('Who probes: ids of `places` in provider.yaml. Home and every region if it is left out.'),
};

export const testedField = z
  .union([z.literal('exact'), roundedField])
  .describe('The figure is tested as it is, or rounded first.');

const withinField = z.union(
  [durationField, z.string().regex(/^\d{1,3} business days?$/, { error: '2 business days' })],
  {
    error: 'a duration such as 4 h, or 2 business days',
  },
);

const deadlineFields = {
  hours: hoursField.optional().describe("The clock runs in these hours; the service's own if it is left out."),
  target: z.union([none, percentField]).optional().describe('The share that must be in time.'),
  pauses: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Whether the clock stops while waiting for the client.'),
  open: oneOf(['judge', 'defer']).optional(),
  credits: creditsField.optional(),
};

const pricedCellField = z.strictObject({
  within: withinField,
  target: z.union([none, percentField]).optional(),
  credits: creditsField.optional(),
});
export type PricedCell = z.output<typeof pricedCellField>;

/** One cell of the table: a time, or a time with a target and a price of its own. */
const cellField = z
  .union([none, withinField, pricedCellField])
  .describe('A time such as 4 h or 2 business days; { within, target, credits } where only this cell has them.');

/** What is answered and mended in time, for one severity; what stands beside the cells holds for both of them. */
export const responseField = z.strictObject({
  response: cellField.optional(),
  resolution: cellField.optional(),
  ...deadlineFields,
});

const clauseCommon = {
  target: z.union([none, percentField]).optional(),
  tested: testedField.optional(),
  credits: creditsField.optional(),
};

/** A promise of its own beside the availability. */
export const clauseField = z.strictObject({
  ...clauseCommon,
  downtime: z
    .strictObject({ 'up-when': composeField.optional(), ...downtimeFields, hours: hoursField.optional() })
    .optional()
    .describe('Measured as the availability is, but for these fields.'),
  requests: z
    .strictObject({
      mode: oneOf(['total', 'mean', 'threshold']),
      interval: durationField.optional(),
      'bad-from': percentField.optional(),
      'bad-above': percentField.optional(),
      consecutive: countField(1, 10_000, 'bad intervals in a row').optional(),
      empty: oneOf(['good', 'exclude']).optional(),
    })
    .optional()
    .describe('Requests that failed, over all requests.'),
  tickets: z
    .strictObject({
      of: oneOf(['response', 'resolution', 'alert']),
      severities: z.array(idField).min(1).optional(),
      within: withinField,
      hours: hoursField.optional(),
      pauses: z.boolean({ error: 'true or false' }).optional(),
      open: oneOf(['judge', 'defer']).optional(),
    })
    .optional(),
  deliveries: z.literal(true, { error: 'true' }).optional(),
});
export type WrittenClause = z.output<typeof clauseField>;

const periodWords =
  /^(calendar (month|quarter|year)|billing month from day ([1-9]|[12]\d|3[01])|contract year|rolling [1-9]\d{0,2} (days|hours))$/;
const wantPeriod =
  'calendar month, calendar quarter, calendar year, billing month from day 15, contract year, rolling 30 days or rolling 24 hours';

const rightField = z
  .strictObject({
    clause: idField.optional().describe('The clause it looks at; the availability if it is left out.'),
    below: percentField.optional(),
    'down-longer-than': durationField.optional(),
    count: countField(1, 120, 'bad periods').optional(),
    of: countField(1, 120, 'periods looked at, this one included').optional(),
    days: countField(1, 3660, 'days looked at').optional(),
    'outages-more-than': countField(0, 100_000, 'outages').optional(),
    'longer-together-than': durationField.optional(),
    shortest: durationField.optional(),
    late: countField(1, 100_000, 'late tickets').optional(),
  })
  .describe(
    'What the client may do, such as leave: after `count` bad periods `of` the last ones, or outages in any `days`.',
  );

const claimField = z.union(
  [
    none,
    z.strictObject({
      within: z.union(
        [
          durationField,
          z
            .string()
            .regex(/^\d{1,3} (business days?|days?|months?)$/, { error: '30 days, 5 business days or 1 month' }),
        ],
        {
          error: '30 days, 5 business days, 1 month or 48 h',
        },
      ),
      after: oneOf(['period-end', 'outage-end']),
    }),
  ],
  { error: 'none, or { within: 30 days, after: period-end }' },
);

export const termsField = z
  .strictObject({
    period: z
      .string({ error: wantPeriod })
      .regex(periodWords, { error: wantPeriod })
      .optional()
      .describe(`What one statement covers: ${wantPeriod}.`),
    'fee-per': oneOf(['month', 'quarter', 'year', 'period']).optional().describe('What a fee pays for.'),
    target: z.union([none, percentField]).optional().describe('The availability promised, such as 99.9 %.'),
    tested: testedField.optional(),
    hours: hoursField.optional().describe('When the service is promised: around-the-clock, or weekly hours.'),
    probe: z.strictObject(probeFields).optional().describe('How endpoints are probed, unless they say otherwise.'),
    downtime: z.strictObject(downtimeFields).optional().describe('What counts as lost time.'),
    maintenance: maintenanceField.optional().describe('What excuses announced work, and what limits it.'),
    exclusions: treatField
      .optional()
      .describe("Time that an operator takes out: the client's own doing, force majeure."),
    credits: creditsField.optional(),
    response: named(responseField, 'severities').optional().describe('By severity: how fast is answered and mended.'),
    clauses: named(clauseField, 'clauses')
      .optional()
      .describe('Promises beside the availability, each under its own name.'),
    combine: oneOf(['sum', 'best'])
      .optional()
      .describe('Credits of several clauses add up, or the best for the client counts.'),
    limits: limitsField.optional(),
    round: oneOf(roundings).optional().describe('Of money, once, at the line.'),
    rights: named(rightField, 'rights').optional().describe('What is not money, such as leaving early.'),
    claim: claimField.optional().describe('Whether credits must be asked for in time; none: they are given.'),
  })
  .meta({ id: 'terms', description: 'Terms of the agreement. What is left out is inherited.' });
export type WrittenTerms = z.output<typeof termsField>;
