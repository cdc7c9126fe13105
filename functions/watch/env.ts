import * as z from 'zod';

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
});
export type WatchEnv = z.infer<typeof watchEnv>;
