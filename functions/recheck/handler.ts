import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { Check } from '../../shared/probe/check.ts';
import type { Network } from '../../shared/probe/connectivity.ts';
import { type Beats, hearing } from '../../shared/probe/heartbeat.ts';
import { type Rechecking, retrySuspects, watchFailing } from '../../shared/probe/recheck.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { type RecheckEvent, recheckSchema, Unfinished } from './event.ts';

export interface RecheckDeps extends Omit<Rechecking, 'place' | 'planVersion' | 'network' | 'runs'> {
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'putLooks' | 'claim'>;
  /** Of heartbeats, which home alone judges. */
  readonly beats?: Pick<Beats, 'of'>;
  /** One for each invocation: what vouched for the network before says nothing now. */
  readonly newNetwork: () => Network;
}

const workOf = (event: RecheckEvent): string =>
  event.kind === 'retry' ? `retry#${event.shard}#${event.part}` : `watch#${event.fromMs}#${event.part}`;

/** Errors: `Unfinished` once the work was begun. */
export const makeRecheck = ({ plans, runs, beats, newNetwork, ...attempting }: RecheckDeps) => {
  const work = async (event: RecheckEvent): Promise<void> => {
    const { place, version, scheduledAt, startedAt } = event;
    const laneOf = (checks: readonly Check[]): Rechecking => ({
      ...attempting,
      ...{ place, planVersion: version, network: newNetwork(), runs },
      probe: hearing({ ...attempting, beats }, checks),
    });
    if (event.kind === 'retry') {
      const roster = await plans.roster(version, event.shard);
      const checks = event.suspects.flatMap(({ slot }) => roster.slots[slot] ?? []);
      await retrySuspects({ ...laneOf(checks), roster, suspects: event.suspects, startedAt });
      return;
    }
    const shards = await Promise.all(
      event.shards.map(async ({ shard, failing }) => ({ roster: await plans.roster(version, shard), failing })),
    );
    const watched = new Set(shards.flatMap(({ failing }) => failing.map(({ id }) => id)));
    const checks = shards.flatMap(({ roster }) => roster.slots.filter(({ id }) => watched.has(id)));
    await watchFailing({ ...laneOf(checks), shards, scheduledAt, startedAt, fromMs: event.fromMs });
  };
  return async (given: unknown): Promise<{ readonly begun: boolean }> => {
    const event = recheckSchema.parse(given);
    // An event that comes twice would count a failure twice, and confirm what the contract does not.
    if (!(await runs.claim(event.place, workOf(event), event.scheduledAt))) return { begun: false };
    await work(event).catch((error: unknown) => {
      throw new Unfinished(error);
    });
    return { begun: true };
  };
};
