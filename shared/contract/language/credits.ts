/** What is owed when a promise is broken, as written. */
import * as z from 'zod';
import { roundings } from '../../money/fraction.ts';
import { countField, durationField, moneyField, named, percentField } from './fields.ts';
import { amountField, bandField, subjectWords } from './phrases.ts';

const paidBand = z
  .strictObject({ when: bandField, pay: amountField })
  .describe('One band: which results, and what each brings the client.');

/** A unit that steps are counted in: a duration, a percentage, a number, or the whole of the time served. */
export const stepUnitField = z
  .string({ error: 'what one step is: 30 min, 0.1 %, 1, service time or whole period' })
  .regex(/^(\d[\d.]*[ \u00A0\u202F]?(%|ms|s|min|h|d)|\d+|service time|whole period)$/, {
    error: 'what one step is: 30 min, 0.1 %, 1, service time or whole period',
  });

const stepsField = z
  .strictObject({
    of: z.enum(subjectWords, { error: `one of ${subjectWords.join(', ')}` }),
    each: stepUnitField.describe(
      'What one step is: "1 h", "0.1 %", "1"; "service time" or "whole period" for a pro rata.',
    ),
    count: z
      .enum(['completed', 'started', 'in-proportion'], { error: 'completed, started or in-proportion' })
      .describe('Only completed steps pay, or started ones too, or each instant in proportion.'),
    pay: amountField,
    first: z
      .strictObject({ pay: amountField, 'up-to': stepUnitField })
      .optional()
      .describe('Owed from the first instant; steps are counted from what it covers.'),
  })
  .describe('So much for each unit of time, of percentage or of number.');

const gateField = z
  .union([
    bandField,
    z.strictObject({ below: percentField, 'periods-running': countField(2, 120, 'periods in a row') }),
    z.strictObject({
      'an-outage-longer-than': durationField.optional(),
      'outages-more-than': countField(0, 100_000, 'outages').optional(),
    }),
  ])
  .describe('What must hold before anything is owed: a band, several bad periods running, or outages.');

export const baseField = z
  .union([
    z.enum(['service', 'contract', 'endpoints', 'value'], { error: 'service, contract, endpoints or value' }),
    z.strictObject({
      of: z.enum(['service', 'contract', 'endpoints', 'value'], { error: 'service, contract, endpoints or value' }),
      per: z
        .enum(['period', 'written'], { error: 'period or written' })
        .optional()
        .describe('A share is of what the whole period costs, or of the fee as written: a month of a yearly period.'),
      share: percentField.optional().describe('Only this share of it: 25 % where one unit in four was hit.'),
      day: z
        .union([countField(1, 366, 'days that the base pays for'), z.literal('of period')], {
          error: 'a number of days such as 30, or "of period"',
        })
        .optional()
        .describe('What a day of it is worth: the base over 30, or over the days of the period.'),
    }),
  ])
  .describe("What shares are taken of: the service's fee, the whole contract's, or the fees of the endpoints hit.");

export const roundedField = z.strictObject({
  decimals: countField(0, 12, 'decimals of the percentage'),
  mode: z.enum(roundings, { error: roundings.join(', ') }),
});

export const creditField = z.strictObject({
  bands: z.array(paidBand).min(1).optional().describe('From the mildest to the worst; exactly one applies.'),
  overlap: z
    .enum(['first', 'last'], { error: 'first or last' })
    .optional()
    .describe('Only where bands overlap on purpose: which of them counts.'),
  gaps: z
    .literal('allowed', { error: 'allowed' })
    .optional()
    .describe('Only where bands leave holes on purpose: holes pay nothing.'),
  steps: stepsField.optional(),
  fixed: amountField.optional().describe('Owed once, behind `only-if`.'),
  only: bandField.optional().describe('Only outages, days or tickets in this range count: "outage > 30 min".'),
  'only-if': z.array(gateField).min(1).optional(),
  base: baseField.optional(),
  'round-share': roundedField
    .optional()
    .describe('Where the contract rounds the share before it is applied to the fee.'),
  'cap-each': z
    .array(paidBand)
    .min(1)
    .optional()
    .describe('The most that one outage, day or ticket brings, by its length.'),
  cap: amountField.optional().describe('The most that this credit brings in a period.'),
});
export type WrittenCredit = z.output<typeof creditField>;

/** A plain list of bands, or schedules by name. */
export const creditsField = z
  .union([z.array(paidBand), named(creditField, 'credits')])
  .describe(
    'A list of bands ({ when, pay }) from the mildest to the worst, or several schedules, each under its own name.',
  );
export type WrittenCredits = z.output<typeof creditsField>;

const none = z.literal('none');

/** `none` takes an inherited limit away. */
export const limitsField = z
  .strictObject({
    minimum: z
      .union([none, moneyField, z.strictObject({ 'more-than': moneyField })])
      .optional()
      .describe('Less than this is not paid; { more-than: 5 EUR } leaves out the amount itself.'),
    cap: z.union([none, amountField]).optional().describe('The most that is credited for a period: "50 %" of its fee.'),
    'year-cap': z.union([none, amountField]).optional().describe('The most in a contract year.'),
    franchise: z
      .union([none, moneyField])
      .optional()
      .describe('Nothing is paid until the sum over the contract passes this.'),
  })
  .meta({ id: 'limits', description: 'Applied in this order; what each took off is shown on the statement.' });
export type WrittenLimits = z.output<typeof limitsField>;
