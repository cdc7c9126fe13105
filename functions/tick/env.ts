import * as z from 'zod';
import { homeEnv } from '../../shared/probe/home.ts';

/** Starts one probe function for each shard of the plan in force that its place probes. */
export const tickEnv = z.intersection(
  homeEnv,
  z.object({
    PROBE_FUNCTION: z.string().min(1),
    /** Where the probes run. */
    PLACE: z.string().min(1),
  }),
);
export type TickEnv = z.infer<typeof tickEnv>;
