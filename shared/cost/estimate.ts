/** The whole answer: Vigie's month by service, and the same watching as others do it. */
import { type Fraction, minus, over } from '../money/fraction.ts';
import { type Bill, billOf } from './bill.ts';
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
  /** What a month would cost more if one endpoint of every shard hung until its deadline all the time. */
  readonly hanging: Fraction;
}

/** Ten seconds, the default of client files. */
export const defaultTimeoutMs = 10_000;

const designs = ['loopingLambda', 'lambdaPerCheck', 'route53', 'synthetics'] as const;

export const estimate = (workload: Workload, units: Units, prices: Prices, freeTier: boolean): Estimate => {
  const billing = { prices, region: workload.homeRegion, freeTier };
  const vigie = billOf(vigieMonth(workload, units), billing);
  const hung = billOf(vigieMonth(workload, units, defaultTimeoutMs), billing);
  return {
    workload,
    freeTier,
    vigie,
    others: designs.map((design) => {
      const { name, month } = otherDesigns[design];
      return { design, name, bill: billOf(month(workload, units), billing) };
    }),
    hanging: minus(hung.usd, vigie.usd),
  };
};

/** How many times as much; none where Vigie costs nothing. */
export const timesAsMuch = (other: Bill, vigie: Bill): Fraction | undefined =>
  vigie.usd.n === 0n ? undefined : over(other.usd, vigie.usd);
