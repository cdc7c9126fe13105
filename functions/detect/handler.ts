import { runOf } from '../../shared/adapters/dynamodb/runs.ts';
import { type BatchAnswer, eachInOrder, recordsOf } from '../../shared/adapters/dynamodb/stream.ts';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import { recurringAt } from '../../shared/measure/recurring.ts';
import { type MaintenanceWindows, standing } from '../../shared/measure/windows.ts';
import { type Detection, detectInSteps, mostEventsAStep } from '../../shared/outage/detect.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { handedOver } from '../../shared/outage/hand-over.ts';
import { outageNotices } from '../../shared/outage/notice.ts';
import type { DetectionState, Maintenance } from '../../shared/outage/outage.ts';
import { type Roster, rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, type Run, runVersion } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import { type Log, told } from '../log.ts';

export interface DetectDeps {
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly detections: Pick<Detections, 'load' | 'save'>;
  readonly windows: Pick<MaintenanceWindows, 'list'>;
  readonly now: () => EpochMs;
  readonly log: Log;
}

const decodeStored = (image: unknown): Run => {
  const { codes, ...run }: StoredRun = runOf(image);
  return { ...run, outcomes: decodeRun(runVersion, codes) };
};

/** Clients whose maintenance matters now: with an endpoint that fails, or that failed before. */
const concernedBy = (run: Run, { slots }: Roster, { endpoints }: DetectionState): Set<string> => {
  const failing = slots.filter((_, slot) => run.outcomes[slot]?.state === 'down').map(({ id }) => id);
  return new Set([...failing, ...Object.keys(endpoints)].map((id) => id.slice(0, id.indexOf('/'))));
};

const maintenanceOf = (client: string, { id, start, end, services }: MaintenanceWindow): Maintenance => ({
  ...{ id, client, start, end },
  ...(services && { services }),
});

/** A minute in which all is plainly well writes nothing. */
const changesNothing = ({ state, events }: Detection, before: DetectionState): boolean =>
  events.length === 0 &&
  state.plan === before.plan &&
  JSON.stringify(state.endpoints) === JSON.stringify(before.endpoints);

export const makeDetect = ({ plans, detections, windows, now, log }: DetectDeps) => {
  /** What was declared, and what the contract declares itself. */
  const announcedFor = async (ids: ReadonlySet<string>, run: Run): Promise<Maintenance[]> => {
    if (ids.size === 0) return [];
    const { clients } = await plans.plan(run.planVersion);
    const all = await Promise.all(
      [...ids].map(async (id) => {
        const contract = clients.find((client) => client.id === id);
        const declared = standing(await windows.list(id));
        return [...declared, ...(contract ? recurringAt(contract, run.startedAt) : [])].map((window) =>
          maintenanceOf(id, window),
        );
      }),
    );
    return all.flat();
  };

  /** Under another plan than before, endpoints may have moved between shards, and shards may be gone. */
  const takenOver = async (state: DetectionState, { place, shard, planVersion, startedAt }: Run) => {
    const rosters = rostersOf(await plans.plan(planVersion));
    const before = state.plan && (await plans.plan(state.plan).catch(() => undefined)); // an older Vigie's may not decode
    const most = Math.max(rosters.length, before ? rostersOf(before).length : 0);
    const others = Array.from({ length: most }, (_, index) => index).filter((index) => index !== shard);
    const known = others.map(async (index) => ({
      shard: index,
      state: (await detections.load(place, index)).state,
    }));
    return handedOver({ shard, state }, await Promise.all(known), rosters, startedAt);
  };

  /** Endpoints that are known here and watched by another shard now. */
  const watchedElsewhere = async ({ endpoints }: DetectionState, { slots }: Roster, version: string) => {
    const here = new Set(slots.map(({ id }) => id));
    if (Object.keys(endpoints).every((id) => here.has(id))) return new Set<string>();
    return new Set(rostersOf(await plans.plan(version)).flatMap((roster) => roster.slots.map(({ id }) => id)));
  };

  const detectRun = async (run: Run): Promise<void> => {
    const { place, shard, planVersion } = run;
    const roster = await plans.roster(planVersion, shard);
    const { state: stored, rev } = await detections.load(place, shard);
    const state = stored.plan === planVersion ? stored : await takenOver(stored, run);
    const elsewhere = await watchedElsewhere(state, roster, planVersion);
    const maintenance = await announcedFor(concernedBy(run, roster, state), run);
    let before = { state: stored, rev };
    for (const step of detectInSteps(state, run, roster, maintenance, mostEventsAStep, elsewhere)) {
      if (changesNothing(step, before.state)) continue;
      const plan = step.events.length > 0 ? await plans.plan(run.planVersion) : undefined;
      const messages = plan ? step.events.flatMap((event) => outageNotices(event, plan)) : [];
      const saved = await detections.save({ place, shard, rev: before.rev, at: now() }, step, messages);
      if (!saved) throw new Error(`the detection state of ${place} ${shard} moved on from ${before.rev}`);
      before = { state: step.state, rev: before.rev + 1 };
      for (const { kind, outage } of step.events)
        log.info('outage', { kind, endpoint: outage.endpoint, openedAt: outage.openedAt, cause: outage.cause });
    }
  };

  return (event: unknown): Promise<BatchAnswer> =>
    eachInOrder(recordsOf(event), {
      decode: decodeStored,
      groupOf: ({ place, shard }) => `${place}#${shard}`,
      each: detectRun,
      failed: (error, sequence) => log.error('run not looked at', { sequence, ...told(error) }),
    });
};
