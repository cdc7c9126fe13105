/** What is owed at most, at least, and in a year; in this order, each telling what it took off. */
import type { Amount, Limits } from '../contract/terms.ts';
import { type Fraction, fraction, over, parseFraction, type Rounding, times, toWhole } from '../money/fraction.ts';

export type CutBy = 'minimum' | 'cap-service' | 'cap-contract' | 'cap-year' | 'franchise';

export interface LimitScene {
  readonly round: Rounding;
  /** Of the period, and of a year: what a share in `cap` and in `yearCap` is taken of. */
  readonly periodFee: Fraction;
  readonly yearFee: Fraction;
  readonly daysOfPeriod: number;
  readonly creditedThisYear: bigint;
  readonly owedEver: bigint;
  readonly capName: 'cap-service' | 'cap-contract';
}

export interface Limited {
  readonly minor: bigint;
  readonly cuts: readonly { readonly by: CutBy; readonly minor: bigint }[];
}

const amountOf = (amount: Amount, fee: Fraction, days: number, round: Rounding): bigint | undefined => {
  switch (amount.kind) {
    case 'share':
      return toWhole(times(fee, parseFraction(amount.share)), round);
    case 'money':
      return BigInt(amount.minor);
    case 'days':
    case 'hours': {
      const count = over(parseFraction(amount.count), fraction(amount.kind === 'days' ? 1 : 24));
      return toWhole(times(over(fee, fraction(days)), count), round);
    }
    case 'extension-days':
      return undefined; // limits days of service, never money
  }
};

export const limited = (owed: bigint, limits: Limits, scene: LimitScene): Limited => {
  const cuts: { by: CutBy; minor: bigint }[] = [];
  let minor = owed;
  const atMost = (by: CutBy, most: bigint | undefined) => {
    if (most === undefined || minor <= most) return;
    const left = most > 0n ? most : 0n;
    if (minor > left) cuts.push({ by, minor: minor - left });
    minor = left;
  };
  const { minimum, cap, yearCap, franchise } = limits;
  if (minimum) {
    const least = BigInt(minimum.minor);
    if (minimum.than === 'at-least' ? minor < least : minor <= least) atMost('minimum', 0n);
  }
  if (cap) atMost(scene.capName, amountOf(cap, scene.periodFee, scene.daysOfPeriod, scene.round));
  const ofYear = yearCap && amountOf(yearCap, scene.yearFee, 365, scene.round);
  if (ofYear !== undefined) atMost('cap-year', ofYear - scene.creditedThisYear);
  if (franchise && scene.owedEver + minor <= BigInt(franchise.minor)) atMost('franchise', 0n);
  return { minor, cuts };
};
