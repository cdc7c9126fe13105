/** Endpoints that a new plan moves from one shard to another take what detection knows of them along. */
import type { Roster } from '../probe/roster.ts';
import type { EpochMs } from '../time/span.ts';
import type { DetectionState, EndpointState } from './outage.ts';

/** Many runs, so that a shard that is late still finds what it takes over; older than this, it is what was left behind. */
export const handOverMs = 60 * 60_000;

export interface Shard {
  readonly shard: number;
  readonly state: DetectionState;
}

/**
 * What a shard knows at its first run under a plan: its own, and of endpoints that came to it what other shards knew.
 * Endpoints that no plan holds any more, of shards that are gone too, come to the first one, which closes them.
 */
export const handedOver = (
  { shard, state }: Shard,
  others: readonly Shard[],
  rosters: readonly Roster[],
  at: EpochMs,
): DetectionState => {
  const home = new Map(rosters.flatMap((roster) => roster.slots.map(({ id }) => [id, roster.shard])));
  const endpoints: Record<string, EndpointState> = { ...state.endpoints };
  for (const other of others) {
    const orphans = shard === 0 && other.shard >= rosters.length;
    for (const [id, known] of Object.entries(other.state.endpoints)) {
      const comes = home.has(id) ? home.get(id) === shard : orphans;
      const mine = endpoints[id];
      if (comes && at - known.seenAt <= handOverMs && (!mine || mine.seenAt < known.seenAt)) endpoints[id] = known;
    }
  }
  return { ...state, endpoints };
};
