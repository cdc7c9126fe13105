/** What is to be watched, and the small arithmetic that every design of watching it shares. */
import { type Fraction, fraction, parseFraction, times } from '../money/fraction.ts';
import { assumed, minutes } from './design.ts';
import type { HomeRegion } from './prices.ts';

export interface Workload {
  readonly endpoints: number;
  /** Between two probes of an endpoint from one region: whole minutes, or 10, 15, 20 or 30 s. */
  readonly intervalMs: number;
  /** How many regions probe every endpoint. */
  readonly regions: number;
  /** How many agents of one's own probe every endpoint too: they cost no Lambda. */
  readonly agents: number;
  /** Jobs and devices more, which call by themselves. */
  readonly heartbeats: number;
  readonly protocol: 'http' | 'https';
  readonly homeRegion: HomeRegion;
}

/** Measured figures are decimals in a file; from here on they are exact. */
export const exactly = (value: number): Fraction => parseFraction(value.toFixed(6));

export const product = (...factors: readonly (Fraction | number)[]): Fraction =>
  factors.map((factor) => (typeof factor === 'number' ? exactly(factor) : factor)).reduce(times, fraction(1));

/** A month's, of all regions. */
export const probesOf = ({ endpoints, intervalMs, regions }: Workload): Fraction =>
  fraction(BigInt(endpoints) * BigInt(regions) * BigInt(minutes) * 60_000n, BigInt(intervalMs));

export const gigabytes = (bytes: Fraction): Fraction => times(bytes, fraction(1n, 1_000_000_000n));

/** Of so many invocations that each take so long. Lambda's GB is 1,024 MB. */
export const gbSeconds = (invocations: Fraction | number, ms: Fraction, memoryMb: number): Fraction =>
  product(invocations, ms, fraction(memoryMb, 1_024_000));

/** What so much CPU here takes on a share of Lambda's processor. */
export const billedCpu = (cpuMs: Fraction, memoryMb: number): Fraction =>
  product(
    cpuMs,
    parseFraction(assumed.armFactor),
    fraction(assumed.processorMb, Math.min(memoryMb, assumed.processorMb)),
  );
