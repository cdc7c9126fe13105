/** Who fails, as one place sees it: what probing leaves to the slow lane. */
import type { Failing } from '../probe/failing.ts';
import type { DetectionState } from './outage.ts';

export const failing = ({ endpoints }: DetectionState, place: string): Failing[] =>
  Object.entries(endpoints).flatMap(([id, { views, outage }]) => {
    const view = views[place];
    if (view?.kind !== 'failing') return [];
    const { count, confirmed, seenAt } = view;
    return [{ id, failures: count, confirmed: confirmed || outage !== undefined, seenAt }];
  });
