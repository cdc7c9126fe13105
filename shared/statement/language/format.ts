/**
 * Figures, money, instants and durations as people read them, in one language and one zone.
 *
 * Nothing here rounds to the nearest: a share is cut, never raised (99.996 % is not 100 %), and a duration is whole.
 */
import type { Language } from '../../contract/plan.ts';
import { parseFraction } from '../../money/fraction.ts';
import type { Interval } from '../../time/span.ts';

/** The tag that Intl takes; a statement's `lang` attribute is the bare language. */
const locales: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-US' };

export interface Format {
  readonly language: Language;
  readonly zone: string;
  /** An exact share `n/d` as a percentage, cut to `decimals` (default 3). */
  readonly percent: (share: string, decimals?: number) => string;
  /** An exact share `n/d` as a percentage, raised to the next of `decimals`: for budgets spent, never for availability. */
  readonly percentSpent: (share: string, decimals?: number) => string;
  readonly money: (amount: { readonly currency: string; readonly minor: number; readonly digits: number }) => string;
  readonly count: (value: number) => string;
  /** Days to milliseconds, without the parts that are zero; exact. */
  readonly duration: (ms: number) => string;
  /** Date and time, with the seconds where there are any and the offset where the period has two. */
  readonly instant: (at: number) => string;
  /** Both ends, the date once where they share it. */
  readonly between: (interval: { readonly start: number; readonly end: number }) => string;
  readonly date: (at: number) => string;
  /** An exact number, as short as it can be written; what does not end is cut at six decimals. */
  readonly number: (exact: string) => string;
  /** A share as a percentage without needless zeros: a target, a band's edge. */
  readonly share: (exact: string) => string;
  /** Monday is 1. */
  readonly weekday: (iso: number) => string;
  /** `2026-10` or `2026-10-31` in words. */
  readonly calendar: (isoDate: string) => string;
  readonly list: (parts: readonly string[]) => string;
}

const [thin, hard] = ['\u202f', '\u00a0'];

/** `99.9 %` needs one decimal, `99.95 %` two: the decimals that a share written as a percentage has, at most six. */
export const decimalsOf = (share: string): number => {
  const { n, d } = parseFraction(share);
  for (let decimals = 0; decimals < 6; decimals++) if ((n * 100n * 10n ** BigInt(decimals)) % d === 0n) return decimals;
  return 6;
};

