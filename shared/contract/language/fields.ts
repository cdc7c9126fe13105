/** Fields that every file of the language is made of: what may be written, the words for what is wanted, exact values out. */
import * as z from 'zod';
import { minuteMs, shortIntervalsMs } from '../../probe/check-schema.ts';
import { wholeId } from '../../probe/id.ts';
import { currencyCodes, isCurrency } from '../currency.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { ProblemCode } from '../problem.ts';
import {
  datePattern,
  durationPattern,
  isDay,
  isZone,
  moneyPattern,
  percentPattern,
  readDuration,
  readMoney,
  readPercent,
  zoneNames,
} from '../units.ts';

/** What a refusal tells the reporter: zod's own codes know nothing of currencies or bands. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly want: string;
}

/** Refuses a value that is well written and still wrong. */
export const refuse = (
  ctx: { readonly addIssue: (issue: { code: 'custom'; path?: PropertyKey[]; params: Refusal }) => void },
  code: ProblemCode,
  want: string,
  path: PropertyKey[] = [],
): void => ctx.addIssue({ code: 'custom', path, params: { code, want } });

/** A text of that pattern. */
export const written = (pattern: RegExp, want: string) => z.string({ error: want }).regex(pattern, { error: want });

const wantId = 'lower-case letters, digits and hyphens, 40 at most, such as saint-roch';
export const idField = written(wholeId, wantId);

/** Controls colour and rewrite the terminal that prints them; bidirectional overrides turn round what is read. */
const hidden = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

export const nameField = z
  .string({ error: 'a name' })
  .regex(/\S/, { error: 'a name' })
  .max(200, { error: 'a name of at most 200 characters' })
  .refine((text) => !hidden.test(text), { error: 'a name in one line without control characters' });

export const wordsField = z
  .string({ error: 'a text' })
  .regex(/\S/, { error: 'a text' })
  .max(2000, { error: 'a text of at most 2000 characters' })
  .refine((text) => !hidden.test(text.replace(/[\n\t]/g, '')), { error: 'a text without control characters' });

/** One text for every language, or one for each. */
export const textField = z
  .union([wordsField, z.strictObject({ fr: wordsField.optional(), en: wordsField.optional() })])
  .describe('A text, or one for each language: { fr: …, en: … }.');
export type TextField = z.output<typeof textField>;

const wantDay = 'a day such as 2026-10-01';
export const dayField = written(datePattern, wantDay).superRefine((day, ctx) => {
  if (datePattern.test(day) && !isDay(day)) refuse(ctx, 'bad-value', 'a day that the calendar has');
});

const wantPercent = 'a percentage from 0 % to 100 % with its sign, such as 99.9 %';
export const percentField = written(percentPattern, wantPercent)
  .superRefine((text, ctx) => {
    if (!percentPattern.test(text)) return;
    const { n, d } = readPercent(text);
    if (n > d) refuse(ctx, 'out-of-range', wantPercent);
  })
  .transform(readPercent);

const wantDuration = 'a duration with its unit (ms, s, min, h, d), such as 30 min or 1 h 30 min';
export const durationField = written(durationPattern, wantDuration).transform(readDuration);

/** A duration of those that are allowed, which `want` names. */
const durationOf = (want: string, isAllowed: (ms: number) => boolean) =>
  written(durationPattern, `${wantDuration}; ${want}`)
    .superRefine((text, ctx) => {
      if (durationPattern.test(text) && !isAllowed(readDuration(text))) refuse(ctx, 'out-of-range', want);
    })
    .transform(readDuration);

/** A duration between two limits, both allowed. */
export const durationBetween = (least: string, most: string, step?: string) =>
  durationOf(`${step ? `whole steps of ${step}, ` : ''}from ${least} to ${most}`, (ms) => {
    const whole = step === undefined || ms % readDuration(step) === 0;
    return ms >= readDuration(least) && ms <= readDuration(most) && whole;
  });

/** Between two probes. */
export const intervalField = durationOf('10 s, 15 s, 20 s, 30 s, or whole minutes to 24 h', (ms) => {
  const minutes = ms / minuteMs;
  return (
    shortIntervalsMs.some((one) => one === ms) || (Number.isInteger(minutes) && minutes >= 1 && minutes <= 24 * 60)
  );
});

const wantMonths = 'whole months, from 13 months to 121 months, such as 25 months';
export const retentionField = written(/^(?:1[3-9]|[2-9]\d|1[01]\d|12[01]) months$/, wantMonths)
  .transform((text) => Number.parseInt(text, 10))
  .describe('How long every sample is kept and cannot be changed, such as 25 months.');

const wantMoney =
  'an amount and its currency, such as 1 250.00 EUR: a point before the cents, spaces between thousands';
export const moneyField = written(moneyPattern, wantMoney)
  .superRefine((text, ctx) => {
    if (!moneyPattern.test(text)) return;
    const { currency } = readMoney(text);
    if (!isCurrency(currency))
      refuse(ctx, 'unknown-currency', `an ISO 4217 currency: ${didYouMean(currency, currencyCodes)}`);
  })
  .transform(readMoney);

const wantCurrency = 'an ISO 4217 currency such as EUR';
export const currencyField = z
  .string({ error: wantCurrency })
  .superRefine((code, ctx) => {
    if (!isCurrency(code)) refuse(ctx, 'unknown-currency', `${wantCurrency}: ${didYouMean(code, currencyCodes)}`);
  })
  .meta({ pattern: '^[A-Z]{3}$', examples: ['EUR', 'USD', 'GBP', 'CHF', 'CAD'] });

const wantZone = 'an IANA time zone such as Europe/Paris';
export const zoneField = z
  .string({ error: wantZone })
  .superRefine((name, ctx) => {
    if (!isZone(name)) refuse(ctx, 'unknown-zone', `${wantZone}: ${didYouMean(name, zoneNames)}`);
  })
  .meta({ examples: ['Europe/Paris', 'America/New_York', 'Europe/London', 'UTC'] });

export const languageField = z.enum(['fr', 'en'], { error: 'fr or en' });

export const countField = (least: number, most: number, what: string) => {
  const want = `${what}: a whole number from ${least} to ${most}`;
  return z.int({ error: want }).min(least, { error: want }).max(most, { error: want });
};

/** A name for each thing instead of a list: the name is its id. */
export const named = <V extends z.ZodType>(value: V, what: string) =>
  z.record(idField, value, { error: `${what}, each under its id` });
