/**
 * What every function has around its handler: logs with the request's id. Nothing of the domain, and no metrics: those
 * that AWS counts for nothing say what an alarm needs.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { type EpochMs, epochMs } from '../shared/time/span.ts';

export const now = (): EpochMs => epochMs(Date.now());

export const lambda = <Result>(
  serviceName: string,
  make: (tools: { readonly logger: Logger }) => (event: unknown) => Promise<Result>,
) => {
  const logger = new Logger({ serviceName });
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(make({ logger }));
};
