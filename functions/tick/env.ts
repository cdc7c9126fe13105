import * as z from 'zod';
import { homeEnv } from '../../shared/probe/home.ts';

/** Starts the rounds of a minute: a probe function for each shard that its place probes, and the slow lane for what fails. */
export const tickEnv = z.intersection(
  homeEnv,
  z.object({
    PROBE_FUNCTION: z.string().min(1),
    RECHECK_FUNCTION: z.string().min(1),
    /** Where the probes run. */
    PLACE: z.string().min(1),
  }),
);
export type TickEnv = z.infer<typeof tickEnv>;
