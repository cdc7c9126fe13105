/**
 * Human units to exact ones. Each pattern is what an editor checks while one types, each reader what the decoder
 * calls on a text that matched.
 */

import { type Fraction, fraction, over, parseFraction, times } from '../money/fraction.ts';

const space = '[ \\u00A0\\u202F]'; // plain, no-break, and the narrow no-break that French typography puts before %
const number = '\\d{1,15}(?:\\.\\d{1,12})?';

export const percentPattern = new RegExp(`^${number}${space}?%$`);
export const durationPattern = new RegExp(
  `^(?:\\d{1,9}${space}?(?:ms|s|min|h|d))(?:${space}\\d{1,9}${space}?(?:ms|s|min|h|d))*$`,
);
export const moneyPattern = new RegExp(
  `^\\d{1,3}(?:${space}?\\d{3})*(?:\\.\\d{1,4})?${space}?[A-Z]{3}$|^${number}${space}?[A-Z]{3}$`,
);
export const datePattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** `99.9 %` → 999/1000. */
export const readPercent = (text: string): Fraction => over(parseFraction(text.replace(/[^\d.]/g, '')), fraction(100));

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1 h 30 min` → 5,400,000. A `d` is 24 hours. */
export const readDuration = (text: string): number => {
  let ms = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)[^\da-z]*(ms|min|s|h|d)/g))
    ms += Number(count) * (unitMs[unit] ?? 0);
  return ms;
};

/** An amount as written, before anyone knows the decimals of its currency. */
export interface Amount {
  readonly currency: string;
  readonly units: Fraction;
}

/** `1 250.00 EUR` → 1250 EUR. */
export const readMoney = (text: string): Amount => ({
  currency: text.slice(-3),
  units: parseFraction(text.slice(0, -3).replace(/[^\d.]/g, '')),
});

/** Whole minor units, or none when the amount is finer than the currency: `1.005 EUR`. */
export const toMinor = ({ units }: Amount, digits: number): number | undefined => {
  const scaled = times(units, fraction(10n ** BigInt(digits)));
  return scaled.d === 1n && scaled.n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(scaled.n) : undefined;
};

/** Whether a text that matched `datePattern` is a day of the calendar: `2026-02-30` is not. */
export const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

const zones = new Map<string, boolean>();

/** Whether Node's tzdata knows the zone, under its own name or an alias; offsets such as `+01:00` are not zones. */
export const isZone = (name: string): boolean => {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let found = /^[A-Za-z]/.test(name);
  try {
    if (found) new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    found = false; // RangeError is how Intl says that there is no such zone
  }
  zones.set(name, found);
  return found;
};

export const zoneNames: readonly string[] = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
