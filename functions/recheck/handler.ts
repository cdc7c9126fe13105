import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { Network } from '../../shared/probe/connectivity.ts';
import { type Rechecking, retrySuspects, watchFailing } from '../../shared/probe/recheck.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { type RecheckEvent, recheckSchema } from './event.ts';

export interface RecheckDeps extends Omit<Rechecking, 'place' | 'planVersion' | 'network' | 'runs' | 'saw'> {
  readonly plans: Pick<PlanDocuments, 'roster'>;
  readonly runs: Pick<Runs, 'putLooks' | 'claim'>;
  /** One for each invocation: what vouched for the network before says nothing now. */
  readonly newNetwork: () => Network;
}

const workOf = (event: RecheckEvent): string =>
  event.kind === 'retry' ? `retry#${event.shard}#${event.part}` : `watch#${event.fromMs}#${event.part}`;

export const makeRecheck =
  ({ plans, runs, newNetwork, ...attempting }: RecheckDeps) =>
  async (given: unknown): Promise<{ readonly begun: boolean }> => {
    const event = recheckSchema.parse(given);
    const { place, version, scheduledAt, startedAt } = event;
    // An event that comes twice would count a failure twice, and confirm what the contract does not.
    if (!(await runs.claim(place, workOf(event), scheduledAt))) return { begun: false };
    const lane: Rechecking = { ...attempting, place, planVersion: version, network: newNetwork(), runs };
    if (event.kind === 'retry') {
      const roster = await plans.roster(version, event.shard);
      await retrySuspects({ ...lane, roster, suspects: event.suspects, startedAt });
      return { begun: true };
    }
    const shards = event.shards.map(async ({ shard, failing }) => ({
      roster: await plans.roster(version, shard),
      failing,
    }));
    await watchFailing({ ...lane, shards: await Promise.all(shards), scheduledAt, startedAt, fromMs: event.fromMs });
    return { begun: true };
  };
