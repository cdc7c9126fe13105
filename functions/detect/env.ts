import { z } from 'zod';

/** Turns runs from the samples' stream into outages and messages to send. */
export const detectEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  /** A client's topic is this followed by the client's id: `arn:…:<account>:<stack>-`. */
  CLIENT_TOPIC_ARN_PREFIX: z.string().startsWith('arn:'),
});
export type DetectEnv = z.infer<typeof detectEnv>;
