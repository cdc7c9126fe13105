/** What an arrival has to be seen in the light of: plans, shards that it came from, maintenance, other places. */
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import { recurringAt } from '../../shared/measure/recurring.ts';
import { type MaintenanceWindows, standing } from '../../shared/measure/windows.ts';
import { type Arrival, inSlotsOf, withoutOvertaken } from '../../shared/outage/arrival.ts';
import { contested, isUnder, type Setting } from '../../shared/outage/detect.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { type Homes, handedOver, homesOf } from '../../shared/outage/hand-over.ts';
import type { DetectionState, Maintenance } from '../../shared/outage/outage.ts';
import type { Check } from '../../shared/probe/check.ts';
import { minuteMs } from '../../shared/probe/check-schema.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { epochMs, interval } from '../../shared/time/span.ts';
import { openSaid } from './said.ts';

export interface SurroundingsDeps {
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly pointers: Pick<PlanPointers, 'current' | 'history'>;
  readonly detections: Pick<Detections, 'load'>;
  readonly windows: Pick<MaintenanceWindows, 'list'>;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'newest'>;
}

/** An arrival as one shard takes it, under the plan in force. */
export interface Taking {
  readonly arrived: Arrival;
  /** Whose endpoints it is about: its own, or under a newer plan those that watch them now. */
  readonly shard: number;
  /** The plan in force: what is watched, and in whose words people are told. */
  readonly version: string;
  readonly seq?: number | undefined;
}

export interface Surroundings {
  /** With what other shards knew of endpoints that are this one's now. */
  readonly state: DetectionState;
  /** Without what comes too late to say anything. */
  readonly arrival: Arrival;
  readonly setting: Setting;
}

const maintenanceOf = (client: string, { id, start, end, services }: MaintenanceWindow): Maintenance => ({
  ...{ id, client, start, end },
  ...(services && { services }),
});

/** Clients whose maintenance matters now: with an endpoint that fails, or that failed before. */
const concernedBy = ({ seen }: Arrival, slots: readonly Check[], { endpoints }: DetectionState): Set<string> => {
  const failing = seen.flatMap(({ slot, outcome }) => (outcome.state === 'down' ? (slots[slot]?.id ?? []) : []));
  return new Set([...failing, ...Object.keys(endpoints)].map((id) => id.slice(0, id.indexOf('/'))));
};

/** A round of the check may have begun after the sample and before the looks were written. */
const mayBeOvertaken = ({ everyMs }: Check, sampleAt: number, writtenAt: number): boolean => {
  const between = Math.min(everyMs, minuteMs);
  return Math.floor(sampleAt / between) < Math.floor(writtenAt / between);
};

/** What comes later than this under an old plan is an agent's, and marked as replayed. */
const mostStrayMs = 15 * minuteMs;

