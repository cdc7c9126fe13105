/** The protocol of CloudFormation's custom resources: a question with a signed URL, and the answer put there. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

export const questionSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  /** Signed: whoever has it can answer, so it is never logged. */
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});
export type Question = z.infer<typeof questionSchema>;

export type Outcome =
  | { readonly ok: true; readonly data: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: string };

/** Source: CloudFormation user guide, "Custom resource response objects": 4,096 bytes for all of it. */
const mostReason = 1_000;
const attempts = 4;

/** Without an answer a stack hangs for an hour: a failed request is repeated. */
export type Answer = (question: Question, physicalId: string, outcome: Outcome) => Promise<void>;

export const answer: Answer = async (question, physicalId, outcome) => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = question;
  const body = JSON.stringify({
    Status: outcome.ok ? 'SUCCESS' : 'FAILED',
    Reason: outcome.ok ? '' : outcome.reason.slice(0, mostReason),
    PhysicalResourceId: question.PhysicalResourceId ?? physicalId,
    StackId,
    RequestId,
    LogicalResourceId,
    Data: outcome.ok ? outcome.data : {},
  });
  for (let attempt = 1; ; attempt++) {
    // The URL is signed for a request without a content type.
    const status = await fetch(ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } }).then(
      (response) => response.status,
      () => 0,
    );
    if (status >= 200 && status < 300) return;
    if (attempt === attempts)
      throw new Error(`CloudFormation took no answer in ${attempts} attempts, the last: ${status}`);
    await sleep(200 * 2 ** attempt);
  }
};
