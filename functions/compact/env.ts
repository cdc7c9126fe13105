import * as z from 'zod';

/** Turns a day of samples into evidence. */
export const compactEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Left out, evidence is not locked. */
  EVIDENCE_LOCK: z.enum(['GOVERNANCE', 'COMPLIANCE']).optional(),
});
export type CompactEnv = z.infer<typeof compactEnv>;
