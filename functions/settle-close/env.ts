import * as z from 'zod';

/** Tells the provider how a settlement run ended. */
export const settleCloseEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
});
export type SettleCloseEnv = z.infer<typeof settleCloseEnv>;