export const openSurroundings = ({ plans, pointers, detections, windows, runs }: SurroundingsDeps) => {
  const { rostersUnder, rostersInForce, said, slotsOfAll, recentPlans, heardOn } = openSaid({ plans, pointers, runs });

  /** Under another plan than before, endpoints may have moved between shards, and shards may be gone that any plan had. */
  const takenOver = async (state: DetectionState, { shard, version, arrived }: Taking): Promise<DetectionState> => {
    const rosters = rostersOf(await plans.plan(version));
    const before = state.plan === undefined ? undefined : await rostersUnder(state.plan);
    const ever = (await pointers.history()).map((plan) => plan.rosters.length);
    const most = Math.max(rosters.length, before?.length ?? 0, ...ever);
    const indices = Array.from({ length: most }, (_, index) => index).filter((index) => index !== shard);
    const others = await Promise.all(
      indices.map(async (index) => ({ shard: index, state: (await detections.load(index)).state })),
    );
    const homes = new Map<string, Homes>();
    for (const known of new Set([state, ...others.map((other) => other.state)].flatMap(({ plan }) => plan ?? []))) {
      const under = await rostersUnder(known);
      if (under) homes.set(known, homesOf(under));
    }
    const next = { homes: homesOf(rosters), shards: rosters.length };
    return handedOver({ shard, state }, others, next, (known) => homes.get(known), arrived.at);
  };

  /** Endpoints that are known here and watched by another shard now. */
  const watchedElsewhere = async ({ endpoints }: DetectionState, slots: readonly Check[], version: string) => {
    const here = new Set(slots.map(({ id }) => id));
    if (Object.keys(endpoints).every((id) => here.has(id))) return new Set<string>();
    return new Set(rostersOf(await plans.plan(version)).flatMap((roster) => roster.slots.map(({ id }) => id)));
  };

  /**
   * Failures of which detection knows nothing yet may be over already, where looks took longer than the next round, or where
   * the next round was another plan's.
   */
  const inTime = async (taking: Taking, slots: readonly Check[], state: DetectionState): Promise<Arrival> => {
    const { arrived, shard, version } = taking;
    const { kind, place, at, seen } = arrived;
    const isStraggler = arrived.planVersion !== version;
    if (kind === 'run' && !isStraggler) return arrived;
    const late = seen.filter(({ slot, at: sampleAt, outcome }) => {
      const check = slots[slot];
      if (!check || outcome.state !== 'down' || state.endpoints[check.id]?.views[place]?.kind === 'failing')
        return false;
      return isStraggler || mayBeOvertaken(check, sampleAt, at);
    });
    if (late.length === 0) return arrived;
    const since = Math.min(...late.map((sample) => sample.at)) - minuteMs;
    const until = isStraggler ? epochMs(at + mostStrayMs) : (state.applied[place]?.runAt ?? at);
    const within = interval(since, Math.max(at, until) + 1);
    const shards = [...new Set([shard, arrived.shard])];
    const others = (await Promise.all(shards.map((one) => said(place, one, within)))).flat();
    const slotsOf = await slotsOfAll(others);
    return withoutOvertaken(
      arrived,
      others.map((other) => inSlotsOf(slots, other, slotsOf(other))),
      until,
    );
  };

  /** What was declared, and what the contract declares itself. */
  const announcedFor = async (ids: ReadonlySet<string>, version: string, arrival: Arrival): Promise<Maintenance[]> => {
    if (ids.size === 0) return [];
    const { clients } = await plans.plan(version);
    const all = await Promise.all(
      [...ids].map(async (id) => {
        const contract = clients.find((client) => client.id === id);
        const declared = standing(await windows.list(id));
        return [...declared, ...(contract ? recurringAt(contract, arrival.at) : [])].map((window) =>
          maintenanceOf(id, window),
        );
      }),
    );
    return all.flat();
  };

  /** Under the plan in force: of each shard that watches something of what arrived. */
  const takingsUnder = async (arrived: Arrival, version: string, seq?: number): Promise<Taking[]> => {
    if (arrived.planVersion === version) return [{ arrived, shard: arrived.shard, version, seq }];
    const { slots } = await plans.roster(arrived.planVersion, arrived.shard);
    const homes = homesOf(await rostersInForce(version));
    const shards = new Set(slots.flatMap(({ id }) => homes.get(id) ?? []));
    return [...shards].map((shard) => ({ arrived, shard, version, seq }));
  };

  const surroundingsOf = async (stored: DetectionState, taking: Taking): Promise<Surroundings> => {
    const { arrived, shard, version, seq } = taking;
    const { slots } = await plans.roster(arrived.planVersion, arrived.shard);
    const isStraggler = arrived.planVersion !== version;
    const { slots: watched } = isStraggler ? await plans.roster(version, shard) : { slots };
    const state = isUnder(stored, version, seq) ? stored : await takenOver(stored, taking);
    const arrival = await inTime(taking, slots, state);
    const setting = {
      ...{ slots, seq },
      ...(isStraggler && { newer: { plan: version, watched } }),
      maintenance: await announcedFor(concernedBy(arrival, slots, state), version, arrival),
      elsewhere: await watchedElsewhere(state, watched, version),
    };
    const checks = contested(state, arrival, setting);
    if (checks.length === 0) return { state, arrival, setting };
    const recent = await recentPlans(checks, stored, { version, seq, at: arrived.at });
    return { state, arrival, setting: { ...setting, heard: await heardOn(checks, recent, arrival.at) } };
  };

  return {
    /**
     * By the plan in force, whatever an arrival was made under: places take a new plan up one after the other, an agent late.
     * So an endpoint has one shard that tells its outages, from the moment at which the plan changes.
     */
    takingsOf: async (arrived: Arrival): Promise<Taking[]> => {
      const current = await pointers.current();
      return takingsUnder(arrived, current?.version ?? arrived.planVersion, current?.seq);
    },
    surroundingsOf,
  };
};
