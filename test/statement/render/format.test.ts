import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalsOf, formatFor, typographic } from '../../../shared/statement/language/format.ts';
import { interval } from '../../../shared/time/span.ts';

const [thin, hard] = ['\u202f', '\u00a0'];
const french = formatFor('fr', 'Europe/Paris');
const english = formatFor('en', 'America/New_York');

describe('a share as a percentage', () => {
  test.each([
    { name: '99.996 % is not shown as 100', share: '99996/100000', fr: `99,99${thin}%`, en: '99.99%', decimals: 2 },
    {
      name: 'a millisecond of downtime in a month still shows',
      share: '2678399999/2678400000',
      fr: `99,999${thin}%`,
      en: '99.999%',
      decimals: 3,
    },
    { name: 'all of it is 100', share: '1/1', fr: `100,000${thin}%`, en: '100.000%', decimals: 3 },
    { name: 'none of it is 0', share: '0/7', fr: `0${thin}%`, en: '0%', decimals: 0 },
    { name: 'a third is cut', share: '1/3', fr: `33,333${thin}%`, en: '33.333%', decimals: 3 },
    {
      name: 'past 2⁵³ nothing is lost',
      share: '31535999999999999/31536000000000000',
      fr: `99,999999${thin}%`,
      en: '99.999999%',
      decimals: 6,
    },
  ])('$name', ({ share, fr, en, decimals }) => {
    expect(french.percent(share, decimals)).toBe(fr);
    expect(english.percent(share, decimals)).toBe(en);
  });

  test('what is shown is never more than what is true', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 6 }), (whole, decimals) => {
        const shown = Number(
          english
            .percent(`${whole - 1}/${whole}`, decimals)
            .slice(0, -1)
            .replaceAll(',', ''),
        );
        expect(shown).toBeLessThan(100);
        expect(shown).toBeLessThanOrEqual(((whole - 1) / whole) * 100 + 1e-9);
      }),
    );
  });

  test('a budget overspent by a millisecond is shown as more than all of it', () => {
    expect(english.percentSpent('2592001/2592000')).toBe('100.1%');
  });

  test.each([
    ['999/1000', 1],
    ['9995/10000', 2],
    ['1/1', 0],
    ['1/3', 6],
  ])('%s needs %i decimals', (share, decimals) => expect(decimalsOf(share)).toBe(decimals));
});

describe('money', () => {
  test.each([
    { amount: { currency: 'EUR', minor: 123_456_70 }, fr: `123${thin}456,70${hard}€`, en: '€123,456.70' },
    { amount: { currency: 'USD', minor: 5 }, fr: `0,05${hard}$US`, en: '$0.05' },
    { amount: { currency: 'EUR', minor: -10_00 }, fr: `−10,00${hard}€`, en: '−€10.00' },
    {
      amount: { currency: 'EUR', minor: 9_007_199_254_740_991 },
      fr: `90${thin}071${thin}992${thin}547${thin}409,91${hard}€`,
      en: '€90,071,992,547,409.91',
    },
  ])('$amount.minor $amount.currency', ({ amount, fr, en }) => {
    expect(french.money({ ...amount, digits: 2 })).toBe(fr);
    expect(english.money({ ...amount, digits: 2 })).toBe(en);
  });

  test('a yen has no minor unit and a dinar has three digits', () => {
    expect(english.money({ currency: 'JPY', minor: 500, digits: 0 })).toBe('¥500');
    expect(english.money({ currency: 'TND', minor: 1_250, digits: 3 })).toBe(`TND${hard}1.250`);
  });
});

describe('durations', () => {
  test.each([
    { ms: 0, fr: '0 s', en: '0 sec' },
    { ms: 239_000, fr: '3 min 59 s', en: '3 min 59 sec' },
    { ms: 45_250, fr: '45,250 s', en: '45.250 sec' },
    { ms: 86_400_000 + 7_200_000, fr: '1 j 2 h', en: '1 day 2 hr' },
    { ms: -60_000, fr: '−1 min', en: '−1 min' },
  ])('$ms ms', ({ ms, fr, en }) => {
    expect(french.duration(ms).replaceAll(hard, ' ').replaceAll(thin, ' ')).toBe(fr);
    expect(english.duration(ms).replaceAll(hard, ' ')).toBe(en);
  });
});

describe('instants', () => {
  const october = interval(Date.UTC(2026, 8, 30, 22), Date.UTC(2026, 9, 31, 23));
  const told = formatFor('fr', 'Europe/Paris', october);

  test('the hour that Paris lives twice is told apart by its offset', () => {
    expect(told.instant(Date.UTC(2026, 9, 25, 0, 30))).toBe(`25 octobre 2026 à 02:30${hard}UTC+2`);
    expect(told.instant(Date.UTC(2026, 9, 25, 1, 30))).toBe(`25 octobre 2026 à 02:30${hard}UTC+1`);
  });

  test('a month with one offset does not repeat it', () => {
    const july = formatFor('fr', 'Europe/Paris', interval(Date.UTC(2026, 5, 30, 22), Date.UTC(2026, 6, 31, 22)));
    expect(july.instant(Date.UTC(2026, 6, 14, 8))).toBe('14 juillet 2026 à 10:00');
  });

  test('an interval within a day says its date once', () => {
    const start = Date.UTC(2026, 6, 14, 8);
    expect(english.between({ start, end: start + 90_000 })).toBe(`July 14, 2026, 04:00${hard}– 04:01:30`);
    expect(english.between({ start, end: start + 86_400_000 })).toBe('July 14, 2026 at 04:00 – July 15, 2026 at 04:00');
  });

  test('months and dates are calendar words, whatever the zone', () => {
    expect(french.calendar('2026-10')).toBe('octobre 2026');
    expect(english.calendar('2026-11-30')).toBe('November 30, 2026');
  });
});

test('French punctuation keeps to its word', () => {
  expect(typographic('Avoir dû : « rien » !')).toBe(`Avoir dû${thin}: «${thin}rien${thin}»${thin}!`);
});
