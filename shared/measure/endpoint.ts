/**
 * The timeline of one endpoint: what each place saw, what the places say together.
 *
 * A sample holds until the next one of its place, and no longer than its reach. The true moment of a change lies
 * between two samples, so there are three timelines: as measured (from the first failure to the first success), the
 * least (from the first failure to the last) and the most (from the last success to the first).
 */
import type { TimeMeasure } from '../contract/terms.ts';
import { parseFraction } from '../money/fraction.ts';
import { neededOf } from '../probe/quorum.ts';
import { type EpochMs, epochMs, type Interval, interval, noSpans, type Spans, spans, subtract } from '../time/span.ts';
import type { EndpointEvidence, EvidenceSegment, ToldOutage } from './evidence.ts';
import { sampleSet, withinReach } from './sample-set.ts';
import { compose, type Loss, type Timeline, wholly } from './timeline.ts';

export const views = ['atLeast', 'measured', 'atMost'] as const;
export type View = (typeof views)[number];
export type Seen = Readonly<Record<View, Timeline>>;

/** What of the terms decides what an endpoint's samples mean. */
export type Reading = Pick<TimeMeasure, 'degraded' | 'confirm' | 'clock' | 'quorum' | 'weigh'> & {
  readonly reachMs: number;
};

interface PlaceView {
  readonly known: Spans;
  readonly down: Readonly<Record<View, Spans>>;
}

/** The failure that confirmed a streak; the first ten of a streak are segments of their own, so its instant is exact. */
const confirmedAt = (streak: readonly EvidenceSegment[], confirm: number): EpochMs | undefined => {
  let missing = confirm;
  for (const { firstAt, lastAt, count } of streak) {
    if (missing <= count) {
      const step = count === 1 ? 0 : Math.floor((lastAt - firstAt) / (count - 1));
      return epochMs(firstAt + (missing - 1) * step);
    }
    missing -= count;
  }
  return undefined;
};

const placeView = (evidence: readonly EvidenceSegment[], reading: Reading): PlaceView => {
  const segments = sampleSet(evidence).flatMap((segment) => withinReach(segment, reading.reachMs));
  const at = (i: number) => segments[i] as EvidenceSegment;
  const holdEnd = (i: number): EpochMs => {
    const reach = epochMs(at(i).lastAt + reading.reachMs);
    const next = segments[i + 1];
    return next && next.firstAt < reach ? next.firstAt : reach;
  };
  const known: Interval[] = [];
  const down: Record<View, Interval[]> = { atLeast: [], measured: [], atMost: [] };

  /** A streak is a row of failures with no success between them; what Vigie missed does not break it. */
  const judge = (streak: readonly number[]): void => {
    const first = streak[0];
    const confirmed = confirmedAt(streak.map(at), reading.confirm);
    if (first === undefined || confirmed === undefined) return; // not confirmed: no outage
    const clockFrom = reading.clock === 'confirmation' ? confirmed : at(first).firstAt;
    const add = (view: View, start: EpochMs, end: EpochMs) => {
      const from = start > clockFrom ? start : clockFrom;
      if (from < end) down[view].push({ start: from, end });
    };
    for (const [n, i] of streak.entries()) {
      const goesOn = streak[n + 1] === i + 1 && at(i + 1).firstAt === holdEnd(i);
      add('measured', at(i).firstAt, holdEnd(i));
      add('atLeast', at(i).firstAt, goesOn ? holdEnd(i) : at(i).lastAt);
    }
    const before = segments[first - 1];
    if (before && before.state !== 'unknown' && reading.clock !== 'confirmation') {
      down.atMost.push({ start: before.lastAt, end: holdEnd(first - 1) });
    }
  };

  let streak: number[] = [];
  for (const [i, { state, firstAt }] of segments.entries()) {
    if (state === 'unknown') continue;
    known.push({ start: firstAt, end: holdEnd(i) });
    if (state === 'down' || (state === 'degraded' && reading.degraded === 'down')) streak.push(i);
    else {
      judge(streak);
      streak = [];
    }
  }
  judge(streak);
  const measured = spans(down.measured);
  return {
    known: spans(known),
    down: { atLeast: spans(down.atLeast), measured, atMost: spans([...measured, ...down.atMost]) },
  };
};

/** How many sets cover each stretch of time. */
const counted = (sets: readonly Spans[]): ((at: EpochMs) => number) => {
  const next = sets.map(() => 0);
  return (at) => {
    let count = 0;
    for (let s = 0; s < sets.length; s++) {
      const set = sets[s] as Spans;
      let i = next[s] as number;
      while (i < set.length && (set[i] as Interval).end <= at) i++;
      next[s] = i;
      if (i < set.length && (set[i] as Interval).start <= at) count++;
    }
    return count;
  };
};

