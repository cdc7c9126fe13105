import { canonicalJson } from '../../contract/canonical.ts';
import { agentDocumentKey, agentDocuments } from '../../contract/places.ts';
import { type Plan, planSchema } from '../../contract/plan.ts';
import type { PlanDocuments } from '../../contract/plan-documents.ts';
import { type Roster, rosterSchema } from '../../probe/roster.ts';
import type { Documents } from '../../statement/documents.ts';
import { rosterKey } from './roster-parts.ts';

const planKey = (version: string): string => `plans/${version}/plan.json`;

/** What is immutable is read once for each process; the oldest go first. */
const remembering = <T>(most: number, read: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const before = known.get(key);
    if (before) return before;
    const reading = read(key);
    known.set(key, reading);
    reading.catch(() => known.delete(key)); // a failed read is tried again by the next caller
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return reading;
  };
};

export interface PlansOptions {
  /** How many rosters are remembered. @default 256 */
  readonly rosters?: number;
}

export const openPlans = (documents: Documents, { rosters: most = 256 }: PlansOptions = {}): PlanDocuments => {
  const textOf = async (key: string): Promise<unknown> => {
    const text = await documents.get({ key });
    if (text === undefined) throw new Error(`there is no document ${key}`);
    return JSON.parse(text);
  };
  const plans = remembering(4, async (key): Promise<Plan> => planSchema.parse(await textOf(key)));
  const rosters = remembering(most, async (key): Promise<Roster> => rosterSchema.parse(await textOf(key)));
  return {
    save: async (version, plan, shards) => {
      for (const roster of shards)
        await documents.putOnce(rosterKey(version, roster.shard), canonicalJson(roster), 'json');
      for (const document of agentDocuments(plan, shards))
        await documents.putOnce(agentDocumentKey(document.place, version), canonicalJson(document), 'json');
      await documents.putOnce(planKey(version), canonicalJson(plan), 'json');
    },
    plan: (version) => plans(planKey(version)),
    roster: (version, shard) => rosters(rosterKey(version, shard)),
  };
};
