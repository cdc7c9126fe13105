/** Which addresses a probe may connect to, judged after names were resolved and before a packet is sent. */
import { type ForbiddenHost, forbiddenHost, isAddress } from '../../contract/address.ts';
import { down, ProbeFailure } from './failure.ts';

/**
 * Throws a `ProbeFailure` on an address that may not be probed.
 *
 * @param redirected whether it is not the check that leads there, but what an endpoint answered. @default false
 */
export type Guard = (address: string, redirected?: boolean) => void;

const notRead: ForbiddenHost = { reach: 'never', is: 'no address' };
const mostKnown = 10_000;

/**
 * Public addresses everywhere; link-local ones, metadata services and their like never.
 *
 * A private address where the place is allowed them, and then only for the host that a check names, at the port that it
 * names: that much was agreed when the check was written. The name may be a public one, because networks have views of
 * their own of their names (split horizon); so whoever answers for a name in a check chooses the private address that is
 * asked there, and nobody else does. No redirect leads to a private address: what a server of a client's says must not
 * choose what is asked within a network. One that stays at its host is asked on at the address that sent it, without
 * another question to a resolver (`http.ts`), and so never comes here.
 *
 * @param allowLoopback whether the machine that probes counts as a private address: in demonstrations, and for a person at it
 */
export const addressGuard = (allowPrivate: boolean, allowLoopback = allowPrivate): Guard => {
  const judged = new Map<string, ForbiddenHost | undefined>(); // the same few addresses come back every minute
  const judge = (address: string): ForbiddenHost | undefined => {
    if (!judged.has(address)) {
      if (judged.size === mostKnown) judged.clear();
      judged.set(address, isAddress(address) ? forbiddenHost(address) : notRead);
    }
    return judged.get(address);
  };
  return (address, redirected = false) => {
    const found = judge(address);
    if (!found) return;
    const allowed = { never: false, loopback: allowLoopback, private: allowPrivate }[found.reach];
    if (allowed && !redirected) return;
    const why = allowed ? ': no redirect from another host may lead there' : '';
    throw new ProbeFailure(down('forbidden-address', `${address} is ${found.is}${why}`));
  };
};
