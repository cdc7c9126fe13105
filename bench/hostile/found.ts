import * as z from 'zod';

export const farmSchema = z.object({ ports: z.record(z.string(), z.int()), dns: z.string() });

export const foundSchema = z.object({
  name: z.string(),
  up: z.boolean(),
  said: z.string(),
  ms: z.number(),
  grewMb: z.number(),
});
export type Found = z.infer<typeof foundSchema>;
