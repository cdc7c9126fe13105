/** Several checks judged as one: probed at the same time, under one deadline. */
import type { CompositeCheck, SingleCheck, Verdict } from './check.ts';

/** A member and what is known of it; nothing yet where it is still probed. */
export interface Seen {
  readonly name: string;
  readonly verdict?: Verdict | undefined;
}

/** For people, beside the name of each that failed. */
const mostDetail = 200;

/**
 * Three-valued: `up` once enough members are up, `down` once too few can still be, whatever the others turn out to be;
 * else `unknown`. Down with the cause of the first in the list that failed.
 */
export const judgeMembers = (atLeast: number, members: readonly Seen[]): Verdict => {
  const ups = members.flatMap(({ verdict }) => (verdict?.state === 'up' ? [verdict] : []));
  const deciding = ups.toSorted((a, b) => a.latencyMs - b.latencyMs)[atLeast - 1];
  if (deciding) return deciding;
  const failed = members.flatMap(({ name, verdict }) => (verdict?.state === 'down' ? [{ name, verdict }] : []));
  const [first] = failed;
  if (first && members.length - failed.length < atLeast)
    return { ...first.verdict, detail: words('down', failed, first.verdict.detail) };
  const open = members.flatMap(({ name, verdict }) => (verdict?.state === 'unknown' ? [{ name, verdict }] : []));
  return { state: 'unknown', detail: words('not known', open, open[0]?.verdict.detail ?? 'still probed') };
};

const words = (state: string, members: readonly { readonly name: string }[], detail: string): string =>
  `${state}: ${members.map(({ name }) => name).join(', ')}; ${detail}`.slice(0, mostDetail);

/** One probe of each member. Those that can change nothing any more are given up. */
export const probeMembers = (
  { atLeast, members }: CompositeCheck,
  signal: AbortSignal,
  probe: (check: SingleCheck, signal: AbortSignal) => Promise<Verdict>,
): Promise<Verdict> =>
  new Promise((resolve, reject) => {
    const rest = new AbortController();
    const abort = (): void => rest.abort();
    signal.addEventListener('abort', abort);
    const verdicts = members.map((): Verdict | undefined => undefined);
    const onVerdict = (i: number, verdict: Verdict): void => {
      verdicts[i] = verdict;
      const judged = judgeMembers(
        atLeast,
        members.map(({ name }, at) => ({ name, verdict: verdicts[at] })),
      );
      // A failure waits for the others: people are told of every member that failed.
      if (judged.state !== 'up' && verdicts.includes(undefined)) return;
      signal.removeEventListener('abort', abort);
      resolve(judged);
      abort();
    };
    for (const [i, { check }] of members.entries())
      probe(check, rest.signal).then((verdict) => onVerdict(i, verdict), reject);
    if (signal.aborted) abort();
  });
