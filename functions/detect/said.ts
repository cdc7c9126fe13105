/** What the places said of endpoints lately, in whichever shards they did, under the plans of that time. */
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { type PlanPointers, plansWithin } from '../../shared/contract/plan-pointer.ts';
import { type Arrival, arrivalOfLooks, arrivalOfRun } from '../../shared/outage/arrival.ts';
import { isUnder } from '../../shared/outage/detect.ts';
import { heardFrom, heardWithin } from '../../shared/outage/heard.ts';
import { freshMs, type Heard } from '../../shared/outage/judge.ts';
import type { DetectionState } from '../../shared/outage/outage.ts';
import type { Check } from '../../shared/probe/check.ts';
import { minuteMs } from '../../shared/probe/check-schema.ts';
import { type Roster, rostersOf } from '../../shared/probe/roster.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../../shared/time/span.ts';

export interface SaidDeps {
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'newest'>;
}

/** The plan in force, and when something arrived under it. */
interface Asked {
  readonly version: string;
  readonly seq?: number | undefined;
  readonly at: EpochMs;
}

/** A plan that was in force lately, and what was watched under it. */
interface Recent {
  readonly appliedAt: EpochMs;
  readonly rosters: readonly Roster[];
}

const holderOf = ({ rosters }: Pick<Recent, 'rosters'>, { id }: Check, place: string): Roster | undefined =>
  rosters.find((roster) => roster.places.includes(place) && roster.slots.some((slot) => slot.id === id));

/** Since when a place probes it without a break, where an older one of the plans did not have it so. */
const askedSince = (recent: readonly Recent[], check: Check, place: string): EpochMs | undefined => {
  const before = recent.findLastIndex((plan) => !holderOf(plan, check, place));
  return before < 0 ? undefined : recent[before + 1]?.appliedAt;
};

export const openSaid = ({ plans, pointers, runs }: SaidDeps) => {
  /** None of a plan that an older Vigie wrote, which may not decode. */
  const rostersUnder = async (version: string) => {
    const plan = await plans.plan(version).catch(() => undefined);
    return plan && rostersOf(plan);
  };

  const rostersInForce = async (version: string): Promise<Roster[]> => rostersOf(await plans.plan(version));

  const said = async (place: string, shard: number, within: Interval): Promise<Arrival[]> => {
    const [rounds, looks] = await Promise.all([
      runs.between(place, shard, within),
      runs.looksBetween(place, shard, within),
    ]);
    return [...rounds.map(arrivalOfRun), ...looks.map(arrivalOfLooks)];
  };

  /** What the slots of what was read mean; nothing where that cannot be read. */
  const slotsOfAll = async (arrivals: readonly Arrival[]): Promise<(arrival: Arrival) => readonly Check[]> => {
    const known = new Map<string, readonly Check[]>();
    const keyOf = ({ planVersion, shard }: Arrival) => `${planVersion} ${shard}`;
    for (const arrival of arrivals) {
      if (known.has(keyOf(arrival))) continue;
      const roster = await plans.roster(arrival.planVersion, arrival.shard).catch(() => undefined);
      known.set(keyOf(arrival), roster?.slots ?? []);
    }
    return (arrival) => known.get(keyOf(arrival)) ?? [];
  };

  /** Plans under which something that is still fresh may have been seen, the one in force last. */
  const recentPlans = async (checks: readonly Check[], state: DetectionState, { version, seq, at }: Asked) => {
    const since = epochMs(Math.min(heardWithin(checks, at).start, at - Math.max(...checks.map(freshMs))));
    const lately = !isUnder(state, version, seq) || state.planAt === undefined || state.planAt >= since;
    const history = lately ? plansWithin(await pointers.history(), interval(since, at + minuteMs)) : [];
    if (history.at(-1)?.version !== version) return [{ appliedAt: epochMs(0), rosters: await rostersInForce(version) }];
    const recent = await Promise.all(
      history.map(async (plan) => ({ ...plan, rosters: await rostersUnder(plan.version) })),
    );
    const beforeAll = history[0]?.seq === 1 && history[0].appliedAt > since ? [{ appliedAt: since, rosters: [] }] : [];
    return [
      ...beforeAll,
      ...recent.flatMap(({ appliedAt, rosters }): Recent[] => (rosters ? [{ appliedAt, rosters }] : [])),
    ];
  };
  /** What all places say of endpoints on which they may disagree, in whichever shards they did. */
  const heardOn = async (
    checks: readonly Check[],
    recent: readonly Recent[],
    at: EpochMs,
  ): Promise<Map<string, Heard>> => {
    const heard = new Map<string, Heard>();
    const within = heardWithin(checks, at);
    const hear = async (place: string): Promise<void> => {
      const own = checks.filter((check) => check.places.includes(place));
      const shards = new Set(
        own.flatMap((check) => recent.flatMap((plan) => holderOf(plan, check, place)?.shard ?? [])),
      );
      const arrivals = (await Promise.all([...shards].map((shard) => said(place, shard, within)))).flat();
      const slotsOf = await slotsOfAll(arrivals);
      const asked = own.flatMap((check): [string, EpochMs][] => {
        const since = askedSince(recent, check, place);
        return since === undefined ? [] : [[check.id, since]];
      });
      const newest =
        arrivals.length > 0 ? [] : await Promise.all([...shards].map((shard) => runs.newest(place, shard)));
      const of = heardFrom(own, {
        ...{ within, arrivals, slotsOf, askedAt: new Map(asked) },
        newest: newest.reduce((a, b) => (b !== undefined && b > (a ?? 0) ? b : a), undefined),
      });
      if (of) heard.set(place, of);
    };
    await Promise.all([...new Set(checks.flatMap((check) => check.places))].map(hear));
    return heard;
  };

  return { rostersUnder, rostersInForce, said, slotsOfAll, recentPlans, heardOn };
};
