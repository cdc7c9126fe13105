/**
 * The fast path: from samples of any place, as they arrive, to outages opened and closed.
 *
 * Place    `confirm` failures with no success between them confirm that a place sees an outage; the first success ends
 *          that. `unknown` and silence neither confirm nor end, here as in settlement.
 * Places   what they say together: `judge.ts`.
 * Quiet    an outage that is confirmed inside a maintenance window of its service is recorded and not told; the first
 *          failure seen outside every window tells it.
 * Shards   an endpoint that another shard watches under a new plan takes what is known of it along. What still comes under
 *          an older plan is judged by the one in force, in the shards that watch its endpoints now.
 * Repeats  a sample that is not newer than what is known of its place and endpoint changes nothing. So a caller may stop
 *          after any step, and give the same arrival again.
 */
import type { Check } from '../probe/check.ts';
import type { Arrival } from './arrival.ts';
import { handOverMs } from './hand-over.ts';
import { ended, type Heard, judge } from './judge.ts';
import type { DetectionState, EndpointState, Maintenance, OutageEvent } from './outage.ts';
import { ofPlaces, repeatsMs, withoutOld, withSample } from './view.ts';

/** State and events that belong together: written in one transaction, or not at all. */
export interface Detection {
  readonly state: DetectionState;
  readonly events: readonly OutageEvent[];
}

/** What an arrival is seen in the light of. */
export interface Setting {
  /** The arrival's roster: what its slots mean. */
  readonly slots: readonly Check[];
  /**
   * The plan in force and what the shard watches under it, where the arrival is a straggler of an older one. It may be
   * another shard's, and must be without the failures that were found over since.
   */
  readonly newer?: { readonly plan: string; readonly watched: readonly Check[] } | undefined;
  /** The number of the plan in force. */
  readonly seq?: number | undefined;
  readonly maintenance: readonly Maintenance[];
  /** By place, where endpoints are contested; `contested` says when. */
  readonly heard?: ReadonlyMap<string, Heard>;
  /** Endpoints that other shards watch. */
  readonly elsewhere?: ReadonlySet<string>;
}

/** An event writes an outage and two messages; thirty of them and the state fit in DynamoDB's 100 items. */
const mostEventsAStep = 30;

/** The whole arrival at once. */
export const detect = (state: DetectionState, arrival: Arrival, setting: Setting): Detection => {
  const steps = detectInSteps(state, arrival, setting, Number.POSITIVE_INFINITY);
  return { state: steps.at(-1)?.state ?? state, events: steps.flatMap(({ events }) => events) };
};

/**
 * The arrival in steps of at most so many events, each a state that can be stored and gone on from by giving the same
 * arrival again. None where it changes nothing.
 */
