/** What one probe, one run, one day and one outage take: measured by `node bench/cost/write-units.ts`, never guessed. */
import * as z from 'zod';
import file from './units.json' with { type: 'json' };

const amount = z.number().min(0);

/** A probe as one way to make it does: CPU on the machine named in the file, bytes as IP packets count them. */
const probeSchema = z.strictObject({ cpuUs: amount, egressBytes: amount });
const protocolsSchema = z.strictObject({ http: probeSchema, https: probeSchema });

/** One invocation of a function's own handler against a stand-in that counts what AWS would bill. */
const callSchema = z.strictObject({
  cpuMs: amount,
  /** What the handler logs; Lambda's own lines come on top. */
  logBytes: amount,
  requests: amount,
  readUnits: amount,
  writeUnits: amount,
});

export const unitsSchema = z.strictObject({
  measuredOn: z.iso.date(),
  machine: z.string().min(1),
  /** How the bytes on the wire were counted. */
  egressBy: z.string().min(1),
  vigie: protocolsSchema,
  /** `fetch`, as the plain designs probe. */
  plain: protocolsSchema,
  tick: callSchema,
  /** Each shard that a tick starts. */
  tickShard: callSchema,
  /** A run, its probes apart. */
  probe: callSchema,
  /** A run in which nothing changes. */
  detect: callSchema,
  watch: callSchema,
  /** A day of one full shard. */
  compact: callSchema,
  /** One client's month. */
  settle: callSchema,
  /** What an outage adds to detection from its first failure to the message that it is over, and sending its messages. */
  outage: callSchema.extend({ messages: amount }),
  /** Of a full shard. */
  runItemBytes: amount,
  /** The request that writes it, headers included. */
  runRequestBytes: amount,
  dayItemBytes: amount,
  /** What compacting a full shard's day asks of S3, and the object that holds every sample of it. */
  coldDay: z.strictObject({ bytes: amount, puts: amount, gets: amount }),
  /** A call of what is watched by heartbeat. */
  beat: callSchema,
  /** The item and the log line that the plain designs write for every sample. */
  plainItemBytes: amount,
  plainLogBytes: amount,
});
export type Units = z.infer<typeof unitsSchema>;
export type Call = z.infer<typeof callSchema>;

/** Throws on a file that is not what this says: it is part of the program. */
export const measuredUnits: Units = unitsSchema.parse(file);
