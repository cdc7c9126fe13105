import * as z from 'zod';
import type { Beats } from '../../shared/probe/heartbeat.ts';
import { readBeatPath } from '../../shared/probe/heartbeat-address.ts';
import type { EpochMs } from '../../shared/time/span.ts';

/** Payload format 2.0 of Lambda function URLs; of it nothing else is looked at, the body least of all. */
const callSchema = z.object({
  rawPath: z.string(),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

export interface BeatDeps {
  readonly beats: Pick<Beats, 'put'>;
  /** Of the stack, out of the memory of the process where it was read before. */
  readonly key: () => Promise<string>;
  readonly isSignature: (signature: string, key: string, text: string) => boolean;
  readonly now: () => EpochMs;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const answer = (statusCode: number, body: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
  body: `${body}\n`,
});

/** The same for a wrong path, method and signature: whoever guesses learns nothing. */
const notFound = answer(404, 'not found');

/** Whoever has the address may call: what it is signed with is known to nobody else. A repeat changes nothing. */
export const makeBeat =
  ({ beats, key, isSignature, now }: BeatDeps) =>
  async (event: unknown): Promise<Answer> => {
    const { rawPath, requestContext } = callSchema.parse(event);
    const call = ['GET', 'POST'].includes(requestContext.http.method) ? readBeatPath(rawPath) : undefined;
    if (!call || !isSignature(call.signature, await key(), call.caller)) return notFound;
    await beats.put({ caller: call.caller, at: now(), failed: call.failed });
    return answer(200, 'ok');
  };
