import { z } from 'zod';

/** Publishes what the outbox's stream brings. */
export const notifyEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
});
export type NotifyEnv = z.infer<typeof notifyEnv>;
