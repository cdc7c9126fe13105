/** What the compiler knows while it reads one block of terms, and where its complaints go. */

import type { WrittenAmount } from '../language/phrases.ts';
import type { PlacePlan } from '../plan.ts';
import type { ProblemCode } from '../problem.ts';
import type { Amount } from '../terms.ts';
import type { Amount as Money } from '../units.ts';
import { toMinor } from '../units.ts';

export type Path = readonly PropertyKey[];
export type Complain = (path: Path, code: ProblemCode, want: string, against?: Path) => void;

export interface Reading {
  /** None where a block of the provider is judged before any client's currency is known. */
  readonly currency: string | undefined;
  /** Decimals of the currency. */
  readonly digits: number;
  readonly zone: string;
  /** First day of the agreement: where contract years begin. */
  readonly since: string;
  /** The provider's lists of days, by name. */
  readonly holidays: Readonly<Record<string, readonly string[]>>;
  readonly severities: readonly string[];
  /** Every place of the provider. */
  readonly places: readonly PlacePlan[];
  /** Endpoint ids of the service by their short names. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** `path` is that of the value in the block; `against` that of another one which it contradicts. */
  readonly complain: Complain;
}

export const minorOf = (money: Money, path: Path, { currency, digits, complain }: Reading): number => {
  if (currency !== undefined && money.currency !== currency)
    complain(path, 'contradiction', `an amount in ${currency}, the currency of the client`);
  const minor = toMinor(money, digits);
  if (minor === undefined) complain(path, 'bad-value', `at most ${digits} decimals, as ${money.currency} has`);
  return minor ?? 0;
};

export const amountOf = (written: WrittenAmount, path: Path, reading: Reading): Amount =>
  written.kind === 'money' ? { kind: 'money', minor: minorOf(written.amount, path, reading) } : written;

/** What a check is read in the light of. */
export interface CheckReading extends Pick<Reading, 'complain'> {
  /** The places that probe the endpoint. */
  readonly places: readonly PlacePlan[];
  /** Whether even places on the internet reach private addresses, as those of a local AWS do. */
  readonly privateAddresses: boolean;
}
