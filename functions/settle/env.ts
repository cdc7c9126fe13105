import { z } from 'zod';

/** Settles one client's month. */
export const settleEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  /** A client's topic is this followed by the client's id: `arn:…:<account>:<stack>-`. */
  CLIENT_TOPIC_ARN_PREFIX: z.string().startsWith('arn:'),
  /** Every place that probes into these tables, comma-separated. */
  PLACES: z.string().min(1),
});
export type SettleEnv = z.infer<typeof settleEnv>;
