import { z } from 'zod';

/** Tells the provider how a settlement run ended. */
export const settleCloseEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  OPS_TOPIC_ARN: z.string().startsWith('arn:'),
});
export type SettleCloseEnv = z.infer<typeof settleCloseEnv>;
