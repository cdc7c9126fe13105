/** What an arrival has to be seen in the light of: plans, shards that it came from, maintenance, other places. */
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import { recurringAt } from '../../shared/measure/recurring.ts';
import { type MaintenanceWindows, standing } from '../../shared/measure/windows.ts';
import { type Arrival, arrivalOfLooks, arrivalOfRun, withoutOvertaken } from '../../shared/outage/arrival.ts';
import { contested, type Setting } from '../../shared/outage/detect.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { type Homes, handedOver, homesOf } from '../../shared/outage/hand-over.ts';
import { heardFrom, heardWithin } from '../../shared/outage/heard.ts';
import type { Heard } from '../../shared/outage/judge.ts';
import type { DetectionState, Maintenance } from '../../shared/outage/outage.ts';
import type { Check } from '../../shared/probe/check.ts';
import { minuteMs } from '../../shared/probe/check-schema.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { type Interval, interval } from '../../shared/time/span.ts';

export interface SurroundingsDeps {
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly detections: Pick<Detections, 'load'>;
  readonly windows: Pick<MaintenanceWindows, 'list'>;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'newest'>;
}

export interface Surroundings {
  /** With what other shards knew of endpoints that are this one's now. */
  readonly state: DetectionState;
  /** Without what comes too late to say anything. */
  readonly arrival: Arrival;
  readonly setting: Setting;
  /** The newest plan that is known here: whose words people are told in. */
  readonly version: string;
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

export const openSurroundings = ({ plans, pointers, detections, windows, runs }: SurroundingsDeps) => {
  /** Places take a new plan up one after the other, an agent late: what still comes under the old one takes nothing back. */
  const isStraggler = async ({ planVersion }: Arrival, { plan }: DetectionState): Promise<boolean> => {
    if (plan === undefined || plan === planVersion) return false;
    const versions = (await pointers.history()).map(({ version }) => version);
    return versions.lastIndexOf(planVersion) < versions.lastIndexOf(plan);
  };

  /** None of a plan that an older Vigie wrote, which may not decode. */
  const rostersUnder = async (version: string) => {
    const plan = await plans.plan(version).catch(() => undefined);
    return plan && rostersOf(plan);
  };

  /** Under another plan than before, endpoints may have moved between shards, and shards may be gone. */
  const takenOver = async (state: DetectionState, { shard, planVersion, at }: Arrival): Promise<DetectionState> => {
    const rosters = rostersOf(await plans.plan(planVersion));
    const before = state.plan === undefined ? undefined : await rostersUnder(state.plan);
    const most = Math.max(rosters.length, before?.length ?? 0);
    const indices = Array.from({ length: most }, (_, index) => index).filter((index) => index !== shard);
    const others = await Promise.all(
      indices.map(async (index) => ({ shard: index, state: (await detections.load(index)).state })),
    );
    const homes = new Map<string, Homes>();
    for (const version of new Set([state, ...others.map((other) => other.state)].flatMap(({ plan }) => plan ?? []))) {
      const under = await rostersUnder(version);
      if (under) homes.set(version, homesOf(under));
    }
    const next = { homes: homesOf(rosters), shards: rosters.length };
    return handedOver({ shard, state }, others, next, (version) => homes.get(version), at);
  };

  /** Endpoints that are known here and watched by another shard now. */
  const watchedElsewhere = async ({ endpoints }: DetectionState, slots: readonly Check[], version: string) => {
    const here = new Set(slots.map(({ id }) => id));
    if (Object.keys(endpoints).every((id) => here.has(id))) return new Set<string>();
    return new Set(rostersOf(await plans.plan(version)).flatMap((roster) => roster.slots.map(({ id }) => id)));
  };

  const said = async (place: string, shard: number, within: Interval): Promise<Arrival[]> => {
    const [rounds, looks] = await Promise.all([
      runs.between(place, shard, within),
      runs.looksBetween(place, shard, within),
    ]);
    return [...rounds.map(arrivalOfRun), ...looks.map(arrivalOfLooks)];
  };

  /** Failures of which detection knows nothing yet may be over already, where looks took longer than the next round. */
  const inTime = async (arrival: Arrival, slots: readonly Check[], state: DetectionState): Promise<Arrival> => {
    const { kind, place, shard, at, seen } = arrival;
    if (kind === 'run') return arrival;
    const late = seen.filter(({ slot, at: sampleAt, outcome }) => {
      const check = slots[slot];
      if (!check || outcome.state !== 'down' || state.endpoints[check.id]?.views[place]) return false;
      return mayBeOvertaken(check, sampleAt, at);
    });
    if (late.length === 0) return arrival;
    const since = Math.min(...late.map((sample) => sample.at)) - minuteMs;
    const appliedAt = state.applied[place]?.runAt ?? at;
    const others = await said(place, shard, interval(since, Math.max(at, appliedAt) + 1));
    return withoutOvertaken(arrival, others, appliedAt);
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

  /** What all places say of endpoints on which they may disagree. */
  const heardOn = async (
    checks: readonly Check[],
    { shard, at }: Arrival,
    rosters: ReadonlyMap<string, readonly Check[]>,
  ): Promise<Map<string, Heard>> => {
    const heard = new Map<string, Heard>();
    const within = heardWithin(checks, at);
    const places = new Set(checks.flatMap((check) => check.places));
    await Promise.all(
      [...places].map(async (place) => {
        const arrivals = await said(place, shard, within);
        const of = heardFrom(arrivals.length > 0 ? undefined : await runs.newest(place, shard), arrivals, rosters);
        if (of) heard.set(place, of);
      }),
    );
    return heard;
  };

  return async (stored: DetectionState, arrived: Arrival): Promise<Surroundings> => {
    const { planVersion, shard } = arrived;
    const { slots } = await plans.roster(planVersion, shard);
    const newer = (await isStraggler(arrived, stored)) ? stored.plan : undefined;
    const version = newer ?? planVersion;
    const watched = newer === undefined ? slots : (await plans.roster(newer, shard)).slots;
    const state = stored.plan === version ? stored : await takenOver(stored, arrived);
    const arrival = await inTime(arrived, slots, state);
    const setting = {
      slots,
      ...(newer !== undefined && { newer: watched }),
      maintenance: await announcedFor(concernedBy(arrival, slots, state), version, arrival),
      elsewhere: await watchedElsewhere(state, watched, version),
    };
    const checks = contested(state, arrival, setting);
    if (checks.length === 0) return { state, arrival, setting, version };
    const rosters = new Map([
      [planVersion, slots],
      [version, watched],
    ]);
    return { state, arrival, setting: { ...setting, heard: await heardOn(checks, arrival, rosters) }, version };
  };
};
