/** Runs of equal verdicts of one endpoint as one place saw them: the permanent evidence that settlement reads. */
import { z } from 'zod';
import type { Sample } from '../probe/check.ts';
import type { EpochMs } from '../time/span.ts';

export const segmentStates = ['up', 'down', 'unknown'] as const;

export const segmentSchema = z.strictObject({
  firstAt: z.int(),
  lastAt: z.int(),
  state: z.enum(segmentStates),
  count: z.int().min(1),
});

/** `count` samples of one state, the first and the last at these instants, never two intervals apart from the next. */
export interface Segment {
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly state: Sample['state'];
  readonly count: number;
}
