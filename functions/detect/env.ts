import * as z from 'zod';

/** Turns runs and looks from the samples' stream into outages and messages to send. */
export const detectEnv = z.object({
  SAMPLES_TABLE: z.string().min(1),
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
});
export type DetectEnv = z.infer<typeof detectEnv>;
