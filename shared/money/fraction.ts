/** Exact rational numbers. Every percentage, quantity and sum of money is one until the one rounding. */

/** In lowest terms, `d > 0`: equal numbers are equal structures. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

/** Throws on a zero denominator: a ratio over nothing is the caller's case to decide. */
export const fraction = (n: bigint | number, d: bigint | number = 1n): Fraction => {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  if (bottom === 0n) throw new Error(`a fraction over zero: ${n}/${d}`);
  const [p, q] = bottom < 0n ? [-top, -bottom] : [top, bottom];
  const common = gcd(p, q);
  return { n: p / common, d: q / common };
};

export const zero: Fraction = { n: 0n, d: 1n };
export const one: Fraction = { n: 1n, d: 1n };

export const add = (a: Fraction, b: Fraction): Fraction =>
  a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Fraction, b: Fraction): Fraction => add(a, { n: -b.n, d: b.d });
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const over = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);
export const sum = (parts: Iterable<Fraction>): Fraction => [...parts].reduce(add, zero);

/** Negative, zero or positive, as `a` is to `b`. */
export const compare = (a: Fraction, b: Fraction): number => {
  if (a === b) return 0; // as most are: nothing, or all
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
export const least = (a: Fraction, b: Fraction): Fraction => (compare(a, b) <= 0 ? a : b);
export const most = (a: Fraction, b: Fraction): Fraction => (compare(a, b) >= 0 ? a : b);

/** `"999/1000"`, or `"3"` where the denominator is one. */
export const formatFraction = ({ n, d }: Fraction): string => (d === 1n ? `${n}` : `${n}/${d}`);

/** Reads `formatFraction`'s writing, and plain decimals such as `99.95`. Throws on anything else. */
export const parseFraction = (text: string): Fraction => {
  const parts = /^(-?\d+)(?:\.(\d+))?(?:\/([1-9]\d*))?$/.exec(text);
  if (!parts?.[1]) throw new Error(`not a fraction: ${text}`);
  const decimals = parts[2] ?? '';
  return fraction(BigInt(parts[1] + decimals), 10n ** BigInt(decimals.length) * BigInt(parts[3] ?? 1));
};

export const roundings = ['half-even', 'half-up', 'half-down', 'up', 'down'] as const;
/** `up` is away from zero and `down` towards it; a half goes to the even digit, away from zero, or towards it. */
export type Rounding = (typeof roundings)[number];

const roundUp = (mode: Rounding, doubled: bigint, d: bigint, whole: bigint): boolean => {
  if (mode === 'up') return doubled > 0n;
  if (mode === 'down') return false;
  if (doubled !== d) return doubled > d;
  return mode === 'half-up' || (mode === 'half-even' && whole % 2n === 1n);
};

/** To the nearest whole number, or the one that the mode names. */
export const toWhole = ({ n, d }: Fraction, mode: Rounding): bigint => {
  const size = n < 0n ? -n : n;
  const whole = size / d;
  const rounded = roundUp(mode, 2n * (size % d), d, whole) ? whole + 1n : whole;
  return n < 0n ? -rounded : rounded;
};

/** To so many decimals, still exact: 2/3 to two decimals is 67/100. */
export const toDecimals = (value: Fraction, decimals: number, mode: Rounding): Fraction => {
  const unit = 10n ** BigInt(decimals);
  return fraction(toWhole(times(value, { n: unit, d: 1n }), mode), unit);
};

/** For people: `toDecimals`, written out. `formatDecimal(1/3, 4)` is `0.3333`. */
export const formatDecimal = (value: Fraction, decimals: number, mode: Rounding = 'half-even'): string => {
  const unit = 10n ** BigInt(decimals);
  const whole = toWhole(times(value, { n: unit, d: 1n }), mode);
  const size = whole < 0n ? -whole : whole;
  const tail = decimals === 0 ? '' : `.${(size % unit).toString().padStart(decimals, '0')}`;
  return `${whole < 0n ? '-' : ''}${size / unit}${tail}`;
};
