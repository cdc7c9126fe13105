import * as z from 'zod';

/** Probes one shard and writes one run item. */
export const probeEnv = z.object({
  SAMPLES_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  /** `1` lets probes reach loopback and private addresses: a local AWS only. */
  ALLOW_PRIVATE: z.enum(['0', '1']),
});
export type ProbeEnv = z.infer<typeof probeEnv>;
