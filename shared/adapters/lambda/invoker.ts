import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsClient } from '../aws-client.ts';

export const lambdaClient = (): LambdaClient => awsClient(new LambdaClient({}));

/** Hands an event to a function's queue and does not wait for it. */
export type InvokeLater = (functionName: string, event: unknown) => Promise<void>;

export const openInvoker =
  (client: LambdaClient): InvokeLater =>
  async (functionName, event) => {
    await client.send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
    );
  };
