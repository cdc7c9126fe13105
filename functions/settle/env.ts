import * as z from 'zod';

/** Settles one client's month. */
export const settleEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
});
export type SettleEnv = z.infer<typeof settleEnv>;
