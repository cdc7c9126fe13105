/** Short sentences of the language: a band with its bounds, what it pays, a cap with its span, weekly hours. */
import * as z from 'zod';
import { compare, type Fraction, formatFraction, parseFraction } from '../../money/fraction.ts';
import type { Quantity, Range } from '../terms.ts';
import {
  type Amount,
  durationPattern,
  moneyPattern,
  percentPattern,
  readDuration,
  readMoney,
  readPercent,
} from '../units.ts';
import { type Refusal, refuse } from './fields.ts';

/** A text that `read` understands, or refuses with the words for what was wanted. */
const phrase = <T>(want: string, read: (text: string) => T | Refusal) =>
  z.string({ error: want }).transform((text, ctx): T => {
    const found = read(text.replace(/[ \u00A0\u202F]+/g, ' ').trim());
    if (!isRefusal(found)) return found;
    refuse(ctx, found.code, found.want);
    return z.NEVER;
  });

const isRefusal = (found: unknown): found is Refusal => typeof found === 'object' && found !== null && 'want' in found;

export type Unit = 'percent' | 'duration' | 'count';

/** What a band or a gate can be about, by the word that stands for it. */
const subjects: Readonly<Record<string, { readonly quantity: Quantity; readonly unit: Unit }>> = {
  availability: { quantity: 'figure', unit: 'percent' },
  figure: { quantity: 'figure', unit: 'percent' },
  shortfall: { quantity: 'shortfall', unit: 'percent' },
  downtime: { quantity: 'downtime', unit: 'duration' },
  excess: { quantity: 'excess', unit: 'duration' },
  outage: { quantity: 'outage-each', unit: 'duration' },
  day: { quantity: 'day-each', unit: 'duration' },
  hour: { quantity: 'hour-each', unit: 'duration' },
  outages: { quantity: 'outage-count', unit: 'count' },
  lateness: { quantity: 'late-each', unit: 'duration' },
  late: { quantity: 'late-count', unit: 'count' },
  elapsed: { quantity: 'elapsed-each', unit: 'duration' },
};
export const subjectWords = Object.keys(subjects);
export const quantityOf = (word: string): Quantity | undefined => subjects[word]?.quantity;
export const unitOf = (quantity: Quantity): Unit =>
  Object.values(subjects).find((subject) => subject.quantity === quantity)?.unit ?? 'count';

export const unitNames: Readonly<Record<Unit, string>> = {
  percent: 'a percentage such as 99.9 %',
  duration: 'a duration such as 30 min',
  count: 'a whole number',
};

/** A figure with its unit, exactly: shares of 1, milliseconds, or a number. */
export const readValue = (text: string): { readonly unit: Unit; readonly value: Fraction } | undefined => {
  if (percentPattern.test(text)) return { unit: 'percent', value: readPercent(text) };
  if (durationPattern.test(text)) return { unit: 'duration', value: parseFraction(String(readDuration(text))) };
  return /^\d{1,9}$/.test(text) ? { unit: 'count', value: parseFraction(text) } : undefined;
};

/** A band of a quantity as written, bounds exact. */
export interface Band {
  readonly quantity: Quantity;
  readonly range: Range;
  readonly text: string;
}

const wantBand =
  'a quantity between bounds whose side is written with < or <=, such as "availability < 99.9 %" or "99.0 % <= availability < 99.9 %"';

const bandPattern = /^(?:([^<>=]+?) ?(<=?) ?)?([a-z]+)? ?(?:(<=?|>=?) ?([^<>=]+))?$/;

export const readBand = (text: string): Band | Refusal => {
  const [, low, lowSign, word, sign, bound] = bandPattern.exec(text) ?? [];
  if (!sign && !lowSign) return { code: 'ambiguous-bound', want: wantBand };
  if (lowSign && (!word || sign?.startsWith('>'))) return { code: 'ambiguous-bound', want: wantBand };
  const subject = subjects[word ?? 'availability'];
  if (!subject) return { code: 'bad-value', want: `one of ${subjectWords.join(', ')} beside the sign` };
  const [from, to] = sign?.startsWith('>') ? [bound, undefined] : [low, bound];
  const values = [from, to].map((part) => (part === undefined ? undefined : readValue(part)));
  const wrong = [from, to].some((part, i) => part !== undefined && values[i]?.unit !== subject.unit);
  if (wrong) return { code: 'bad-value', want: `${word ?? 'availability'} against ${unitNames[subject.unit]}` };
  const [least, most] = values.map((found) => found?.value);
  const whole = { n: 1n, d: 1n };
  if (subject.unit === 'percent' && [least, most].some((value) => value && compare(value, whole) > 0))
    return { code: 'out-of-range', want: 'percentages from 0 % to 100 %' };
  const range: Range = {
    ...(least && { from: formatFraction(least) }),
    fromIncluded: lowSign === '<=' || sign === '>=',
    ...(most && { to: formatFraction(most) }),
    toIncluded: sign === '<=',
  };
  if (least && most) {
    const order = compare(least, most);
    const empty = order > 0 || (order === 0 && !(range.fromIncluded && range.toIncluded));
    if (empty) return { code: 'out-of-range', want: 'the smaller bound first: LOW <= availability < HIGH' };
  }
  return { quantity: subject.quantity, range, text };
};

