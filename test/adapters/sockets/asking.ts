/** One probe of one check, and its verdict in a line. */
import { type Prober, timerDeadline } from '../../../shared/adapters/sockets/prober.ts';
import type { Check, Verdict } from '../../../shared/probe/check.ts';
import { usual } from '../../checks.ts';

export const timeoutMs = 400;
export const base = { ...usual, id: 'c/s/e', timeoutMs, confirm: 1 };

export const ask = async ({ probe }: Prober, check: Check): Promise<Verdict> => {
  const { signal, cancel } = timerDeadline(check.timeoutMs);
  try {
    return await probe(check, signal);
  } finally {
    cancel();
  }
};

/** `up`, or the cause and the words. */
export const said = (verdict: Verdict): string =>
  verdict.state === 'up' ? 'up' : `${verdict.state === 'down' ? verdict.cause : 'unknown'}: ${verdict.detail}`;
