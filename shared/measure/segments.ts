/**
 * Runs of equal verdicts of one endpoint as one place saw them: the permanent evidence that settlement reads.
 *
 * Lossless for settlement, under three rules:
 * - a segment breaks where two samples are more than two intervals apart, so inside it the state holds throughout under
 *   any reach of two intervals or more (`settlement.md` §2; the default is two intervals and the timeout);
 * - its first and last sample keep their instants, so what bounds the true moment of every change is known;
 * - the first ten failures of a streak are segments of their own, so the sample that confirmed an outage keeps its
 *   instant whatever number of failures (at most ten) a contract asks for.
 * What it drops is the instants of samples inside a stretch in which nothing happened.
 */
import type { Sample } from '../probe/check.ts';
import { mostConfirm } from '../probe/check-schema.ts';
import type { Roster } from '../probe/roster.ts';
import { latencyCodes, notDueCode, paceMs, stateOf, unknownCode } from '../probe/run.ts';
import { type EpochMs, epochMs } from '../time/span.ts';
import { openReader, openWriter } from './packing.ts';

/** In wire order: two bits of a packed segment. */
export const segmentStates = ['up', 'down', 'unknown'] as const satisfies readonly Sample['state'][];

/** `count` samples of one state, each within two intervals of the next; `lastAt` is the last one's own instant. */
export interface Segment {
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly state: Sample['state'];
  readonly count: number;
}

/** What one place says at one instant. A contradiction is a fault of ours, so it is nobody's downtime. */
const agreed = (a: Sample['state'], b: Sample['state'] | 'contradiction'): Sample['state'] | 'contradiction' => {
  if (a === b || a === 'unknown') return b;
  return b === 'unknown' ? a : 'contradiction';
};

/** Whether something in `instants`, which are in order, lies between two samples, or at one of them. Asked in order. */
const between = (instants: readonly EpochMs[]): ((from: EpochMs, to: EpochMs) => boolean) => {
  let next = 0;
  return (from, to) => {
    while (next < instants.length && (instants[next] as EpochMs) < from) next++;
    return next < instants.length && (instants[next] as EpochMs) <= to;
  };
};

/** Takes samples in time order, one for an instant, and says where segments break. */
const grower = (everyMs: number, others: readonly EpochMs[] = []) => {
  const segments: Segment[] = [];
  let open: { firstAt: EpochMs; lastAt: EpochMs; state: Sample['state']; count: number } | undefined;
  let streak = 0;
  const parted = between(others);
  return {
    add: (at: EpochMs, state: Sample['state']): void => {
      const goesOn =
        open !== undefined && open.state === state && at - open.lastAt <= 2 * everyMs && !parted(open.lastAt, at);
      streak = goesOn ? streak + 1 : 1;
      // The failure after the last one that stays apart begins the stretch that may merge.
      const apart = state === 'down' && streak <= mostConfirm + 1;
      if (open && goesOn && !apart) {
        open.lastAt = at;
        open.count++;
      } else {
        open = { firstAt: at, lastAt: at, state, count: 1 };
        segments.push(open);
      }
    },
    /** So many more successes after one, none too far from the one before. */
    goOn: (lastAt: EpochMs, more: number): void => {
      if (!open || more === 0) return;
      open.lastAt = lastAt;
      open.count += more;
    },
    segments: (): Segment[] => segments,
  };
};

/**
 * A function of the set of samples: order, repetition and lateness change nothing. No segment goes over an instant of
 * `others`, which are in order: there another day has a sample of its own.
 */
export const segmentsOf = (samples: Iterable<Sample>, everyMs: number, others: readonly EpochMs[] = []): Segment[] => {
  const byInstant = new Map<EpochMs, Sample['state'] | 'contradiction'>();
  for (const { at, state } of samples) {
    const before = byInstant.get(at);
    byInstant.set(at, before === undefined ? state : agreed(state, before));
  }
  const { add, segments } = grower(everyMs, others);
  for (const at of [...byInstant.keys()].sort((a, b) => a - b)) {
    const state = byInstant.get(at) ?? 'unknown';
    add(at, state === 'contradiction' ? 'unknown' : state);
  }
  return segments();
};

/** A stored run as compaction reads it: `codes` as `run.ts` packs them. */
export interface PackedRun {
  readonly startedAt: EpochMs;
  readonly codes: Uint8Array;
}

/**
 * Segments of every slot of a roster from the runs of one place and shard: what `segmentsOf` gives for each endpoint's
 * samples, at about a nanosecond a sample, because only what is not up is looked at one by one.
 */
export const segmentsOfRuns = (runs: readonly PackedRun[], { slots }: Roster): Segment[][] => {
  const ordered = oneAnInstant(runs.toSorted((a, b) => a.startedAt - b.startedAt));
  const starts = ordered.map(({ startedAt }) => startedAt);
  const others = othersOf(ordered, slots.length);
  const gaps = new Map<number, readonly number[]>();
  return slots.map(({ everyMs }, slot) => {
    const breaks = gaps.get(everyMs) ?? breaksOf(starts, everyMs);
    gaps.set(everyMs, breaks);
    return grown(starts, others[slot] ?? [], breaks, { everyMs, delayMs: slot * paceMs });
  });
};

/** The runs too long after the one before for a check that was up in both to have been up between. */
const breaksOf = (starts: readonly EpochMs[], everyMs: number): number[] =>
  [...starts.keys()].filter((row) => row > 0 && (starts[row] as number) - (starts[row - 1] as number) > 2 * everyMs);

