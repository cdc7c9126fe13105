import * as z from 'zod';
import { homeEnv } from '../../shared/probe/home.ts';

/** Looks again at what the fast lane doubts, and follows what fails. */
export const recheckEnv = z.intersection(
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
export type RecheckEnv = z.infer<typeof recheckEnv>;
