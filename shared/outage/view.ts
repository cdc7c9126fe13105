/** What one place sees of an endpoint, sample after sample. */
import type { Check } from '../probe/check.ts';
import type { EpochMs } from '../time/span.ts';
import type { Arrival, Seen } from './arrival.ts';
import type { DetectionState, EndpointState, View } from './outage.ts';

/** The stream keeps a record for an hour (`infra/detection.ts`): until then, what is over may still arrive again. */
export const repeatsMs = 60 * 60_000;

/** What is known once a sample is; nothing where nothing fails, or fails in a sample that is old news. */
export const withSample = (
  known: EndpointState | undefined,
  check: Check,
  sample: Seen,
  { kind, place, at }: Arrival,
  applied: DetectionState['applied'],
): EndpointState | undefined => {
  const state = known && ofPlaces(known, check);
  const before = state?.views[place];
  if (before && before.seenAt >= sample.at) return state;
  // Of an endpoint that is plainly up nothing is remembered: a failure in an old run may be long over.
  if (!before && kind === 'run' && at < (applied[place]?.runAt ?? Number.NEGATIVE_INFINITY)) return state;
  const view = nextView(before, sample, check);
  if (view === before) return state;
  return { ...(state ?? { views: {} }), views: { ...state?.views, ...(view && { [place]: view }) } };
};

const nextView = (before: View | undefined, { at, outcome, detail }: Seen, { confirm }: Check): View | undefined => {
  switch (outcome.state) {
    case 'unknown':
      return before;
    case 'up':
      return before?.kind === 'failing' ? { kind: 'well', seenAt: at } : before;
    case 'down': {
      const { cause } = outcome;
      const streak = before?.kind === 'failing' ? before : undefined;
      const count = (streak?.count ?? 0) + 1;
      const confirmed = streak?.confirmed || count >= confirm;
      const words = detail ?? (streak?.cause === cause ? streak.detail : undefined);
      const view = { since: streak?.since ?? at, count, confirmed, seenAt: at, cause };
      return { kind: 'failing', ...view, ...(words && { detail: words }) };
    }
  }
};

/** Without views of places that probe it no more. */
export const ofPlaces = (known: EndpointState, { places }: Check): EndpointState => {
  const views = Object.entries(known.views);
  if (views.every(([place]) => places.includes(place))) return known;
  return { ...known, views: Object.fromEntries(views.filter(([place]) => places.includes(place))) };
};

/** Without what no sample that may still arrive is older than; nothing where nothing is left. */
export const withoutOld = (known: EndpointState, at: EpochMs): EndpointState | undefined => {
  const views = Object.entries(known.views);
  const young = views.filter(([, view]) => view.kind === 'failing' || at - view.seenAt <= repeatsMs);
  if (young.length === 0 && !known.outage) return undefined;
  return young.length === views.length ? known : { ...known, views: Object.fromEntries(young) };
};