/** The decimal digits of `100 n / d`, cut or raised at `decimals`: what Intl then dresses, exactly. */
const percentage = (share: string, decimals: number, raise: boolean): string => {
  const { n, d } = parseFraction(share);
  const scaled = n * 100n * 10n ** BigInt(decimals);
  const floor = scaled / d - (scaled < 0n && scaled % d !== 0n ? 1n : 0n);
  const whole = raise && scaled % d !== 0n ? floor + 1n : floor;
  const [sign, digits] = whole < 0n ? ['-', String(-whole)] : ['', String(whole)];
  const padded = digits.padStart(decimals + 1, '0');
  return decimals === 0 ? sign + padded : `${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
};

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** The offset from UTC of a zone at an instant, as `+02:00`. */
const offsetOf = (zone: string, at: number): string => {
  const name = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return name?.replace('GMT', '') || '+00:00';
};

/** `ambiguous` is the span being told: where its zone changes offset inside it, every instant carries its own. */
export const formatFor = (language: Language, zone: string, ambiguous?: Interval): Format => {
  const locale = locales[language];
  const percentSign = language === 'fr' ? `${thin}%` : '%';
  const number = (options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  // A number format keeps a decimal string exact: no figure passes through a float.
  const decimal = (digits: string, decimals: number): string =>
    number({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(digits as `${number}`);
  const unit = (name: string, digits: string, decimals = 0): string =>
    number({
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
      .format(digits as `${number}`)
      .replace(' ', hard);
  const twoOffsets = ambiguous !== undefined && offsetOf(zone, ambiguous.start) !== offsetOf(zone, ambiguous.end - 1);
  const day = new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' });
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  // Seconds are said where there are any. An offset is named UTC in both languages: GMT reads as a place.
  const time = (at: number): string => clock.format(at).replace(/:00$/, '');
  const offset = (at: number): string =>
    twoOffsets ? `${hard}UTC${offsetOf(zone, at).replace(/([+-])0?(\d+):00/, '$1$2')}` : '';
  const dateWords = (at: number): string => {
    const said = day.format(at);
    return language === 'fr' ? said.replace(/^1 /, '1er ') : said;
  };
  const at = language === 'fr' ? ' à ' : ' at ';
  const sentence = (instant: number): string => `${dateWords(instant)}${at}${time(instant)}${offset(instant)}`;

  return {
    language,
    zone,
    percent: (share, decimals = 3) => decimal(percentage(share, decimals, false), decimals) + percentSign,
    percentSpent: (share, decimals = 1) => decimal(percentage(share, decimals, true), decimals) + percentSign,
    money: ({ currency, minor, digits }) =>
      // The digits are ISO 4217's, as the plan holds them: CLDR shows some currencies with fewer.
      number({ style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits })
        .format(minorToDecimal(minor, digits) as `${number}`)
        .replace('-', '−'),
    count: (value) => number().format(value),
    duration: (ms) => {
      const whole = Math.trunc(Math.abs(ms));
      let rest = whole;
      const said: string[] = [];
      for (const [name, size] of units) {
        const many = Math.floor(rest / size);
        rest -= many * size;
        if (many > 0) said.push(unit(name, String(many)));
      }
      const decimals = rest % 1000 === 0 ? 0 : 3;
      if (rest > 0 || said.length === 0) said.push(unit('second', minorToDecimal(rest, 3), decimals));
      return (ms < 0 ? '−' : '') + said.join(hard);
    },
    instant: sentence,
    between: ({ start, end }) => {
      const first = offset(start) === offset(end) ? '' : offset(start); // once, where both ends share it
      return day.format(start) === day.format(end)
        ? `${dateWords(start)}, ${time(start)}${first}${hard}– ${time(end)}${offset(end)}`
        : `${dateWords(start)}${at}${time(start)}${first}${hard}– ${sentence(end)}`;
    },
    date: dateWords,
    number: (exact) => {
      const { n, d } = parseFraction(exact);
      const hundredth = `${n}/${d * 100n}`;
      const decimals = decimalsOf(hundredth);
      return decimal(percentage(hundredth, decimals, false), decimals);
    },
    share: (exact) => {
      const decimals = decimalsOf(exact);
      return decimal(percentage(exact, decimals, false), decimals) + percentSign;
    },
    weekday: (iso) =>
      // 5 January 2026 was a Monday.
      new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long' }).format(Date.UTC(2026, 0, 4 + iso)),
    calendar: (isoDate) => {
      const [year = 0, month = 1, date] = isoDate.split('-').map(Number);
      const said = new Intl.DateTimeFormat(locale, {
        timeZone: 'UTC',
        year: 'numeric',
        month: 'long',
        ...(date === undefined ? {} : { day: 'numeric' }),
      }).format(Date.UTC(year, month - 1, date ?? 1));
      return language === 'fr' ? said.replace(/^1 /, '1er ') : said;
    },
    list: (said) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(said),
  };
};

/** `1234` and 2 digits are `12.34`. */
export const minorToDecimal = (minor: number, digits: number): string => {
  const [sign, padded] = [minor < 0 ? '-' : '', String(Math.abs(minor)).padStart(digits + 1, '0')];
  return digits === 0 ? sign + padded : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
};

/** French puts a narrow no-break space before `; : ! ? % »` and after `«`; the words are written with plain spaces. */
export const typographic = (french: string): string =>
  french.replace(/ (?=[;:!?%»])/g, thin).replace(/« /g, `«${thin}`);
