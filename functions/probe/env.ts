import * as z from 'zod';
import { recheckEnv } from '../recheck/env.ts';

/** Probes one shard and writes one run item. Both lanes probe in the same way. */
export const probeEnv = z.intersection(
  recheckEnv,
  z.object({
    /** Takes over what the fast lane has doubts about. Empty in a VPC, from which nobody may reach Lambda: it does so itself. */
    RECHECK_FUNCTION: z.string(),
  }),
);
export type ProbeEnv = z.infer<typeof probeEnv>;
