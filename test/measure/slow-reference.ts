/**
 * The account of a service's time by walking it tick by tick: no set algebra, no segments, no shared code but types.
 * Slow and plain on purpose. Every fact must lie on a tick.
 */
import type { Compose } from '../../shared/contract/compose.ts';
import type { TimeMeasure, WindowRule } from '../../shared/contract/terms.ts';

export interface SlowSample {
  readonly at: number;
  readonly state: 'up' | 'degraded' | 'down' | 'unknown';
}

export interface SlowWindow {
  readonly start: number;
  readonly end: number;
  readonly declaredAt: number;
  readonly kind: 'scheduled' | 'emergency';
}

export interface SlowFacts {
  readonly tickMs: number;
  /** What is walked; wider than the span, so that outages over its edges are judged whole. */
  readonly from: number;
  readonly to: number;
  readonly span: { readonly start: number; readonly end: number };
  readonly compose: Compose;
  /** By endpoint and place, in any order, repeated or not. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, readonly SlowSample[]>>>>;
  readonly reachMs: number;
  readonly windows: readonly SlowWindow[];
  readonly exclusions: readonly { readonly start: number; readonly end: number }[];
  /** Whether a local wall clock is within the hours. */
  readonly inHours: (at: number) => boolean;
}

export type SlowView = 'atLeast' | 'measured' | 'atMost';
type State = 'up' | 'down' | 'unknown';

const placeStates = (given: readonly SlowSample[], measure: TimeMeasure, facts: SlowFacts, view: SlowView): State[] => {
  const samples = [...new Map(given.map((sample) => [sample.at, sample])).values()].sort((a, b) => a.at - b.at);
  const failed = (sample: SlowSample | undefined) =>
    sample?.state === 'down' || (sample?.state === 'degraded' && measure.degraded === 'down');
  // Position in a row of failures that only a success ends, and how long the row is in the end.
  const position = samples.map(() => 0);
  const rowOf = samples.map(() => 0);
  let row: number[] = [];
  for (const [i, sample] of [...samples.entries(), [samples.length, undefined] as const]) {
    if (sample?.state === 'unknown') continue;
    if (sample && failed(sample)) {
      row.push(i);
      position[i] = row.length;
    } else {
      for (const member of row) rowOf[member] = row.length;
      row = [];
    }
  }
  const isDown = (i: number) =>
    failed(samples[i]) &&
    (rowOf[i] ?? 0) >= measure.confirm &&
    (measure.clock !== 'confirmation' || (position[i] ?? 0) >= measure.confirm);
  const inDownRow = (i: number) => failed(samples[i]) && (rowOf[i] ?? 0) >= measure.confirm;
  const states: State[] = [];
  for (let at = facts.from, i = -1; at < facts.to; at += facts.tickMs) {
    while (i + 1 < samples.length && (samples[i + 1] as SlowSample).at <= at) i++;
    const sample = samples[i];
    if (!sample || sample.state === 'unknown' || at >= sample.at + facts.reachMs) {
      states.push('unknown');
      continue;
    }
    const next = samples[i + 1];
    const nextInReach = next !== undefined && next.at <= sample.at + facts.reachMs;
    if (isDown(i)) {
      const surely = nextInReach && inDownRow(i + 1);
      states.push(view === 'atLeast' && !surely ? 'up' : 'down');
    } else if (view === 'atMost' && !failed(sample) && inDownRow(i + 1) && measure.clock !== 'confirmation') {
      states.push('down');
    } else states.push('up');
  }
  return states;
};

const endpointStates = (id: string, measure: TimeMeasure, facts: SlowFacts, view: SlowView): State[] => {
  const places = Object.values(facts.samples[id] ?? {}).map((samples) => placeStates(samples, measure, facts, view));
  const ticks = (facts.to - facts.from) / facts.tickMs;
  return Array.from({ length: ticks }, (_, tick) => {
    const here = places.map((states) => states[tick]);
    const down = here.filter((state) => state === 'down').length;
    const known = here.filter((state) => state !== 'unknown').length;
    if (known === 0) return 'unknown';
    const needed =
      measure.quorum === 'majority' ? Math.max(Math.floor(known / 2) + 1, places.length >= 3 ? 2 : 1) : measure.quorum;
    return down >= needed ? 'down' : 'up';
  });
};

/** Share lost in 1/`whole` of the service, or -1 where nobody knows. */
type Lost = number;

const weightsOf = (rule: Compose): number =>
  rule.kind === 'weighted' ? rule.of.reduce((sum, { weight }) => sum + weight, 0) : 1;

