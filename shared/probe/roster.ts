/** Who is probed by which shard, and in which byte of its runs. */
import * as z from 'zod';
import type { Check } from './check.ts';
import { checkSchema, minuteMs } from './check-schema.ts';

/** A run of 960 slots, its key and its attributes fit in the 1,024 bytes of one DynamoDB write unit. */
export const slotsPerShard = 960;

export const rosterSchema = z.strictObject({
  shard: z.int().min(0),
  /** A slot is a place in this array; it is the byte of `run.ts`. */
  slots: z.array(checkSchema).max(slotsPerShard),
});

export interface Roster {
  readonly shard: number;
  readonly slots: readonly Check[];
}

/** What a roster needs of a plan, so that probing does not hang on the contract language. */
export interface Probed {
  readonly clients: readonly {
    readonly services: readonly { readonly endpoints: readonly { readonly check: Check }[] }[];
  }[];
}

/** The same plan gives the same rosters: endpoints in the plan's order, shards filled one after the other. */
export const rostersOf = (plan: Probed): Roster[] => {
  const checks = plan.clients.flatMap(({ services }) =>
    services.flatMap(({ endpoints }) => endpoints.map(({ check }) => check)),
  );
  const rosters: Roster[] = [];
  for (let from = 0; from < checks.length; from += slotsPerShard)
    rosters.push({ shard: rosters.length, slots: checks.slice(from, from + slotsPerShard) });
  return rosters;
};

/** FNV-1a: spreads ids evenly and is the same on every machine. Not for secrets. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
};

/** Whether a check runs in a scheduled minute. Checks of five minutes spread over all five, each keeping its own. */
export const isDue = ({ id, everyMs }: Check, scheduledAt: number): boolean => {
  const minutes = everyMs / minuteMs;
  return minutes === 1 || Math.floor(scheduledAt / minuteMs) % minutes === hash(id) % minutes;
};
