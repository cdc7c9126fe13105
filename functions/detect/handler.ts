import * as z from 'zod';
import { looksOf, runOf } from '../../shared/adapters/dynamodb/runs.ts';
import { type BatchAnswer, eachInOrder, recordsOf } from '../../shared/adapters/dynamodb/stream.ts';
import { type Arrival, arrivalOfLooks, arrivalOfRun } from '../../shared/outage/arrival.ts';
import { detectInSteps } from '../../shared/outage/detect.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import { outageNotices } from '../../shared/outage/notice.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import { type Log, told } from '../log.ts';
import { openSurroundings, type SurroundingsDeps, type Taking } from './surroundings.ts';

export interface DetectDeps extends SurroundingsDeps {
  readonly detections: Pick<Detections, 'load' | 'save'>;
  readonly now: () => EpochMs;
  readonly log: Log;
}

const imageSchema = z.object({ pk: z.string(), replayed: z.boolean().optional() });

/** None of what is replayed: nobody is woken for it, whatever the stream's filter lets through. */
const decode = (image: unknown): Arrival | undefined => {
  const { pk, replayed } = imageSchema.parse(image);
  if (replayed) return undefined;
  return pk.startsWith('LOOK#') ? arrivalOfLooks(looksOf(image)) : arrivalOfRun(runOf(image));
};

/** Of several places' arrivals at once each writes the same state: whoever loses begins again from the winner's. */
const mostTries = 10;

export const makeDetect = ({ detections, now, log, ...reading }: DetectDeps) => {
  const { takingsOf, surroundingsOf } = openSurroundings({ detections, ...reading });

  /** False where another arrival was faster, after whatever steps, or is under a newer plan already. */
  const tried = async (taking: Taking): Promise<boolean> => {
    const { shard, version, seq } = taking;
    const stored = await detections.load(shard);
    if (seq !== undefined && (stored.state.seq ?? seq) > seq) return false;
    const { state, arrival, setting } = await surroundingsOf(stored.state, taking);
    let { rev } = stored;
    for (const step of detectInSteps(state, arrival, setting)) {
      const plan = step.events.length > 0 ? await reading.plans.plan(version) : undefined;
      const messages = plan ? step.events.flatMap((event) => outageNotices(event, plan)) : [];
      if (!(await detections.save({ shard, rev, at: now() }, step, messages))) return false;
      rev += 1;
      for (const { kind, outage } of step.events)
        log.info('outage', { kind, endpoint: outage.endpoint, openedAt: outage.openedAt, cause: outage.cause });
    }
    return true;
  };

  /** Each try asks again which plan is in force: whoever was faster may have been under the next one. */
  const detectArrival = async (arrival: Arrival): Promise<void> => {
    const done = new Set<string>();
    for (let n = 0; n < mostTries; n++) {
      let lost = false;
      for (const taking of await takingsOf(arrival)) {
        const key = `${taking.seq} ${taking.shard}`;
        if (done.has(key)) continue;
        if (await tried(taking)) done.add(key);
        else lost = true;
      }
      if (!lost) return;
    }
    throw new Error(`the detection state of ${arrival.place}'s shard ${arrival.shard} moved on ${mostTries} times`);
  };

  return (event: unknown): Promise<BatchAnswer> =>
    eachInOrder(recordsOf(event), {
      decode,
      groupOf: (arrival) => (arrival ? `${arrival.place}#${arrival.shard}` : 'replayed'),
      each: async (arrival) => {
        if (arrival) await detectArrival(arrival);
      },
      failed: (error, sequence) => log.error('samples not looked at', { sequence, ...told(error) }),
    });
};
