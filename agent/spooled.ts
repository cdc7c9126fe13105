/**
 * One run, or one item of looks, as a file of the spool: JSON that a person can read, with a checksum, because what a
 * power cut left of a file must never become evidence.
 *
 * `{"v":1,"sum":"<first 16 hexadecimal digits>","run":{…}}` or `…"looks":{…}}`; the sum is the SHA-256 of the canonical
 * JSON of `run` or `looks`; bytes are in base64.
 */
import * as z from 'zod';
import { canonicalJson, type Sha256 } from '../shared/contract/canonical.ts';
import { decodeLooks, looksVersion } from '../shared/probe/looks.ts';
import { placeSchema } from '../shared/probe/place.ts';
import type { StoredLooks, StoredRun } from '../shared/probe/runs.ts';
import { utcDayOf } from '../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../shared/time/span.ts';

export type Spooled =
  | { readonly kind: 'run'; readonly run: StoredRun }
  | { readonly kind: 'looks'; readonly looks: StoredLooks };

const instantSchema = z.int().min(0).transform(epochMs);
const bytesSchema = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));
const base = { place: placeSchema, shard: z.int().min(0), planVersion: z.string().regex(/^[0-9a-f]{16}$/) };

const runSchema = z.strictObject({ ...base, scheduledAt: instantSchema, startedAt: instantSchema, codes: bytesSchema });
const looksSchema = z.strictObject({
  ...base,
  writtenAt: instantSchema,
  packed: bytesSchema,
  details: z.record(z.string(), z.string()).optional(),
});
const fileSchema = z.union([
  z.strictObject({ v: z.literal(1), sum: z.string(), run: z.unknown() }),
  z.strictObject({ v: z.literal(1), sum: z.string(), looks: z.unknown() }),
]);

const sumOf = (value: unknown, sha256: Sha256): string => sha256(canonicalJson(value)).slice(0, 16);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const textOf = (spooled: Spooled, sha256: Sha256): string => {
  const value =
    spooled.kind === 'run'
      ? { ...spooled.run, codes: base64(spooled.run.codes) }
      : { ...spooled.looks, packed: base64(spooled.looks.packed) };
  return `${JSON.stringify({ v: 1, sum: sumOf(value, sha256), [spooled.kind]: value })}\n`;
};

/** Throws, with the reason, on anything but what `textOf` wrote. */
export const spooledOf = (text: string, sha256: Sha256): Spooled => {
  const file = fileSchema.parse(JSON.parse(text));
  const value = 'run' in file ? file.run : file.looks;
  if (sumOf(value, sha256) !== file.sum) throw new Error('the checksum does not fit: the file was damaged');
  return 'run' in file
    ? { kind: 'run', run: runSchema.parse(value) }
    : { kind: 'looks', looks: looksSchema.parse(value) };
};

/** The instant that it is known by, in its key and in its file's name. */
export const instantOf = (spooled: Spooled): EpochMs =>
  spooled.kind === 'run' ? spooled.run.scheduledAt : spooled.looks.writtenAt;

export const placeOf = (spooled: Spooled): string => (spooled.kind === 'run' ? spooled.run.place : spooled.looks.place);

/** Sorted by name is sorted by time. Instants have thirteen digits until the year 2286. */
export const nameOf = (spooled: Spooled): string => {
  const { shard } = spooled.kind === 'run' ? spooled.run : spooled.looks;
  return `${String(instantOf(spooled)).padStart(13, '0')}-${spooled.kind}-${shard}.json`;
};

/** The instant in a file's name, or none where it is no file of ours. */
export const instantInName = (name: string): EpochMs | undefined => {
  const [, digits] = /^(\d{13})-(?:run|looks)-\d+\.json$/.exec(name) ?? [];
  return digits === undefined ? undefined : epochMs(Number(digits));
};

/** UTC days, as the instant that they begin, that hold a sample of it: all that must be compacted again if it is late. */
export const daysOf = (spooled: Spooled): EpochMs[] => {
  const instants =
    spooled.kind === 'run'
      ? [spooled.run.scheduledAt, spooled.run.startedAt]
      : [
          spooled.looks.writtenAt,
          ...decodeLooks(looksVersion, spooled.looks.packed, spooled.looks.writtenAt).map(({ at }) => at),
        ];
  return [...new Set(instants.map(utcDayOf))].sort((a, b) => a - b);
};
