/** What detection remembers of a shard, as probing needs it: who fails where this place looks from. */
import type { FailingOf } from '../probe/failing.ts';
import type { Detections } from './detections.ts';

export const failingIn =
  (detections: Pick<Detections, 'load'>): FailingOf =>
  async (place, shard) => {
    const { state } = await detections.load(shard);
    return Object.entries(state.endpoints).flatMap(([id, { views }]) => {
      const view = views[place];
      return view?.kind === 'failing' ? [{ id, failures: view.count, confirmed: view.confirmed }] : [];
    });
  };
