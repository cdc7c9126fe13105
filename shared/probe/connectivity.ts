/** Whether a failure may be that of the place's own network: then it is unknown, and nobody's downtime. */
import { forbiddenHost, isAddress } from '../contract/address.ts';
import type { Check, FailureCause, Verdict } from './check.ts';

/** What an endpoint looks like from a place that has no network. A refusal proves one: somebody answered. */
const networkLike: ReadonlySet<FailureCause> = new Set([
  'dns',
  'connect-timeout',
  'unreachable',
  'response-timeout',
  'reset',
]);

/** Where the attempt went. `unresolved`: it may not have come so far as to know. */
export type Reach = 'public' | 'private' | 'unresolved';

/** What is named: a name, or an address without brackets. */
export const hostOf = (check: Check): string | undefined => {
  if ('host' in check) return check.host;
  if ('url' in check) return URL.parse(check.url)?.hostname.replace(/^\[|\]$/g, '');
  return undefined;
};

const reachOf = (check: Check, { address }: Pick<Verdict, 'address'>): Reach => {
  const host = address ?? hostOf(check);
  if (host === undefined) return 'unresolved';
  if (forbiddenHost(host)) return 'private';
  return isAddress(host) ? 'public' : 'unresolved';
};

/**
 * Of which network a place asks whether it is there. `internet`: private addresses are another one. `near`: a local one,
 * behind which all else is, as where somebody named a gateway for an agent's reference.
 */
export type Scope = 'internet' | 'near';

/** A failure that a place without a network would see too. */
const mayBeOurs = (check: Check, verdict: Verdict, scope: Scope = 'internet'): boolean =>
  verdict.state === 'down' &&
  networkLike.has(verdict.cause) &&
  (scope === 'near' || reachOf(check, verdict) !== 'private');

/** An answer that only a place with a network gets. */
const provesNetwork = (check: Check, verdict: Verdict, scope: Scope = 'internet'): boolean =>
  (verdict.state === 'up' || (verdict.state === 'down' && verdict.cause === 'refused')) &&
  (scope === 'near' || reachOf(check, verdict) === 'public');

/** An answer vouches for the network for so long, in ms; so does the references'. */
const vouchedForMs = 2_000;

export interface Network {
  /** Notes what vouches for the network. */
  heard(check: Check, verdict: Verdict | undefined): void;
  /** The verdict, or `unknown` where it may be our own network's, and nothing on the internet answers. */
  judge(check: Check, verdict: Verdict): Promise<Verdict>;
}

/** Asks every reference of the place at once; whether any answered. */
export type AskReferences = () => Promise<boolean>;

/**
 * One for each invocation or process. A place without references trusts its network: one in a VPC or behind a client's
 * firewall has no business with the internet unless somebody says so.
 */
export const openNetwork = (ask: AskReferences | undefined, now: () => number, scope: Scope = 'internet'): Network => {
  let vouchedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | undefined;
  const online = (askReferences: AskReferences): Promise<boolean> => {
    // Whoever fails while the question is open hangs on the same answer.
    asking ??= askReferences().then((answered) => {
      asking = undefined;
      if (answered) vouchedAt = now();
      return answered;
    });
    return asking;
  };
  const heard: Network['heard'] = (check, verdict) => {
    if (verdict && provesNetwork(check, verdict, scope)) vouchedAt = now();
  };
  return {
    heard,
    judge: async (check, verdict) => {
      heard(check, verdict);
      if (ask === undefined || verdict.state !== 'down' || !mayBeOurs(check, verdict, scope)) return verdict;
      if (now() - vouchedAt <= vouchedForMs || (await online(ask))) return verdict;
      const { cause: _, ...learned } = verdict;
      return { ...learned, state: 'unknown', detail: `this place has lost its network: ${verdict.detail}` };
    },
  };
};
