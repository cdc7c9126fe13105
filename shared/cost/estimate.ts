/** The whole answer: Vigie's month by service, and the same watching as others do it. */
import { type Fraction, minus, over } from '../money/fraction.ts';
import { type Bill, billOf } from './bill.ts';
import { minutes } from './design.ts';
import { lambdaPerCheck, loopingLambda, route53, synthetics } from './others.ts';
import type { Prices, Quantity } from './prices.ts';
import type { Units } from './units.ts';
import { vigieMonth } from './vigie.ts';
import type { Workload } from './workload.ts';

export const otherDesigns = {
  loopingLambda: { name: 'One looping Lambda, an item a sample', month: loopingLambda },
  lambdaPerCheck: { name: 'A Lambda and a schedule per check', month: lambdaPerCheck },
  route53: { name: 'Route 53 health checks', month: route53 },
  synthetics: { name: 'CloudWatch Synthetics', month: synthetics },
} as const satisfies Record<string, { name: string; month: (workload: Workload, units: Units) => Quantity[] }>;
export type OtherDesign = keyof typeof otherDesigns;

export interface Estimate {
  readonly workload: Workload;
  readonly freeTier: boolean;
  readonly vigie: Bill;
  readonly others: readonly { readonly design: OtherDesign; readonly name: string; readonly bill: Bill }[];
  /** A month in which nothing fails, so without the slow lane: what the other designs' months are, too. */
  readonly calm: Bill;
  /** And more, if something were down all the time. */
  readonly alwaysDown: Fraction;
}

const designs = ['loopingLambda', 'lambdaPerCheck', 'route53', 'synthetics'] as const;

export const estimate = (workload: Workload, units: Units, prices: Prices, freeTier: boolean): Estimate => {
  const billing = { prices, region: workload.homeRegion, freeTier };
  const vigie = billOf(vigieMonth(workload, units), billing);
  const failing = (some: number) => billOf(vigieMonth(workload, units, some), billing);
  return {
    workload,
    freeTier,
    vigie,
    others: designs.map((design) => {
      const { name, month } = otherDesigns[design];
      return { design, name, bill: billOf(month(workload, units), billing) };
    }),
    calm: failing(0),
    alwaysDown: minus(failing(minutes).usd, vigie.usd),
  };
};

/** How many times as much; none where Vigie costs nothing. */
export const timesAsMuch = (other: Bill, vigie: Bill): Fraction | undefined =>
  vigie.usd.n === 0n ? undefined : over(other.usd, vigie.usd);
