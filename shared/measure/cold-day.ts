/**
 * A day of a shard for the years: every verdict and latency of one place, endpoint by endpoint, with all that it takes to
 * read it. Before it is compressed; documented byte by byte in `docs/formats.md`.
 *
 * Endpoint by endpoint and as differences, because an endpoint's latency is near its last one and nobody else's: what is
 * left is noise, which a compressor's entropy stage packs as well as anything can.
 */
import * as z from 'zod';
import { type Look, outcomeOfLook } from '../probe/looks.ts';
import { placeSchema } from '../probe/place.ts';
import { codeOf, latencyCodes, notDueCode } from '../probe/run.ts';
import { type EpochMs, epochMs } from '../time/span.ts';
import { openReader, openWriter, type Reader, type Writer } from './packing.ts';

export const coldVersion = 1;

/** A round as `run.ts` packs it. */
export interface ColdRound {
  readonly scheduledAt: EpochMs;
  readonly startedAt: EpochMs;
  readonly codes: Uint8Array;
}

/** What was seen under one plan. */
export interface ColdTrack {
  readonly planVersion: string;
  /** In the order of the slots. */
  readonly endpoints: readonly { readonly id: string; readonly everyMs: number }[];
  /** In order; as many codes as there are endpoints. */
  readonly rounds: readonly ColdRound[];
  readonly looks: readonly Look[];
}

export interface ColdDay {
  readonly place: string;
  readonly shard: number;
  /** Where the UTC day begins. */
  readonly day: EpochMs;
  readonly tracks: readonly ColdTrack[];
}

const headerSchema = z.object({
  place: placeSchema,
  shard: z.int().min(0),
  day: z.int().transform(epochMs),
  plans: z.array(
    z.object({
      version: z.string(),
      endpoints: z.array(z.object({ id: z.string(), everyMs: z.int().min(1) })),
    }),
  ),
});

/** Which rounds a slot has a sample in. */
const presence = { none: 0, all: 1, some: 2 } as const;

const encodeSlots = (out: Writer, { rounds, endpoints }: ColdTrack): void => {
  const columns = endpoints.map((_, slot) => Uint8Array.from(rounds, ({ codes }) => codes[slot] ?? notDueCode));
  for (const column of columns) {
    const missing = column.reduce((sum, code) => sum + (code === notDueCode ? 1 : 0), 0);
    out.byte(missing === column.length ? presence.none : missing === 0 ? presence.all : presence.some);
    if (missing === 0 || missing === column.length) continue;
    const bits = new Uint8Array(Math.ceil(column.length / 8));
    for (const [i, code] of column.entries())
      if (code !== notDueCode) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    out.all(bits);
  }
  for (const column of columns) {
    let before = 0;
    for (const code of column) {
      if (code === notDueCode) continue;
      if (code >= latencyCodes) out.byte(code);
      else {
        out.byte((code - before + latencyCodes) % latencyCodes);
        before = code;
      }
    }
  }
};

const decodeSlots = (from: Reader, rounds: number, slots: number): Uint8Array[] => {
  const isThere = Array.from({ length: slots }, (): ((round: number) => boolean) => {
    const kind = from.byte();
    if (kind === presence.none) return () => false;
    if (kind === presence.all) return () => true;
    if (kind !== presence.some) throw new Error(`no slot is there in the way ${kind}`);
    const bits = from.take(Math.ceil(rounds / 8));
    return (round) => (((bits[round >> 3] ?? 0) >> (round & 7)) & 1) === 1;
  });
  const runs = Array.from({ length: rounds }, () => new Uint8Array(slots).fill(notDueCode));
  for (const [slot, there] of isThere.entries()) {
    let before = 0;
    for (const [round, codes] of runs.entries()) {
      if (!there(round)) continue;
      const byte = from.byte();
      if (byte < latencyCodes) before = (before + byte) % latencyCodes;
      codes[slot] = byte < latencyCodes ? before : byte;
    }
  }
  return runs;
};

/** The same day gives the same bytes. */
export const encodeColdDay = ({ place, shard, day, tracks }: ColdDay): Uint8Array => {
  const out = openWriter();
  const plans = tracks.map(({ planVersion, endpoints }) => ({
    version: planVersion,
    endpoints: endpoints.map(({ id, everyMs }) => ({ id, everyMs })),
  }));
  const header = new TextEncoder().encode(JSON.stringify({ place, shard, day, plans }));
  out.number(header.length);
  out.all(header);
  for (const track of tracks) {
    out.number(track.rounds.length);
    let before: number = day;
    for (const { scheduledAt, startedAt } of track.rounds) {
      out.number(scheduledAt - before);
      out.signed(startedAt - scheduledAt);
      before = scheduledAt;
    }
    encodeSlots(out, track);
    out.number(track.looks.length);
    before = day;
    for (const { slot, at, outcome } of track.looks) {
      out.number(slot);
      out.signed(at - before);
      out.byte(codeOf(outcome));
      before = at;
    }
  }
  return out.done();
};

/** Throws on bytes that end too early, or go on. */
export const decodeColdDay = (bytes: Uint8Array): ColdDay => {
  const from = openReader(bytes, 'a cold day ends too early');
  const text = new TextDecoder().decode(from.take(from.number()));
  const { place, shard, day, plans } = headerSchema.parse(JSON.parse(text));
  const tracks = plans.map(({ version, endpoints }): ColdTrack => {
    let before: number = day;
    const instants = Array.from({ length: from.number() }, () => {
      const scheduledAt = epochMs(before + from.number());
      before = scheduledAt;
      return { scheduledAt, startedAt: epochMs(scheduledAt + from.signed()) };
    });
    const codes = decodeSlots(from, instants.length, endpoints.length);
    const rounds = instants.map((instant, i) => ({ ...instant, codes: codes[i] ?? new Uint8Array() }));
    before = day;
    const looks = Array.from({ length: from.number() }, (): Look => {
      const slot = from.number();
      const at = epochMs(before + from.signed());
      before = at;
      return { slot, at, outcome: outcomeOfLook(from.byte()) };
    });
    return { planVersion: version, endpoints, rounds, looks };
  });
  if (!from.isOver()) throw new Error('a cold day goes on after its end');
  return { place, shard, day, tracks };
};

/** How many samples it holds. */
export const samplesIn = ({ tracks }: ColdDay): number =>
  tracks.reduce(
    (sum, { rounds, looks }) =>
      rounds.reduce((all, { codes }) => all + codes.reduce((n, code) => n + (code === notDueCode ? 0 : 1), 0), sum) +
      looks.length,
    0,
  );
