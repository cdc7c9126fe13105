/**
 * The fast path: from runs, one after the other, to outages opened and closed.
 *
 * Rule     `confirm` failures with no success between them open an outage, from the first; the first success closes it.
 *          `unknown` and silence neither confirm nor close, here as in settlement.
 * Quiet    an outage that is confirmed inside a maintenance window of its service is recorded and not told; the first
 *          failure seen outside every window tells it.
 * Shards   an endpoint that another shard watches under a new plan takes its outage along: it is the same outage.
 * Repeats  a run that is not newer than the newest applied changes nothing; neither does a slot that was applied before
 *          a run was cut short. So a caller may stop after any step, and give the same run again.
 */
import type { Check } from '../probe/check.ts';
import type { Roster } from '../probe/roster.ts';
import { type Outcome, type Run, sampleAt } from '../probe/run.ts';
import type { EpochMs } from '../time/span.ts';
import { handOverMs } from './hand-over.ts';
import type { DetectionState, EndpointState, Maintenance, Outage, OutageEvent } from './outage.ts';

/** State and events that belong together: written in one transaction, or not at all. */
export interface Detection {
  readonly state: DetectionState;
  readonly events: readonly OutageEvent[];
}

/** An event writes an outage and two messages; thirty of them and the state fit in DynamoDB's 100 items. */
export const mostEventsAStep = 30;

/** The whole run at once. */
export const detect = (
  state: DetectionState,
  run: Run,
  roster: Roster,
  maintenance: readonly Maintenance[],
): Detection => {
  const steps = detectInSteps(state, run, roster, maintenance, Number.POSITIVE_INFINITY);
  return { state: steps.at(-1)?.state ?? state, events: steps.flatMap(({ events }) => events) };
};

/**
 * The run in steps of at most so many events, each a state that can be stored and gone on from. None where the run is
 * old. Only the last marks the run as applied.
 */
export const detectInSteps = (
  state: DetectionState,
  run: Run,
  { slots }: Roster,
  maintenance: readonly Maintenance[],
  mostEvents = mostEventsAStep,
  elsewhere: ReadonlySet<string> = new Set(),
): Detection[] => {
  if (state.runAt !== undefined && run.startedAt <= state.runAt) return [];
  const endpoints: Record<string, EndpointState> = { ...state.endpoints };
  const steps: Detection[] = [];
  let events: OutageEvent[] = [];
  const take = (id: string, next: EndpointState | undefined, event: OutageEvent | undefined): void => {
    if (next) endpoints[id] = next;
    else delete endpoints[id];
    if (event) events.push(event);
    if (events.length < mostEvents) return;
    steps.push({ state: { ...state, endpoints: { ...endpoints } }, events });
    events = [];
  };

  const watched = new Set(slots.map(({ id }) => id));
  for (const [id, known] of Object.entries(endpoints)) {
    if (watched.has(id)) continue;
    if (elsewhere.has(id)) {
      // Another shard watches it now, and takes over what is known of it with its own first run.
      if (run.startedAt - known.seenAt > handOverMs) take(id, undefined, undefined);
      continue;
    }
    const gone = known.kind === 'down' ? closed(known.outage, run.startedAt, 'unwatched') : undefined;
    take(id, undefined, gone);
  }
  for (const [slot, check] of slots.entries()) {
    const outcome = run.outcomes[slot];
    const known = endpoints[check.id];
    const at = sampleAt(run.startedAt, slot);
    if (!outcome || (known && known.seenAt >= at)) continue;
    const next = step(known, { check, outcome, at, place: run.place, maintenance });
    if (next.state !== known) take(check.id, next.state, next.event);
  }

  const settled = Object.entries(endpoints).filter(([, { kind }]) => kind !== 'recovered');
  steps.push({
    state: { runAt: run.startedAt, plan: run.planVersion, endpoints: Object.fromEntries(settled) },
    events,
  });
  return steps;
};

interface Seen {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly at: EpochMs;
  readonly place: string;
  readonly maintenance: readonly Maintenance[];
}

interface Next {
  readonly state: EndpointState | undefined;
  readonly event?: OutageEvent;
}

const step = (known: EndpointState | undefined, seen: Seen): Next => {
  switch (seen.outcome.state) {
    case 'unknown':
    case 'not-due':
      return { state: known };
    case 'up':
      return afterSuccess(known, seen.at);
    case 'down':
      return known?.kind === 'down' ? stillDown(known.outage, seen) : afterFailure(known, seen, seen.outcome.cause);
  }
};

const afterSuccess = (known: EndpointState | undefined, at: EpochMs): Next => {
  if (known?.kind !== 'down') return { state: known && { kind: 'recovered', seenAt: at } };
  return { state: { kind: 'recovered', seenAt: at }, event: closed(known.outage, at, 'recovered') };
};

const afterFailure = (known: EndpointState | undefined, seen: Seen, cause: Outage['cause']): Next => {
  const { check, at, place } = seen;
  const [since, count] = known?.kind === 'failing' ? [known.since, known.count + 1] : [at, 1];
  if (count < check.confirm) return { state: { kind: 'failing', since, count, seenAt: at } };
  const window = windowAt(seen);
  const outage: Outage = {
    endpoint: check.id,
    place,
    openedAt: since,
    confirmedAt: at,
    cause,
    told: window === undefined,
    ...(window && { window: window.id }),
  };
  return { state: { kind: 'down', outage, seenAt: at }, event: { kind: 'opened', outage } };
};

const stillDown = (outage: Outage, seen: Seen): Next => {
  if (outage.told || windowAt(seen)) return { state: { kind: 'down', outage, seenAt: seen.at } };
  const told = { ...outage, told: true };
  return { state: { kind: 'down', outage: told, seenAt: seen.at }, event: { kind: 'overran', outage: told } };
};

const closed = (outage: Outage, closedAt: EpochMs, reason: 'recovered' | 'unwatched'): OutageEvent => ({
  kind: 'closed',
  outage,
  closedAt,
  reason,
});

/** The announced window of the endpoint's service that the sample lies in. */
const windowAt = ({ check, at, maintenance }: Seen): Maintenance | undefined => {
  const [client, service = ''] = check.id.split('/');
  return maintenance.find(
    (window) =>
      window.client === client &&
      window.start <= at &&
      at < window.end &&
      (window.services === undefined || window.services.includes(service)),
  );
};
