import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Runs a function and waits for its answer. */
export type Call = (functionName: string, event: unknown) => Promise<unknown>;

export const openCaller =
  (client: LambdaClient): Call =>
  async (functionName, event) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
    );
    const text = Payload?.transformToString() ?? '';
    if (FunctionError) throw new Error(`${functionName} failed: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