/** Down where enough of the places that know anything say so. */
const agreed = (places: readonly PlaceView[], view: View, quorum: Reading['quorum']): Spans => {
  const only = places[0];
  if (places.length === 1 && only && (quorum === 'majority' || quorum === 1)) return only.down[view];
  const [downs, knowns] = [places.map(({ down }) => down[view]), places.map(({ known }) => known)];
  const edges = edgesOf([...downs, ...knowns]);
  const [downAt, knownAt] = [counted(downs), counted(knowns)];
  const out: Interval[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i] as EpochMs, edges[i + 1] as EpochMs];
    if (start === end) continue;
    const down = downAt(start);
    if (down === 0) continue;
    if (down >= neededOf(quorum, knownAt(start), places.length)) out.push({ start, end });
  }
  return spans(out);
};

/** Every instant at which anything changes, in order; typed, because this is the one list that grows with the changes. */
const edgesOf = (sets: readonly Spans[]): Float64Array => {
  const edges = new Float64Array(2 * sets.reduce((count, set) => count + set.length, 0));
  let i = 0;
  for (const set of sets) {
    for (const { start, end } of set) {
      edges[i++] = start;
      edges[i++] = end;
    }
  }
  return edges.sort();
};

/** Beyond what was sampled nothing is known either, over the period's edges too. */
const allTime = spans([interval(-8.64e15, 8.64e15)]);

const sampled = (places: readonly (readonly EvidenceSegment[])[], reading: Reading): Seen => {
  const seen = places.map((segments) => placeView(segments, reading));
  const known = spans(seen.flatMap((place) => place.known));
  const unknown = subtract(allTime, known);
  const view = (name: View): Timeline => ({ losses: wholly(agreed(seen, name, reading.quorum)), unknown });
  const measured = view('measured');
  // Nothing failed anywhere: there is nothing to be unsure of.
  if (seen.every(({ down }) => down.atMost.length === 0)) return { atLeast: measured, measured, atMost: measured };
  return { atLeast: view('atLeast'), measured, atMost: view('atMost') };
};

/** When the clock of a told outage starts, or never. Whoever tells of an outage has confirmed it, unless they say when. */
const startOf = (outage: ToldOutage, clock: Reading['clock']): EpochMs | undefined => {
  if (clock === 'outage') return outage.start;
  const at = clock === 'ticket' ? outage.ticketAt : (outage.confirmedAt ?? outage.start);
  return at === undefined || at > outage.start ? at : outage.start;
};

const told = (outages: readonly ToldOutage[], { clock, weigh }: Reading): Seen => {
  const parts = outages.flatMap((outage): Timeline[] => {
    const start = startOf(outage, clock);
    if (start === undefined || start >= outage.end) return [];
    const share = weigh === 'affected' && outage.affected !== undefined ? parseFraction(outage.affected) : undefined;
    if (share?.n === 0n) return [];
    const [only] = wholly(spans([{ start, end: outage.end }]));
    return only ? [{ losses: [share ? { ...only, share } : only], unknown: noSpans }] : [];
  });
  // Outages that overlap weigh as much as the heaviest of them.
  const whole = parts.every(({ losses }) => losses[0]?.share.d === 1n);
  const timeline: Timeline = whole
    ? { losses: wholly(spans(parts.flatMap(({ losses }) => losses))), unknown: noSpans }
    : compose(
        { kind: 'all', of: parts.map((_, i) => ({ kind: 'endpoint', id: `${i}` })) },
        (id) => parts[Number(id)] as Timeline,
      );
  return { atLeast: timeline, measured: timeline, atMost: timeline };
};

/**
 * Downtime from the first ticket on; an outage that nobody reported is none. Who reports it sooner than a probe saw it,
 * though after the last success, reports that outage.
 */
const fromTicket = (timeline: Timeline, possible: readonly Loss[], tickets: readonly EpochMs[]): Timeline => {
  const losses = timeline.losses.flatMap((loss) => {
    const { start } = possible.find((other) => other.start <= loss.start && loss.start < other.end) ?? loss;
    const ticket = tickets.find((at) => start <= at && at < loss.end);
    return ticket === undefined ? [] : [{ ...loss, start: ticket > loss.start ? ticket : loss.start }];
  });
  return { losses, unknown: timeline.unknown };
};

export interface EndpointFacts {
  readonly evidence: EndpointEvidence | undefined;
  /** When tickets about its service were opened, in order. */
  readonly tickets: readonly EpochMs[];
}

export const endpointTimeline = ({ evidence, tickets }: EndpointFacts, reading: Reading): Seen => {
  if (evidence && 'outages' in evidence) return told(evidence.outages, reading);
  const seen = sampled(
    evidence
      ? Object.keys(evidence.places)
          .sort()
          .map((place) => evidence.places[place] ?? [])
      : [],
    reading,
  );
  if (reading.clock !== 'ticket') return seen;
  const { losses } = seen.atMost;
  return {
    atLeast: fromTicket(seen.atLeast, losses, tickets),
    measured: fromTicket(seen.measured, losses, tickets),
    atMost: fromTicket(seen.atMost, losses, tickets),
  };
};
