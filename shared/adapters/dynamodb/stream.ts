/** What a DynamoDB stream brings to a function, and how the function answers for each of its records. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { dataOf } from './item.ts';

/** Bytes are base64 in JSON, which the SDK's own unmarshalling does not expect. */
const attributeSchema: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.object({ S: z.string() }),
    z.object({ N: z.string() }),
    z.object({ B: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))) }),
    z.object({ BOOL: z.boolean() }),
    z.object({ NULL: z.literal(true) }),
    z.object({ M: z.record(z.string(), attributeSchema) }),
    z.object({ L: z.array(attributeSchema) }),
  ]),
);
/** An item as DynamoDB and Lambda have it in JSON. */
export const itemSchema = z.record(z.string(), attributeSchema);

const eventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: itemSchema.optional(),
      }),
    }),
  ),
});

export interface StreamRecord {
  readonly sequence: string;
  /** The item as it was written; plain data for a schema to judge. */
  readonly image: unknown;
}

export const recordsOf = (event: unknown): StreamRecord[] =>
  eventSchema
    .parse(event)
    .Records.flatMap(({ dynamodb: { SequenceNumber, NewImage } }) =>
      NewImage ? [{ sequence: SequenceNumber, image: dataOf(NewImage) }] : [],
    );

/** What Lambda wants to know of a batch: where to begin again. */
export interface BatchAnswer {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/**
 * One record after the other. After a failure, later records of the same group are left for the retry, so that a group
 * is always taken in order; other groups go on. Lambda comes back from the first failure on: what was done since is
 * done again, and must change nothing.
 */
export const eachInOrder = async <T>(
  records: readonly StreamRecord[],
  {
    decode,
    groupOf,
    each,
    failed,
  }: {
    readonly decode: (image: unknown) => T;
    readonly groupOf: (decoded: T) => string;
    readonly each: (decoded: T) => Promise<void>;
    readonly failed: (error: unknown, sequence: string) => void;
  },
): Promise<BatchAnswer> => {
  const stopped = new Set<string>();
  const failures: string[] = [];
  for (const { sequence, image } of records) {
    let group: string | undefined;
    try {
      const decoded = decode(image);
      group = groupOf(decoded);
      if (!stopped.has(group)) await each(decoded);
    } catch (error) {
      failed(error, sequence); // the record stays in the stream, and Lambda sends it again
      failures.push(sequence);
      if (group !== undefined) stopped.add(group);
    }
  }
  return { batchItemFailures: failures.slice(0, 1).map((itemIdentifier) => ({ itemIdentifier })) };
};
