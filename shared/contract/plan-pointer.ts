/** Which plan is in force. The documents it points to never change; the pointer moves in one step or not at all. */
import type { EpochMs } from '../time/span.ts';

export interface PlanPointer {
  /** From 1; each plan that came into force has the next. */
  readonly seq: number;
  /** First 16 hexadecimal digits of the SHA-256 of the plan's canonical JSON. */
  readonly version: string;
  /** By shard: who probes it, and where in a minute its rounds begin, in ms. */
  readonly rosters: readonly { readonly places: readonly string[]; readonly offsetsMs: readonly number[] }[];
  readonly appliedAt: EpochMs;
}

export interface PlanPointers {
  current(): Promise<PlanPointer | undefined>;
  /** Every plan that was ever in force, oldest first. */
  history(): Promise<PlanPointer[]>;
  /** Makes `next` current if `next.seq - 1` still is; false when somebody was faster. */
  advance(next: PlanPointer): Promise<boolean>;
}
