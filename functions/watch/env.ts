import { z } from 'zod';

/** Re-sends what was left in the outbox, and tells CloudWatch how old the newest run is. */
export const watchEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  /** Every place that probes into these tables, comma-separated. */
  PLACES: z.string().min(1),
});
export type WatchEnv = z.infer<typeof watchEnv>;
