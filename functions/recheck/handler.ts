import type { Check } from '../../shared/probe/check.ts';
import type { Network } from '../../shared/probe/connectivity.ts';
import { type Beats, hearing } from '../../shared/probe/heartbeat.ts';
import { type Rechecking, retrySuspects, type WatchOptions, watchFailing } from '../../shared/probe/recheck.ts';
import type { ReadPart } from '../../shared/probe/roster.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { type RecheckEvent, recheckSchema, Unfinished } from './event.ts';

export interface RecheckDeps extends Omit<Rechecking, 'place' | 'planVersion' | 'network' | 'runs'> {
  readonly readPart: ReadPart;
  readonly runs: Pick<Runs, 'putLooks' | 'claim'>;
  /** Of heartbeats, which home alone judges. */
  readonly beats?: Pick<Beats, 'of'>;
  /** One for each invocation: what vouched for the network before says nothing now. */
  readonly newNetwork: () => Network;
}

const workOf = (event: RecheckEvent): string =>
  event.kind === 'retry' ? `retry#${event.shard}#${event.part}` : `watch#${event.fromMs}#${event.part}`;

/** Errors: `Unfinished` once the work was begun. */
export const makeRecheck = ({ readPart, runs, beats, newNetwork, ...attempting }: RecheckDeps) => {
  /** What the work needs, read: one shard after the other, so that no two rosters are in memory at once. */
  const prepared = async (event: RecheckEvent): Promise<() => Promise<void>> => {
    const { place, version, scheduledAt, startedAt } = event;
    const laneOf = (checks: readonly Check[]): Rechecking => ({
      ...attempting,
      ...{ place, planVersion: version, network: newNetwork(), runs },
      probe: hearing({ ...attempting, beats }, checks),
    });
    if (event.kind === 'retry') {
      const { suspects } = event;
      const roster = await readPart(version, event.shard, { slots: suspects.map(({ slot }) => slot) });
      return () => retrySuspects({ ...laneOf([...roster.checks.values()]), roster, suspects, startedAt });
    }
    const shards: WatchOptions['shards'][number][] = [];
    for (const { shard, failing } of event.shards)
      shards.push({ roster: await readPart(version, shard, { ids: failing.map(({ id }) => id) }), failing });
    const checks = shards.flatMap(({ roster }) => [...roster.checks.values()]);
    return () => watchFailing({ ...laneOf(checks), shards, scheduledAt, startedAt, fromMs: event.fromMs });
  };
  return async (given: unknown): Promise<{ readonly begun: boolean }> => {
    const event = recheckSchema.parse(given);
    const work = await prepared(event); // before the claim: what cannot be read was not begun, and whoever handed it over keeps it
    // An event that comes twice would count a failure twice, and confirm what the contract does not.
    if (!(await runs.claim(event.place, workOf(event), event.scheduledAt))) return { begun: false };
    await work().catch((error: unknown) => {
      throw new Unfinished(error);
    });
    return { begun: true };
  };
};
