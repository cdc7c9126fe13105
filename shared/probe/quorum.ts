/** How many places must agree before an endpoint is down: one rule for detection and for settlement. */
import type { Quorum } from './check.ts';

/**
 * Of `known` places that know anything at the moment, out of all `places` that probe. A majority is more than half of those
 * that know, and at least two where there are three or more to ask: one by itself may be the one that is cut off.
 */
export const neededOf = (quorum: Quorum, known: number, places: number): number =>
  quorum === 'majority' ? Math.max(Math.floor(known / 2) + 1, places >= 3 ? 2 : 1) : quorum;