export const detectInSteps = (
  state: DetectionState,
  arrival: Arrival,
  setting: Setting,
  mostEvents = mostEventsAStep,
): Detection[] => {
  if (arrival.at < newestApplied(state) - repeatsMs) return [];
  const { place, at } = arrival;
  const { maintenance, newer, elsewhere = new Set() } = setting;
  const heard = withOwn(setting.heard ?? new Map(), arrival);
  const plan = newer?.plan ?? arrival.planVersion;
  const { seq = state.seq } = setting;
  const isFirst = !isUnder(state, plan, seq);
  const planAt = isFirst ? at : (state.planAt ?? at);
  const under = {
    ...{ plan, planAt, ...(seq !== undefined && { seq }) },
    applied: newer ? state.applied : { ...state.applied, [place]: mark(state.applied[place], arrival) },
  };
  const endpoints: Record<string, EndpointState> = { ...state.endpoints };
  const steps: Detection[] = [];
  let events: OutageEvent[] = [];
  let changed = isFirst;
  const take = (id: string, next: EndpointState | undefined, event?: OutageEvent): void => {
    if (next === endpoints[id]) return;
    changed = true;
    if (next) endpoints[id] = next;
    else delete endpoints[id];
    if (event) events.push(event);
    if (events.length < mostEvents) return;
    steps.push({ state: { ...under, endpoints: { ...endpoints } }, events });
    events = [];
  };

  const watched = watchedIn(setting);
  for (const [id, known] of Object.entries(endpoints)) {
    if (watched.has(id) || newer) continue;
    if (elsewhere.has(id)) {
      // Another shard watches it now, and takes over what is known of it with its own first arrival.
      if (at - planAt > handOverMs) take(id, undefined);
      continue;
    }
    take(id, undefined, known.outage && ended(known, known.outage, at, 'unwatched').event);
  }

  const judgedBy = new Set<string>();
  for (const sample of arrival.seen) {
    const check = watched.get(setting.slots[sample.slot]?.id ?? '');
    if (!check?.places.includes(place)) continue;
    judgedBy.add(check.id);
    const next = withSample(endpoints[check.id], check, sample, arrival, newer ? {} : state.applied);
    if (!next) continue;
    const failed = sample.outcome.state === 'down' && next !== endpoints[check.id];
    const judged = judge(next, { check, at: sample.at, failed, heard, maintenance });
    take(check.id, judged.state, judged.event);
  }
  // Of the others, silence may have decided.
  for (const [id, known] of Object.entries(endpoints)) {
    const check = watched.get(id);
    if (!check || judgedBy.has(id)) continue;
    const judged = judge(ofPlaces(known, check), { check, at, failed: false, heard, maintenance });
    take(id, judged.state, judged.event);
  }

  const kept = Object.entries(endpoints).flatMap(([id, known]) => {
    const pruned = withoutOld(known, at);
    changed ||= pruned !== known;
    return pruned ? [[id, pruned] as const] : [];
  });
  if (!changed) return [];
  return [...steps, { state: { ...under, endpoints: Object.fromEntries(kept) }, events }];
};

/** Endpoints whose state, after any of these samples, hangs on what other places know: somebody has confirmed a failure. */
export const contested = (state: DetectionState, arrival: Arrival, setting: Setting): Check[] => {
  const watched = watchedIn(setting);
  const applied = setting.newer ? {} : state.applied;
  const after = new Map(Object.entries(state.endpoints));
  const found = new Map<string, Check>();
  const note = (check: Check | undefined, { views, outage }: EndpointState): void => {
    if (!check) return;
    const [only, second] = check.places;
    // One by itself is asked only of an outage that it sees no more, or that others saw before a plan left it alone.
    if (only && !second && (!outage || views[only]?.kind === 'failing')) return;
    const someConfirmed = Object.values(views).some((view) => view.kind === 'failing' && view.confirmed);
    if (outage || someConfirmed) found.set(check.id, check);
  };
  for (const [id, known] of after) note(watched.get(id), known);
  // Each is judged after every sample: a failure needs the others though its end came with it.
  for (const sample of arrival.seen) {
    const check = watched.get(setting.slots[sample.slot]?.id ?? '');
    const next = check && withSample(after.get(check.id), check, sample, arrival, applied);
    if (!check || !next) continue;
    after.set(check.id, next);
    note(check, next);
  }
  return [...found.values()];
};

/** Whether nothing moved between shards since the state was written. */
export const isUnder = (state: DetectionState, plan: string, seq: number | undefined): boolean =>
  state.plan === plan && (seq === undefined || state.seq === seq);

const watchedIn = ({ newer, slots }: Setting): Map<string, Check> =>
  new Map((newer?.watched ?? slots).map((check) => [check.id, check]));

/** Whose run or looks arrive is heard of. */
const withOwn = (heard: ReadonlyMap<string, Heard>, { place, at }: Arrival): Map<string, Heard> => {
  const of = heard.get(place);
  const newest = of && of.at > at ? of.at : at;
  return new Map(heard).set(place, { unsure: new Set(), ...of, at: newest });
};

type Applied = DetectionState['applied'][string];

const mark = (before: Applied | undefined, { kind, at }: Arrival): Applied => {
  const key = kind === 'run' ? 'runAt' : 'looksAt';
  const known = before?.[key];
  return { ...before, [key]: known !== undefined && known > at ? known : at };
};

const newestApplied = ({ applied }: DetectionState): number =>
  Math.max(
    Number.NEGATIVE_INFINITY,
    ...Object.values(applied).flatMap(({ runAt, looksAt }) => [runAt ?? 0, looksAt ?? 0]),
  );
