/** From quantities to dollars, exactly. Nothing is rounded before it is printed. */
import { add, compare, type Fraction, minus, sum, times, zero } from '../money/fraction.ts';
import type { HomeRegion, Known, PriceId, Prices, Quantity } from './prices.ts';

export interface Line {
  readonly price: PriceId;
  readonly service: string;
  readonly unit: string;
  readonly amount: Fraction;
  /** What the allowances leave of it. */
  readonly billed: Fraction;
  readonly usd: Fraction;
  readonly known: Known;
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly usd: Fraction;
}

export interface Billing {
  readonly prices: Prices;
  readonly region: HomeRegion;
  /** Whether the account's always-free allowances are all there for this. */
  readonly freeTier: boolean;
}

const beyond = (amount: Fraction, free: Fraction): Fraction => (compare(amount, free) > 0 ? minus(amount, free) : zero);

/** One line for each price, in the order in which they were first met. */
export const billOf = (quantities: readonly Quantity[], { prices, region, freeTier }: Billing): Bill => {
  const amounts = new Map<PriceId, Fraction>();
  for (const { price, amount } of quantities) amounts.set(price, add(amounts.get(price) ?? zero, amount));
  const lines = [...amounts].map(([price, amount]): Line => {
    const { service, unit, list, free } = prices.of[price];
    const { usd, known } = list[region];
    const billed = freeTier && free ? beyond(amount, free.amount) : amount;
    const weakest: Known = known === 'memory' || (freeTier && free?.known === 'memory') ? 'memory' : 'published';
    return { price, service, unit, amount, billed, usd: times(billed, usd), known: weakest };
  });
  return { lines, usd: sum(lines.map((line) => line.usd)) };
};

/** The dollars of some of its prices. */
export const usdOf = ({ lines }: Bill, ...prices: readonly PriceId[]): Fraction =>
  sum(lines.filter(({ price }) => prices.includes(price)).map(({ usd }) => usd));
