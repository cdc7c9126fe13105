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
    /**
     * `network` lets probes reach private addresses: in a VPC. `1` lets them reach loopback too: on a local AWS alone, because
     * in Lambda that is where the function's own runtime listens, which no redirect of a client's may come to.
     */
    ALLOW_PRIVATE: z.enum(['0', 'network', '1']),
  }),
);
export type RecheckEnv = z.infer<typeof recheckEnv>;
