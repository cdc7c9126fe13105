/**
 * What the places say together about one endpoint.
 *
 * Knows    a place whose failure is fresh, or that was heard of lately and says nothing of a failure. Fresh is three
 *          intervals of the check, three minutes at least, before the newest that is known of any place.
 * Soon     a place that has only just begun to probe it, and has said nothing of it yet, may say either: nothing opens or
 *          closes that would not whatever it says. Once its first word is three intervals late it is silent.
 * Opens    once as many places as the quorum needs, of those that know, have confirmed failures; from the instant at which
 *          that many of them had begun to fail.
 * Closes   once those that know are fewer than needed, and one of them sees it well: silence closes nothing.
 */
import type { Check } from '../probe/check.ts';
import { minuteMs } from '../probe/check-schema.ts';
import { neededOf } from '../probe/quorum.ts';
import { type EpochMs, epochMs } from '../time/span.ts';
import type { EndpointState, FailingView, Maintenance, Outage, OutageEvent, View } from './outage.ts';

/** What a place's rounds and looks say lately. */
export interface Heard {
  /** The newest of them. */
  readonly at: EpochMs;
  /** Endpoints that the place, by its newest sample of them or for want of one, cannot tell anything about. */
  readonly unsure: ReadonlySet<string>;
  /** Endpoints that it probes since just now and of which it said nothing yet, or whose failure is on its way here. */
  readonly soon?: ReadonlySet<string>;
}

/** When and by what an endpoint is judged. */
export interface Occasion {
  readonly check: Check;
  readonly at: EpochMs;
  /** A failed sample of this endpoint arrived. */
  readonly failed: boolean;
  /** By place; those that are missing are silent. */
  readonly heard: ReadonlyMap<string, Heard>;
  readonly maintenance: readonly Maintenance[];
}

export interface Judged {
  readonly state: EndpointState;
  readonly event?: OutageEvent;
}

export const freshMs = ({ everyMs }: Check): number => Math.max(3 * everyMs, 3 * minuteMs);

type Standing = 'knows' | 'soon' | 'silent';

const standingOf = (view: View | undefined, of: Heard | undefined, { id }: Check, freshFrom: number): Standing => {
  if (view?.kind === 'failing') return view.seenAt >= freshFrom ? 'knows' : 'silent';
  if (of === undefined || of.at < freshFrom || of.unsure.has(id)) return 'silent';
  return of.soon?.has(id) ? 'soon' : 'knows';
};

/** The newest instant of what is known of an endpoint. */
export const newestOf = ({ views, outage, closedAt }: EndpointState): EpochMs =>
  epochMs(Math.max(closedAt ?? 0, outage?.confirmedAt ?? 0, ...Object.values(views).map(({ seenAt }) => seenAt)));

export const judge = (state: EndpointState, occasion: Occasion): Judged => {
  const { check, heard, maintenance } = occasion;
  // What arrives late is judged in the light of what came before it, and what comes again in that of what came since.
  const at = epochMs(Math.max(occasion.at, newestOf(state)));
  const freshFrom = Math.max(at, ...[...heard.values()].map((of) => of.at)) - freshMs(check);
  const standings = Map.groupBy(check.places, (place) =>
    standingOf(state.views[place], heard.get(place), check, freshFrom),
  );
  const { knows: known = [], soon = [] } = Object.fromEntries(standings);
  const down = known.flatMap((place): (FailingView & { place: string })[] => {
    const view = state.views[place];
    return view?.kind === 'failing' && view.confirmed ? [{ ...view, place }] : [];
  });
  const needed = neededOf(check.quorum, known.length + soon.length, check.places.length);
  const { outage } = state;
  down.sort((a, b) => a.since - b.since);
  const decisive = down[needed - 1];
  if (!outage) {
    if (!decisive) return { state };
    const newest = down.reduce((a, b) => (b.seenAt > a.seenAt ? b : a));
    const window = windowAt(check.id, at, maintenance);
    const opened: Outage = {
      endpoint: check.id,
      places: down.map(({ place }) => place),
      openedAt: epochMs(Math.max(decisive.since, state.closedAt ?? 0)),
      confirmedAt: at,
      cause: newest.cause,
      ...(newest.detail && { detail: newest.detail }),
      told: window === undefined,
      ...(window && { window: window.id }),
    };
    return { state: { ...state, outage: opened }, event: { kind: 'opened', outage: opened } };
  }
  if (down.length + soon.length < needed && known.length > down.length) return ended(state, outage, at, 'recovered');
  const places = [...outage.places, ...down.map(({ place }) => place).filter((one) => !outage.places.includes(one))];
  const loud = !outage.told && occasion.failed && windowAt(check.id, at, maintenance) === undefined;
  if (!loud && places.length === outage.places.length) return { state };
  const goesOn: Outage = { ...outage, places, told: outage.told || loud };
  return { state: { ...state, outage: goesOn }, ...(loud && { event: { kind: 'overran', outage: goesOn } }) };
};

/** An outage of that endpoint that is over. */
export const ended = (
  { views }: EndpointState,
  outage: Outage,
  closedAt: EpochMs,
  reason: 'recovered' | 'unwatched',
): Judged => ({ state: { views, closedAt }, event: { kind: 'closed', outage, closedAt, reason } });

/** The announced window of the endpoint's service that the instant lies in. */
const windowAt = (id: string, at: EpochMs, maintenance: readonly Maintenance[]): Maintenance | undefined => {
  const [client, service = ''] = id.split('/');
  return maintenance.find(
    (window) =>
      window.client === client &&
      window.start <= at &&
      at < window.end &&
      (window.services === undefined || window.services.includes(service)),
  );
};
