import * as z from 'zod';

/** Lists the clients that a month is to be settled for. */
export const settlePlanEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
});
export type SettlePlanEnv = z.infer<typeof settlePlanEnv>;
