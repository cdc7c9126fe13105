/** What detection remembers of a shard, as probing needs it: who fails where this place looks from. */
import type { FailingOf } from '../probe/failing.ts';
import type { Detections } from './detections.ts';
import { failing } from './failing.ts';

export const failingIn =
  (detections: Pick<Detections, 'load'>): FailingOf =>
  async (place, shard) =>
    failing((await detections.load(shard)).state, place);
