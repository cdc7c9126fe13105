import * as z from 'zod';
import type { Check } from '../../probe/check.ts';
import { checkSchema } from '../../probe/check-schema.ts';
import type { PartOfRoster, ReadPart, Wanted } from '../../probe/roster.ts';
import type { Documents } from '../../statement/documents.ts';

export const rosterKey = (version: string, shard: number): string => `plans/${version}/shards/${shard}.json`;

/** Of a roster, whose checks are only looked at where somebody wants them. */
const outlineSchema = z.object({ slots: z.array(z.looseObject({ id: z.string() })) });

/** Of this many shards what was asked for is kept; what fails in one minute fails in the next. */
const mostShards = 64;

interface Known {
  readonly checks: Map<number, Check>;
  readonly slotOf: Map<string, number>;
  /** Ids that are not there. */
  readonly absent: Set<string>;
}

const isKnown = ({ checks, slotOf, absent }: Known, wanted: Wanted): boolean =>
  'ids' in wanted
    ? wanted.ids.every((id) => slotOf.has(id) || absent.has(id))
    : wanted.slots.every((slot) => checks.has(slot));

const pick = (shard: number, { checks, slotOf }: Known, wanted: Wanted): PartOfRoster => {
  const slots = 'ids' in wanted ? wanted.ids.flatMap((id) => slotOf.get(id) ?? []) : wanted.slots;
  return {
    shard,
    checks: new Map(
      slots.flatMap((slot) => {
        const check = checks.get(slot);
        return check ? [[slot, check] as const] : [];
      }),
    ),
  };
};

/** Keeps of a roster what somebody asked for. Reading one leaves 2 MB of text behind: read one after the other. */
export const openRosterParts = (documents: Pick<Documents, 'get'>): ReadPart => {
  const shards = new Map<string, Known>();
  const learn = async (key: string, known: Known, wanted: Wanted): Promise<void> => {
    const text = await documents.get({ key });
    if (text === undefined) throw new Error(`there is no document ${key}`);
    const { slots } = outlineSchema.parse(JSON.parse(text));
    const [ids, at] = 'ids' in wanted ? [new Set(wanted.ids), new Set<number>()] : [new Set(), new Set(wanted.slots)];
    for (const [slot, raw] of slots.entries()) {
      if (!at.has(slot) && !ids.has(raw.id)) continue;
      known.checks.set(slot, checkSchema.parse(raw));
      known.slotOf.set(raw.id, slot);
    }
    if ('ids' in wanted) for (const id of wanted.ids) if (!known.slotOf.has(id)) known.absent.add(id);
  };
  return async (version, shard, wanted) => {
    const key = rosterKey(version, shard);
    const known = shards.get(key) ?? { checks: new Map(), slotOf: new Map(), absent: new Set() };
    if (!isKnown(known, wanted)) await learn(key, known, wanted);
    shards.delete(key); // the newest last
    shards.set(key, known);
    for (const oldest of shards.keys()) {
      if (shards.size <= mostShards) break;
      shards.delete(oldest);
    }
    return pick(shard, known, wanted);
  };
};
