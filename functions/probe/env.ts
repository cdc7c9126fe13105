import * as z from 'zod';
import { homeEnv } from '../../shared/probe/home.ts';

/** Probes one shard and writes one run item. */
export const probeEnv = z.intersection(
  homeEnv,
  z.object({
    /** Where the probes run. */
    PLACE: z.string().min(1),
    /** What is asked when everything fails, as `host:port`, comma-separated. */
    REFERENCES: z.string(),
    /** `1` lets probes reach loopback and private addresses: in a VPC, and on a local AWS. */
    ALLOW_PRIVATE: z.enum(['0', '1']),
  }),
);
export type ProbeEnv = z.infer<typeof probeEnv>;
