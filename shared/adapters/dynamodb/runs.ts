import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { looksVersion } from '../../probe/looks.ts';
import { runVersion } from '../../probe/run.ts';
import type { Arrival, Runs, StoredLooks, StoredRun } from '../../probe/runs.ts';
import { type EpochMs, epochMs } from '../../time/span.ts';
import { absent, openTable } from './table.ts';

/**
 * Days that a run outlives its minute: longer than the longest month and its settlement, so that a compaction that
 * fails is an alarm and never a loss. A shard's month is 43 MB, a cent.
 */
const keptDays = 45;

const instantSchema = z.int().transform(epochMs);

const runPk = (place: string, shard: number): string => `RUN#${place}#${shard}`;
const looksPk = (place: string, shard: number): string => `LOOK#${place}#${shard}`;
const pkSchema = (kind: 'RUN' | 'LOOK') =>
  z.templateLiteral([`${kind}#`, z.string().regex(/[^#]+/), '#', z.int()]).transform((pk) => {
    const [, place = '', shard] = pk.split('#');
    return { place, shard: Number(shard) };
  });
const versionSchema = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));

/**
 * 960 slots and all of this stay under the 1,024 bytes of one write unit, where a place's id has 14 letters at most: one letter
 * for each attribute, the plan's version as bytes (`p`), and the real start (`s`) as ms after the scheduled round.
 */
const runItemSchema = z.object({
  pk: pkSchema('RUN'),
  sk: instantSchema,
  v: z.literal(runVersion),
  s: z.int(),
  p: versionSchema,
  b: z.instanceof(Uint8Array),
});

/** A run out of what was stored, or of what a stream brings. Throws on a format it does not know. */
export const runOf = (data: unknown): StoredRun => {
  const { pk, sk, s, p, b } = runItemSchema.parse(data);
  return { ...pk, scheduledAt: sk, startedAt: epochMs(sk + s), planVersion: p, codes: b };
};

const bytesOfVersion = (version: string): Uint8Array => {
  const bytes = Buffer.from(version, 'hex');
  if (bytes.toString('hex') !== version) throw new Error(`not a plan's version: ${version}`);
  return bytes;
};

const seconds = (ms: number): number => Math.ceil(ms / 1_000);

/** The item of a run; it expires so long after an instant. */
export const itemOfRun = (
  { place, shard, scheduledAt, startedAt, planVersion, codes }: StoredRun,
  expiresMs: number,
) => ({
  pk: runPk(place, shard),
  sk: scheduledAt,
  v: runVersion,
  s: startedAt - scheduledAt,
  p: bytesOfVersion(planVersion),
  b: codes,
  expires: seconds(expiresMs + keptDays * 86_400_000),
});

const looksItemSchema = z.object({
  pk: pkSchema('LOOK'),
  sk: instantSchema,
  v: z.literal(looksVersion),
  p: versionSchema,
  b: z.instanceof(Uint8Array),
  d: z.record(z.string(), z.string()).optional(),
});

/** Looks out of what was stored, or of what a stream brings. Throws on a format it does not know. */
export const looksOf = (data: unknown): StoredLooks => {
  const { pk, sk, p, b, d } = looksItemSchema.parse(data);
  return { ...pk, writtenAt: sk, planVersion: p, packed: b, ...(d && { details: d }) };
};

/** The item of looks; it expires so long after an instant. */
export const itemOfLooks = (
  { place, shard, writtenAt, planVersion, packed, details }: StoredLooks,
  expiresMs: number = writtenAt,
) => ({
  pk: looksPk(place, shard),
  sk: writtenAt,
  v: looksVersion,
  p: bytesOfVersion(planVersion),
  b: packed,
  ...(details && Object.keys(details).length > 0 && { d: details }),
  expires: seconds(expiresMs + keptDays * 86_400_000),
});

const latePk = (place: string): string => `LATE#${place}`;
const lateItemSchema = z.object({ sk: instantSchema, note: z.string(), done: z.boolean().optional() });

/** Longer than any event waits to come a second time. */
const claimedMs = 86_400_000;

const itemOfClaim = (place: string, work: string, at: EpochMs) => ({
  pk: `WORK#${place}#${work}`,
  sk: at,
  expires: seconds(at + claimedMs),
});

function* replayed(history: Iterable<StoredRun>, expiresFrom: number) {
  for (const run of history) yield { ...itemOfRun(run, expiresFrom), replayed: true };
}

export const openRuns = (client: DynamoDBClient, table: string, now: () => number = Date.now): Runs => {
  const samples = openTable(client, table);
  // By its own minute, what comes after weeks would expire at once.
  const expiresFrom = (at: number, arrival: Arrival): number => (arrival === 'late' ? now() : at);
  const marked = (arrival: Arrival) => (arrival === 'late' ? { replayed: true } : {});
  return {
    putOnce: (run, arrival = 'live') => {
      const item = itemOfRun(run, expiresFrom(run.scheduledAt, arrival));
      return samples.write({ put: { ...item, ...marked(arrival) }, when: absent });
    },
    importAll: (history) => samples.putAll(replayed(history, now())),
    between: async (place, shard, { start, end }) => {
      const items = await samples.query({ pk: runPk(place, shard), sk: { from: start, to: end - 1 } });
      return items.map(runOf);
    },
    putLooks: (looks, arrival = 'live') => {
      const item = itemOfLooks(looks, expiresFrom(looks.writtenAt, arrival));
      return samples.write({ put: { ...item, ...marked(arrival) }, when: absent });
    },
    looksBetween: async (place, shard, { start, end }) => {
      const items = await samples.query({ pk: looksPk(place, shard), sk: { from: start, to: end - 1 } });
      return items.map(looksOf);
    },
    noteLate: async (place, day) => {
      const expires = seconds(now() + keptDays * 86_400_000);
      await samples.write({ put: { pk: latePk(place), sk: day, note: randomUUID(), expires } });
    },
    late: async (place) => {
      const items = (await samples.query({ pk: latePk(place) })).map((item) => lateItemSchema.parse(item));
      return items.filter(({ done }) => !done).map(({ sk, note }) => ({ day: sk, note }));
    },
    forgetLate: async (place, { day, note }) => {
      await samples.write({
        put: { pk: latePk(place), sk: day, note, done: true, expires: seconds(now()) },
        when: { expression: '#note = :note', values: { ':note': note } },
      });
    },

    claim: (place, work, at) => samples.write({ put: itemOfClaim(place, work, at), when: absent }),
    newest: async (place, shard) => {
      const [item] = await samples.query({ pk: runPk(place, shard), newestFirst: true, limit: 1 });
      return item === undefined ? undefined : runOf(item).scheduledAt;
    },
  };
};
