import * as z from 'zod';

/** The queues of what every retry failed on: the home's own by its address, those of other regions by their names. */
export const failureQueuesSchema = z.array(
  z.union([
    z.strictObject({ place: z.string(), url: z.string() }),
    z.strictObject({ place: z.string(), region: z.string(), name: z.string() }),
  ]),
);
export type FailureQueue = z.infer<typeof failureQueuesSchema>[number];

/** Re-sends what was left in the outbox, and tells what is wrong with Vigie itself. */
export const watchEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  SAMPLES_TABLE: z.string().min(1),
  OPS_TOPIC_ARN: z.string().startsWith('arn:'),
  /**
   * A client's topic is this followed by the client's id: `arn:…:<account>:<stack>_`. Neither a stack's name nor an id
   * can hold an underscore, so no two stacks can mean the same topic.
   */
  CLIENT_TOPIC_ARN_PREFIX: z.string().regex(/^arn:.*:[A-Za-z0-9-]+_$/),
  /** JSON, as `failureQueuesSchema`. */
  FAILURES: z.string().min(1),
});
export type WatchEnv = z.infer<typeof watchEnv>;
