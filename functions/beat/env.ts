import * as z from 'zod';

/** Takes the calls of jobs and devices that are watched by heartbeat. */
export const beatEnv = z.object({
  SAMPLES_TABLE: z.string().min(1),
  /** The parameter of the key that signs addresses. */
  BEAT_KEY: z.string().startsWith('/'),
});
export type BeatEnv = z.infer<typeof beatEnv>;
