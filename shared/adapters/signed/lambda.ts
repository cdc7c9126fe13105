/** In the place of `@aws-sdk/client-lambda`: handing an event to a function's queue. */
import { type ClientConfig, openService, openStack, ServiceException, told } from './client.ts';

interface Invocation {
  readonly FunctionName: string;
  readonly InvocationType: 'Event';
  readonly Payload: string;
}
export class InvokeCommand {
  readonly input: Invocation;
  constructor(input: Invocation) {
    this.input = input;
  }
}

export class LambdaClient {
  readonly middlewareStack = openStack('LambdaClient');
  readonly config;
  readonly #service;
  constructor(config: ClientConfig = {}) {
    this.config = told(config);
    this.#service = openService('lambda', (region) => `lambda.${region}.amazonaws.com`, config);
  }

  send({ input }: InvokeCommand): Promise<unknown> {
    return this.middlewareStack.run('InvokeCommand', input, async () => {
      const { FunctionName, InvocationType, Payload } = input;
      const { status, headers, text } = await this.#service.ask({
        method: 'POST',
        path: `/2015-03-31/functions/${encodeURIComponent(FunctionName)}/invocations`,
        headers: { 'content-type': 'application/json', 'x-amz-invocation-type': InvocationType },
        body: Payload,
      });
      const refused = headers['x-amzn-errortype']?.split(':')[0] ?? `status ${status}`;
      if (status !== 202) throw new ServiceException(refused, text.slice(0, 200), status);
      return { StatusCode: status };
    });
  }
}
