import * as z from 'zod';

/** Turns a day of runs into day items. */
export const compactEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
});
export type CompactEnv = z.infer<typeof compactEnv>;
