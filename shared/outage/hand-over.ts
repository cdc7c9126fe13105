/** Endpoints that a new plan moves from one shard to another take what detection knows of them along. */
import type { Roster } from '../probe/roster.ts';
import type { EpochMs } from '../time/span.ts';
import { newestOf } from './judge.ts';
import type { DetectionState, EndpointState } from './outage.ts';

/** Many rounds, so that a shard that is late still finds what it takes over in one that moved on. */
export const handOverMs = 60 * 60_000;

export interface Shard {
  readonly shard: number;
  readonly state: DetectionState;
}

interface Taken {
  readonly known: EndpointState;
  readonly from: Shard;
}

/** Which shard watches each endpoint. */
export type Homes = ReadonlyMap<string, number>;

export const homesOf = (rosters: readonly Roster[]): Homes =>
  new Map(rosters.flatMap(({ shard, slots }) => slots.map(({ id }) => [id, shard])));

/**
 * What a shard knows at its first arrival under a plan: its own, and of endpoints that came to it what other shards knew.
 * Endpoints that no plan holds any more, of shards that are gone too, come to the first one, which closes them.
 *
 * Ages   what a shard knows of endpoints that its own newest plan gives it holds however old it is; what it has of others
 *        is what they left behind, and holds for an hour after they left.
 */
export const handedOver = (
  { shard, state }: Shard,
  others: readonly Shard[],
  /** Under the new plan, and how many shards that has. */
  { homes, shards }: { readonly homes: Homes; readonly shards: number },
  /** Under an earlier plan; none where it cannot be read any more. */
  homesUnder: (plan: string) => Homes | undefined,
  at: EpochMs,
): DetectionState => {
  const holds = (from: Shard, id: string, known: EndpointState): boolean => {
    const { plan, planAt = at } = from.state;
    const before = plan === undefined ? undefined : homesUnder(plan);
    if (before?.get(id) === from.shard) return true;
    return at - (before ? planAt : newestOf(known)) <= handOverMs;
  };
  /** Who watched it last knows better than who did before; where that is not known, what is newer does. */
  const isBetter = (id: string, known: EndpointState, from: Shard, other: Taken): boolean => {
    const [a, b] = [watchedUntil(id, from), watchedUntil(id, other.from)];
    return a === undefined || b === undefined || a === b ? newestOf(known) > newestOf(other.known) : a > b;
  };
  const watchedUntil = (id: string, from: Shard): number | undefined =>
    homesUnder(from.state.plan ?? '')?.get(id) === from.shard ? from.state.seq : undefined;
  const all = [{ shard, state }, ...others];
  /** Left behind, and taken over since by who watches it: whatever that one knows, or knows no more, is newer. */
  const isTakenOver = (id: string, from: Shard): boolean => {
    const home = homesUnder(from.state.plan ?? '')?.get(id);
    const to = home === from.shard ? undefined : all.find((other) => other.shard === home);
    const until = to && watchedUntil(id, to);
    return until !== undefined && from.state.seq !== undefined && until >= from.state.seq;
  };
  const taken = new Map<string, Taken>();
  for (const from of all) {
    const own = from.shard === shard;
    const orphans = shard === 0 && from.shard >= shards;
    for (const [id, known] of Object.entries(from.state.endpoints)) {
      const comes = homes.has(id) ? homes.get(id) === shard : own || orphans;
      const other = taken.get(id);
      if (!(comes || own) || !holds(from, id, known) || isTakenOver(id, from)) continue;
      if (!other || isBetter(id, known, from, other)) taken.set(id, { known, from });
    }
  }
  const endpoints = Object.fromEntries([...taken].map(([id, { known }]) => [id, known]));
  return { ...state, endpoints };
};
