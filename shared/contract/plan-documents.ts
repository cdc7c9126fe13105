/** Plans and rosters as documents. What is stored under a version never changes. */
import type { Roster } from '../probe/roster.ts';
import type { Plan } from './plan.ts';

export interface PlanDocuments {
  /** Writes the plan, a roster for each shard and what each agent is told; what is there already is the same, and stays. */
  save(version: string, plan: Plan, rosters: readonly Roster[]): Promise<void>;
  /** Throws where there is none: a version that something points to was saved before. */
  plan(version: string): Promise<Plan>;
  roster(version: string, shard: number): Promise<Roster>;
}
