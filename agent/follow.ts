/** The plan in force as this place sees it: its own rosters, and a copy on disk so that it starts and goes on without AWS. */
import { join } from 'node:path';
import * as z from 'zod';
import { placeSchema } from '../shared/probe/place.ts';
import { type Roster, rosterSchema } from '../shared/probe/roster.ts';
import type { AgentLog } from './log.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** `places/<place>/<version>.json`, as `apply` writes it. */
const placeDocumentSchema = z.object({
  rosters: z.array(rosterSchema),
  /** `host:port`, asked when everything fails. */
  references: z.array(z.string()).optional(),
});

export interface FollowedPlan {
  readonly version: string;
  readonly rosters: readonly Roster[];
  readonly references: readonly string[];
}

const copySchema = z.object({ v: z.literal(1), place: placeSchema, version: z.string(), document: z.unknown() });

export interface PlanSource {
  /** Of the plan in force; none before the first was applied. */
  version(): Promise<string | undefined>;
  /** The document of this place, as JSON. */
  document(version: string): Promise<string>;
}

export interface Follower {
  current(): FollowedPlan | undefined;
  /** Asks whether another plan is in force. Where that fails it rejects, and the old one is followed. */
  poll(): Promise<void>;
}

const planOf = (version: string, document: unknown): FollowedPlan => {
  const { rosters, references = [] } = placeDocumentSchema.parse(document);
  return { version, rosters, references };
};

export interface FollowOptions {
  readonly folder: string;
  readonly place: string;
  readonly source: PlanSource;
  readonly log: AgentLog;
}

export const openFollower = async ({ folder, place, source, log }: FollowOptions): Promise<Follower> => {
  const path = join(folder, 'plan.json');

  const fromDisk = async (): Promise<FollowedPlan | undefined> => {
    const text = await readIfThere(path);
    if (text === undefined) return undefined;
    try {
      const copy = copySchema.parse(JSON.parse(text));
      return copy.place === place ? planOf(copy.version, copy.document) : undefined;
    } catch (error) {
      log.error('the copy of the plan cannot be read, and is asked for again', { path, reason: String(error) });
      return undefined;
    }
  };
  let current = await fromDisk();

  const tell = (plan: FollowedPlan, from: string): void => {
    const endpoints = plan.rosters.reduce((sum, { slots }) => sum + slots.length, 0);
    log.info('following a plan', { version: plan.version, shards: plan.rosters.length, endpoints, from });
  };
  if (current) tell(current, 'disk');

  return {
    current: () => current,
    poll: async () => {
      const version = await source.version();
      if (version === undefined || version === current?.version) return;
      const document: unknown = JSON.parse(await source.document(version));
      current = planOf(version, document);
      tell(current, 'AWS');
      // A copy that the disk does not take is missed at the next start alone.
      await writeWhole(path, JSON.stringify({ v: 1, place, version, document })).catch((error: unknown) =>
        log.error('the plan is followed, but no copy of it is kept', { path, reason: String(error) }),
      );
    },
  };
};
