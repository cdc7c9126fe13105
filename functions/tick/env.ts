import * as z from 'zod';

/** Starts one probe function for each shard of the plan in force. */
export const tickEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  PROBE_FUNCTION: z.string().min(1),
  /** Where the probes run. */
  PLACE: z.string().min(1),
});
export type TickEnv = z.infer<typeof tickEnv>;