const lostAt = (rule: Compose, leaf: (id: string) => State): Lost => {
  const kleene = (state: State): Lost => (state === 'unknown' ? -1 : state === 'down' ? 1 : 0);
  if (rule.kind === 'endpoint') return kleene(leaf(rule.id));
  if (rule.kind === 'weighted') {
    const parts = rule.of.map(({ weight, part }) => ({ weight, lost: lostAt(part, leaf) }));
    return parts.some(({ lost }) => lost < 0) ? -1 : parts.reduce((sum, { weight, lost }) => sum + weight * lost, 0);
  }
  const parts = rule.of.map((part) => lostAt(part, leaf));
  const up = parts.filter((lost) => lost === 0).length;
  const down = parts.filter((lost) => lost === 1).length;
  const needed =
    rule.kind === 'all' ? parts.length : rule.kind === 'any' ? 1 : rule.kind === 'at-least' ? rule.count : 0;
  if (needed === 0) throw new Error(`the slow reference does not know ${rule.kind}`);
  if (up >= needed) return 0;
  return parts.length - down < needed ? 1 : -1;
};

/** Ticks that windows of one kind excuse; the earliest first, one tick after the other. */
const granted = (
  kind: 'scheduled' | 'emergency',
  rule: WindowRule,
  facts: SlowFacts,
  taken: readonly boolean[],
): boolean[] => {
  const ticks = taken.map(() => false);
  if (rule.treat === 'down' || rule.treat === 'lost') return ticks;
  let [inPeriod, before, after] = [0, 0, 0];
  const windows = facts.windows
    .filter((window) => window.kind === kind)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const counts = new Map<string, number>();
  for (const window of windows) {
    const late = rule.noticeMs > 0 && window.start - window.declaredAt < rule.noticeMs;
    if (late && rule.late === 'nothing') continue;
    const start = late ? window.declaredAt + rule.noticeMs : window.start;
    const end = rule.longestMs === undefined ? window.end : Math.min(window.end, start + rule.longestMs);
    const own: number[] = [];
    for (let at = Math.max(start, facts.from); at < Math.min(end, facts.to); at += facts.tickMs) {
      const tick = (at - facts.from) / facts.tickMs;
      if (facts.inHours(at) && !taken[tick]) own.push(tick);
    }
    if (own.length === 0) continue;
    if (rule.most) {
      const bucket = window.start < facts.span.start ? 'before' : window.start < facts.span.end ? 'in' : 'after';
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      if ((counts.get(bucket) ?? 0) > rule.most.count) continue;
    }
    for (const tick of own) ticks[tick] = true;
  }
  if (!rule.cap) return ticks;
  return ticks.map((is, tick) => {
    if (!is) return false;
    const at = facts.from + tick * facts.tickMs;
    const used = at < facts.span.start ? ++before : at < facts.span.end ? ++inPeriod : ++after;
    return used * facts.tickMs <= (rule.cap?.ms ?? 0);
  });
};

/** Where the contract excuses overruns, an outage that begins in an excused tick is excused to its end. */
const overrun = (excusedTicks: readonly boolean[], rule: WindowRule, lost: readonly Lost[]): boolean[] => {
  const ticks = [...excusedTicks];
  if (rule.overrun !== 'excused') return ticks;
  let follows = false;
  for (const [tick, share] of lost.entries()) {
    const began = share > 0 && (tick === 0 || (lost[tick - 1] as Lost) <= 0);
    follows = share > 0 && (began ? excusedTicks[tick] === true : follows);
    if (follows) ticks[tick] = true;
  }
  return ticks;
};

export interface SlowAccount {
  readonly serviceMs: number;
  /** Times `whole`: of a weighted service, in shares of its weights. */
  readonly downMs: number;
  readonly whole: number;
  readonly excludedMs: Readonly<Record<string, number>>;
  readonly outages: number;
}

