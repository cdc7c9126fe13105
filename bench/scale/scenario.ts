import * as z from 'zod';

export const scenarioSchema = z.object({
  /** `fast`: what hangs is known and left out. `first`: it is not known yet. */
  lane: z.enum(['fast', 'first', 'slow', 'pool']),
  endpoints: z.int(),
  hanging: z.int(),
  timeoutMs: z.int(),
  warm: z.int(),
  rounds: z.int(),
  ports: z.object({ https: z.int(), silent: z.int(), dns: z.int() }),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const tookSchema = z.object({
  wallMs: z.number(),
  cpuMs: z.number(),
  /** Endpoints that were well and judged down. */
  failed: z.int(),
  /** Endpoints that were well and left to the slow lane: on this machine, not by their own fault. */
  handed: z.int(),
  lateMs: z.array(z.number()),
  peakMb: z.number(),
});
export type Took = z.infer<typeof tookSchema>;
