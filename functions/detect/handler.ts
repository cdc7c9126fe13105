import { runOf } from '../../shared/adapters/dynamodb/runs.ts';
import { type BatchAnswer, eachInOrder, recordsOf } from '../../shared/adapters/dynamodb/stream.ts';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import { recurringAt } from '../../shared/measure/recurring.ts';
import { type MaintenanceWindows, standing } from '../../shared/measure/windows.ts';
import { type Detection, detectInSteps } from '../../shared/outage/detect.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { outageNotices } from '../../shared/outage/notice.ts';
import type { DetectionState, Maintenance } from '../../shared/outage/outage.ts';
import type { Roster } from '../../shared/probe/roster.ts';
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
  events.length === 0 && JSON.stringify(state.endpoints) === JSON.stringify(before.endpoints);

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

  const detectRun = async (run: Run): Promise<void> => {
    const { place, shard } = run;
    const roster = await plans.roster(run.planVersion, shard);
    const { state, rev } = await detections.load(place, shard);
    const maintenance = await announcedFor(concernedBy(run, roster, state), run);
    let before = { state, rev };
    for (const step of detectInSteps(state, run, roster, maintenance)) {
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
