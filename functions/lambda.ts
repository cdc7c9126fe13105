/** What every function has around its handler: logs with the request's id, and metrics. Nothing of the domain. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { type EpochMs, epochMs } from '../shared/time/span.ts';

export const now = (): EpochMs => epochMs(Date.now());

export const placesOf = (places: string): string[] => places.split(',').map((place) => place.trim());

export const lambda = <Result>(
  serviceName: string,
  make: (tools: { readonly logger: Logger; readonly metrics: Metrics }) => (event: unknown) => Promise<Result>,
) => {
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: 'Vigie', serviceName });
  // The library's own middleware warns, and is paid for warning, each minute that a function has nothing to measure.
  const publish = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .after(publish)
    .onError(publish)
    .handler(make({ logger, metrics }));
};
