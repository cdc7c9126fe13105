/** What a settlement that was worked out is to do about the ones that are there. Asked twice, it does nothing twice. */
import type { SettlementOutcome, StatementRecord } from './statements.ts';

export interface Settled {
  readonly status: 'ready' | 'held';
  readonly creditMinor: number;
  readonly inputsHash: string;
  readonly figuresHash: string;
}

export type Decision =
  | { readonly kind: 'nothing'; readonly outcome: SettlementOutcome }
  | { readonly kind: 'hold'; readonly revision: number }
  | {
      readonly kind: 'issue';
      readonly outcome: 'issued' | 'revised';
      readonly revision: number;
      readonly differenceMinor: number;
    };

const sameAs =
  ({ inputsHash, figuresHash }: Settled) =>
  (record: StatementRecord): boolean =>
    record.inputsHash === inputsHash || record.figuresHash === figuresHash;

/**
 * An issued statement never changes: what differs from it becomes the next revision, and only where that was asked for.
 * A held one was sent to nobody, so whatever comes after it is not a correction.
 */
export const decide = (
  settled: Settled,
  issued: readonly StatementRecord[],
  held: readonly StatementRecord[],
  revise: boolean,
): Decision => {
  const last = issued.at(-1);
  const same = sameAs(settled);
  if (last && same(last)) return { kind: 'nothing', outcome: 'unchanged' };
  if (last && !revise) return { kind: 'nothing', outcome: 'inputs-changed' };
  const revision = (last?.revision ?? 0) + 1;
  if (settled.status === 'held')
    return held.some((record) => record.revision === revision && same(record))
      ? { kind: 'nothing', outcome: 'held' }
      : { kind: 'hold', revision };
  return {
    kind: 'issue',
    outcome: last ? 'revised' : 'issued',
    revision,
    differenceMinor: settled.creditMinor - (last?.creditMinor ?? 0),
  };
};
