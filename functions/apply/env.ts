import * as z from 'zod';

/** Puts a compiled plan into force: documents, topics, subscriptions, and the pointer last. */
export const applyEnv = z.object({
  RECORDS_TABLE: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  OPS_TOPIC_ARN: z.string().startsWith('arn:'),
  /**
   * A client's topic is this followed by the client's id: `arn:…:<account>:<stack>_`. Neither a stack's name nor an id
   * can hold an underscore, so no two stacks can mean the same topic.
   */
  CLIENT_TOPIC_ARN_PREFIX: z.string().regex(/^arn:.*:[A-Za-z0-9-]+_$/),
  /** The parameter of the key that signs heartbeats' addresses. */
  BEAT_KEY: z.string().startsWith('/'),
});
export type ApplyEnv = z.infer<typeof applyEnv>;
