/** Who is probed by which shard, and in which byte of its runs. */
import * as z from 'zod';
import type { Check } from './check.ts';
import { checkSchema, minuteMs } from './check-schema.ts';
import { placeSchema } from './place.ts';

/** A run of 960 slots, its key and its attributes fit in the 1,024 bytes of one DynamoDB write unit. */
export const slotsPerShard = 960;

export const rosterSchema = z.strictObject({
  shard: z.int().min(0),
  /** Who probes it: the same for each of its checks. */
  places: z.array(placeSchema).min(1),
  /** A slot is a place in this array; it is the byte of `run.ts`. */
  slots: z.array(checkSchema).max(slotsPerShard),
});

export interface Roster {
  readonly shard: number;
  readonly places: readonly string[];
  readonly slots: readonly Check[];
}

/** Some of a shard's checks, by slot: a whole roster is up to 2 MB, and the slow lane is small. */
export interface PartOfRoster {
  readonly shard: number;
  readonly checks: ReadonlyMap<number, Check>;
}

/** Which checks of a shard are wanted: by slot, or by id. */
export type Wanted = { readonly slots: readonly number[] } | { readonly ids: readonly string[] };

/** Reads parts of rosters, for who has no memory for whole ones. Throws where there is no such shard. */
export type ReadPart = (version: string, shard: number, wanted: Wanted) => Promise<PartOfRoster>;

/** Of a roster that is at hand. What is not in it is wanted in vain. */
export const partOf = ({ shard, slots }: Roster, wanted: Wanted): PartOfRoster => {
  const ids = new Set('ids' in wanted ? wanted.ids : []);
  const at = new Set('slots' in wanted ? wanted.slots : []);
  return { shard, checks: new Map([...slots.entries()].filter(([slot, { id }]) => at.has(slot) || ids.has(id))) };
};

/** What a roster needs of a plan, so that probing does not hang on the contract language. */
export interface Probed {
  readonly clients: readonly {
    readonly services: readonly { readonly endpoints: readonly { readonly check: Check }[] }[];
  }[];
}

/**
 * The same plan gives the same rosters: endpoints in the plan's order, shards filled one after the other. Checks that other
 * places probe are in other shards, so that a place needs to know nothing of what it does not probe.
 */
export const rostersOf = (plan: Probed): Roster[] => {
  const checks = plan.clients.flatMap(({ services }) =>
    services.flatMap(({ endpoints }) => endpoints.map(({ check }) => check)),
  );
  const rosters: Roster[] = [];
  for (const together of Map.groupBy(checks, ({ places }) => places.join()).values()) {
    const places = together[0]?.places ?? [];
    for (let from = 0; from < together.length; from += slotsPerShard)
      rosters.push({ shard: rosters.length, places, slots: together.slice(from, from + slotsPerShard) });
  }
  return rosters;
};

/** FNV-1a: spreads ids evenly and is the same on every machine. Not for secrets. */
export const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
};

/**
 * Whether a check runs in a scheduled round: a whole minute, or an instant between two for those of less than a minute.
 * Checks of five minutes spread over all five, each keeping its own.
 */
export const isDue = ({ id, everyMs }: Check, scheduledAt: number): boolean => {
  if (everyMs < minuteMs) return scheduledAt % everyMs === 0;
  if (scheduledAt % minuteMs !== 0) return false;
  const minutes = everyMs / minuteMs;
  return minutes === 1 || Math.floor(scheduledAt / minuteMs) % minutes === hash(id) % minutes;
};

/** Where in a minute a shard's rounds begin, in ms: 0, and more for checks of less than a minute. */
export const offsetsOf = ({ slots }: Pick<Roster, 'slots'>): number[] => {
  const offsets = new Set([0]);
  for (const { everyMs } of slots) for (let offset = everyMs; offset < minuteMs; offset += everyMs) offsets.add(offset);
  return [...offsets].sort((a, b) => a - b);
};