export const bandField = phrase(wantBand, readBand).describe(
  'Which results it is about, each bound with its side: "availability < 99.9 %", "99.0 % <= availability < 99.9 %", "outage > 30 min".',
);

/** What a band or a cap is worth, before the currency is known to be the client's. */
export type WrittenAmount =
  | { readonly kind: 'share'; readonly share: string }
  | { readonly kind: 'money'; readonly amount: Amount }
  | { readonly kind: 'days' | 'hours' | 'extension-days'; readonly count: string };

const wantAmount =
  'a share of the fee (5 %), an amount (50.00 EUR), a time of the fee (3 days, 12 hours) or 2 extension days';

export const readAmount = (text: string): WrittenAmount | Refusal => {
  if (percentPattern.test(text)) return { kind: 'share', share: formatFraction(readPercent(text)) };
  if (moneyPattern.test(text)) return { kind: 'money', amount: readMoney(text) };
  const [, count = '', unit] = /^(\d{1,6}(?:\.\d{1,6})?) (days?|hours?|extension days?)$/.exec(text) ?? [];
  if (!unit) return { code: 'bad-value', want: wantAmount };
  const kind = unit.startsWith('extension') ? 'extension-days' : unit.startsWith('day') ? 'days' : 'hours';
  return { kind, count: formatFraction(parseFraction(count)) };
};

export const amountField = phrase(wantAmount, readAmount).describe(
  'A share of the base (5 %), money (50.00 EUR), days or hours of the fee (3 days, 12 hours), or more service (2 extension days).',
);

const spans = ['period', 'month', 'quarter', 'year'] as const;
export type Span = (typeof spans)[number];
const spanOf = (word: string | undefined): Span | undefined => spans.find((span) => span === word);

const wantCap = 'a duration per span, such as 4 h per month (month, quarter, year or period)';
export const durationCapField = phrase(wantCap, (text): { readonly ms: number; readonly per: Span } | Refusal => {
  const [, duration = '', word] = /^(.+) per ([a-z]+)$/.exec(text) ?? [];
  const per = spanOf(word);
  return per && durationPattern.test(duration)
    ? { ms: readDuration(duration), per }
    : { code: 'bad-value', want: wantCap };
});

const wantCount = 'a number per span, such as 12 per year (month, quarter, year or period)';
export const countCapField = phrase(wantCount, (text): { readonly count: number; readonly per: Span } | Refusal => {
  const [, count = '', word] = /^(\d{1,6}) per ([a-z]+)$/.exec(text) ?? [];
  const per = spanOf(word);
  return per ? { count: Number(count), per } : { code: 'bad-value', want: wantCount };
});

const dayWords = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export interface WeeklyHours {
  readonly days: number[];
  readonly from: string;
  readonly to: string;
}

/** `mon-fri` or `sat`, ISO numbers; a range may pass Sunday: `sat-mon`. */
const readDays = (text: string): number[] | undefined => {
  const [first = '', last = first, ...more] = text.split('-');
  const [from, to] = [dayWords.indexOf(first), dayWords.indexOf(last)];
  if (from < 0 || to < 0 || more.length > 0) return undefined;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, i) => ((from + i) % 7) + 1);
};

const wantWeekly = 'days and wall times, such as "mon-fri 08:00-19:00" or "sat, sun 09:00-12:00"';
const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const weeklyPattern = new RegExp(`^([a-z, -]+) (${clock}) ?- ?(${clock}|24:00)$`);
export const weeklyField = phrase(wantWeekly, (text): WeeklyHours | Refusal => {
  const [, words = '', from = '', to = ''] = weeklyPattern.exec(text.toLowerCase()) ?? [];
  const days = words.split(',').map((part) => readDays(part.trim()));
  if (from === '' || days.some((found) => found === undefined)) return { code: 'bad-value', want: wantWeekly };
  if (from === to) return { code: 'contradiction', want: 'an end after the beginning; 00:00-24:00 is the whole day' };
  return { days: [...new Set(days.flatMap((found) => found ?? []))].sort((a, b) => a - b), from, to };
});

const wantTime = 'a time on a clock such as 08:00';
export const timeField = phrase(wantTime, (text): string | Refusal =>
  new RegExp(`^${clock}$`).test(text) ? text : { code: 'bad-value', want: wantTime },
);