export const slowAccount = (facts: SlowFacts, measure: TimeMeasure, view: SlowView): SlowAccount => {
  const { tickMs, from, to, span } = facts;
  const length = (to - from) / tickMs;
  const atOf = (tick: number) => from + tick * tickMs;
  const inSpan = (tick: number) => atOf(tick) >= span.start && atOf(tick) < span.end;
  const ids = Object.keys(facts.samples);
  const states = new Map(ids.map((id) => [id, endpointStates(id, measure, facts, view)]));
  let lost = Array.from({ length }, (_, tick) => lostAt(facts.compose, (id) => states.get(id)?.[tick] ?? 'unknown'));

  const { scheduled, emergency } = measure.maintenance;
  const nothing = lost.map(() => false);
  const planned = overrun(granted('scheduled', scheduled, facts, nothing), scheduled, lost);
  const urgent = overrun(granted('emergency', emergency, facts, planned), emergency, lost).map(
    (is, tick) => is && !planned[tick],
  );
  const agreed = lost.map(
    (_, tick) =>
      measure.exclusions.treat !== 'down' &&
      facts.exclusions.some(({ start, end }) => start <= atOf(tick) && atOf(tick) < end),
  );
  for (const { kind, start, end } of facts.windows) {
    if (measure.maintenance[kind].treat !== 'lost') continue;
    for (let at = start; at < end; at += tickMs) lost[(at - from) / tickMs] = weightsOf(facts.compose);
  }
  const reasonOf = (tick: number): readonly [string, string] | undefined => {
    if (!facts.inHours(atOf(tick))) return ['hours', 'exclude'];
    if (planned[tick]) return ['scheduled', scheduled.treat];
    if (urgent[tick]) return ['emergency', emergency.treat];
    if (agreed[tick]) return ['exclusion', measure.exclusions.treat];
    return lost[tick] === -1 && measure.unknown !== 'down' ? ['unknown', measure.unknown] : undefined;
  };
  const reasons = lost.map((_, tick) => (inSpan(tick) ? reasonOf(tick) : undefined));
  const open = lost.map((_, tick) => inSpan(tick) && reasons[tick] === undefined);
  const whole = weightsOf(facts.compose);
  if (measure.unknown === 'down') lost = lost.map((share, tick) => (share === -1 ? (inSpan(tick) ? whole : 0) : share));

  let [downMs, outages] = [0, 0];
  const bad = new Set<number>();
  const { minimumOutage: minimum, allowance, granularity } = measure;
  for (let tick = 0; tick < length; ) {
    if ((lost[tick] as number) <= 0) {
      tick++;
      continue;
    }
    let end = tick;
    while (end < length && (lost[end] as number) > 0) end++;
    const event = Array.from({ length: end - tick }, (_, i) => tick + i);
    tick = end;
    const left = event.filter((i) => !planned[i] && !urgent[i] && !agreed[i]);
    const tested = minimum.on === 'event' ? event : left;
    const ms = tested.length * tickMs;
    if (minimum.than === 'at-least' ? ms < minimum.ms : ms <= minimum.ms) continue;
    const counting = (minimum.counts === 'whole' ? tested : tested.slice(minimum.ms / tickMs))
      .filter((i) => open[i])
      .slice(allowance.perOutageMs / tickMs);
    if (counting.length > 0) outages++;
    for (const tick of counting) bad.add(tick);
    // Pieces are what gaps and changes of depth leave.
    for (let i = 0; i < counting.length; ) {
      let j = i;
      const share = lost[counting[i] as number] as number;
      while (
        j + 1 < counting.length &&
        counting[j + 1] === (counting[j] as number) + 1 &&
        lost[counting[j + 1] as number] === share
      )
        j++;
      const piece = (j - i + 1) * tickMs;
      const unit = granularity.kind === 'pieces' ? granularity.unitMs : tickMs;
      const units = piece / unit;
      const rounded =
        granularity.kind !== 'pieces'
          ? units
          : granularity.round === 'down'
            ? Math.floor(units)
            : granularity.round === 'up'
              ? Math.ceil(units)
              : Math.floor(units + 0.5);
      downMs += rounded * unit * share;
      i = j + 1;
    }
  }
  if (granularity.kind === 'buckets') {
    downMs = 0;
    const size = granularity.ms / tickMs;
    for (let first = (span.start - from) / tickMs; first < (span.end - from) / tickMs; first += size) {
      const bucket = Array.from({ length: size }, (_, i) => first + i);
      const badTicks = bucket.filter((tick) => bad.has(tick)).length;
      if (granularity.bad === 'throughout' ? badTicks === size : badTicks > 0) {
        downMs += bucket.filter((tick) => open[tick]).length * tickMs * whole;
      }
    }
  }
  const total = (test: (tick: number) => boolean) => lost.filter((_, tick) => test(tick)).length * tickMs;
  const names = ['hours', 'scheduled', 'emergency', 'exclusion', 'unknown'];
  return {
    serviceMs: total((tick) => open[tick] === true || reasons[tick]?.[1] === 'up'),
    downMs: Math.max(downMs - allowance.perPeriodMs * whole, 0),
    whole,
    excludedMs: Object.fromEntries(names.map((name) => [name, total((tick) => reasons[tick]?.[0] === name)])),
    outages,
  };
};