/** What a slot said in a run where it did not say up: `row * 256 + code`. */
type Other = number;

/** Of every slot, in the order of the runs. */
const othersOf = (runs: readonly PackedRun[], slots: number): Other[][] => {
  const others: Other[][] = Array.from({ length: slots }, () => []);
  const words = new Int32Array(Math.ceil(slots / 4));
  const codes = new Uint8Array(words.buffer); // what is stored need not begin at a whole word
  for (let row = 0; row < runs.length; row++) {
    const run = (runs[row] as PackedRun).codes;
    codes.set(run.length > slots ? run.subarray(0, slots) : run);
    if (run.length < slots) codes.fill(notDueCode, run.length, slots);
    for (let word = nextOther(words, 0); word < words.length; word = nextOther(words, word + 1))
      for (let slot = word * 4; slot < word * 4 + 4; slot++) {
        const code = codes[slot] as number;
        if (code >= latencyCodes) others[slot]?.push(row * 256 + code);
      }
  }
  return others;
};

/** Where four codes are not all of them up, from a word on: a byte of `latencyCodes` or more leaves its top bit standing. */
const nextOther = (words: Int32Array, from: number): number => {
  let at = from;
  while (at < words.length && holdsUp(words[at] as number)) at++;
  return at;
};
const lift = 0x01010101 * (256 - latencyCodes);
const holdsUp = (word: number): boolean => (((word & 0x7f7f7f7f) + lift) & word & 0x80808080) === 0;

const grown = (
  starts: readonly EpochMs[],
  others: readonly Other[],
  breaks: readonly number[],
  { everyMs, delayMs }: { everyMs: number; delayMs: number },
): Segment[] => {
  const { add, goOn, segments } = grower(everyMs);
  const at = (row: number): EpochMs => ((starts[row] as number) + delayMs) as EpochMs;
  let gap = 0;
  /** Up in all of `[from, to)`. */
  const up = (from: number, to: number): void => {
    for (let first = from; first < to; ) {
      while ((breaks[gap] ?? to) <= first) gap++;
      const next = Math.min(to, breaks[gap] ?? to);
      add(at(first), 'up');
      goOn(at(next - 1), next - 1 - first);
      first = next;
    }
  };
  let row = 0;
  for (const other of others) {
    const [until, state] = [Math.floor(other / 256), stateOf(other % 256)];
    up(row, until);
    if (state) add(at(until), state);
    row = until + 1;
  }
  up(row, starts.length);
  return segments();
};

/** A run that was late may begin in the very millisecond of the next: they are one, and what they disagree on is unknown. */
const oneAnInstant = (runs: readonly PackedRun[]): readonly PackedRun[] => {
  if (runs.every(({ startedAt }, i) => startedAt !== runs[i - 1]?.startedAt)) return runs;
  return [...Map.groupBy(runs, ({ startedAt }) => startedAt)].map(([startedAt, together]) => {
    const slots = Math.max(...together.map(({ codes }) => codes.length));
    const codes = Uint8Array.from({ length: slots }, (_, slot) => agreedCode(together.map((run) => run.codes[slot])));
    return { startedAt, codes };
  });
};

const agreedCode = (codes: readonly (number | undefined)[]): number => {
  const said = codes.filter((code) => stateOf(code) !== undefined);
  const known = said.filter((code) => stateOf(code) !== 'unknown');
  const isOne = new Set(known.map(stateOf)).size === 1;
  return (isOne ? known[0] : undefined) ?? (said.length > 0 ? unknownCode : notDueCode);
};

/*
 * Packed: the version byte, then for each segment, as LEB128 numbers,
 *   milliseconds since the last sample of the segment before (of the first one: since 1970)
 *   count × 4 + index of the state in `segmentStates`
 *   milliseconds from its first to its last sample, where count > 1
 */
const packedVersion = 1;

export const encodeSegments = (segments: readonly Segment[]): Uint8Array => {
  const out = openWriter();
  out.byte(packedVersion);
  let before = 0;
  for (const { firstAt, lastAt, state, count } of segments) {
    if (firstAt < before || lastAt < firstAt) throw new Error(`segments out of order at ${firstAt}`);
    out.number(firstAt - before);
    out.number(count * 4 + segmentStates.indexOf(state));
    if (count > 1) out.number(lastAt - firstAt);
    before = lastAt;
  }
  return out.done();
};

/** Throws on another version and on bytes that end too early: settlement stops rather than guess at evidence. */
export const decodeSegments = (bytes: Uint8Array): Segment[] => {
  if (bytes[0] !== packedVersion) throw new Error(`segment format ${bytes[0]} is not known, only ${packedVersion}`);
  const from = openReader(bytes, 'packed segments end in the middle of a number');
  from.byte();
  const segments: Segment[] = [];
  let before = 0;
  while (!from.isOver()) {
    const firstAt = epochMs(before + from.number());
    const head = from.number();
    const state = segmentStates[head % 4];
    const count = Math.floor(head / 4);
    if (!state || count < 1) throw new Error(`no segment has the head ${head}`);
    const lastAt = count > 1 ? epochMs(firstAt + from.number()) : firstAt;
    segments.push({ firstAt, lastAt, state, count });
    before = lastAt;
  }
  return segments;
};
