import * as z from 'zod';

/** Takes the calls of jobs and devices that are watched by heartbeat. */
export const beatEnv = z.object({
  SAMPLES_TABLE: z.string().min(1),
  /** The secret that signs addresses, by its ARN. */
  BEAT_KEY: z.string().min(1),
});
export type BeatEnv = z.infer<typeof beatEnv>;
