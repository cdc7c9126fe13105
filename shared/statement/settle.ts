/** Settlement of one client's period: the one place that leads from evidence to money. */
import type { ClientPlan } from '../contract/plan.ts';
import type { Evidence } from '../measure/evidence.ts';
import type { Provenance, Statement } from './statement.ts';

export interface Settlement {
  readonly client: ClientPlan;
  /** `2026-10`. */
  readonly period: string;
  readonly evidence: Evidence;
  readonly provenance: Provenance;
}

export const settle = (_settlement: Settlement): Statement => {
  throw new Error('not built yet');
};
