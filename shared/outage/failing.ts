/** What detection remembers of a shard, as probing needs it: who fails where a place looks from. */
import type { Failing, FailingOf } from '../probe/failing.ts';
import type { Detections } from './detections.ts';
import type { DetectionState } from './outage.ts';

export const failing = ({ endpoints }: DetectionState, place: string): Failing[] =>
  Object.entries(endpoints).flatMap(([id, { views, outage }]) => {
    const view = views[place];
    if (view?.kind !== 'failing') return [];
    const { count, confirmed, seenAt } = view;
    return [{ id, failures: count, confirmed: confirmed || outage !== undefined, seenAt }];
  });

export const failingIn =
  (detections: Pick<Detections, 'load'>): FailingOf =>
  async (place, shard) =>
    failing((await detections.load(shard)).state, place);
