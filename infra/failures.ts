import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Events that every retry failed on, kept for a human. */
export class Failures extends Queue {
  /** @param queueName where somebody must know it beforehand */
  constructor(scope: Construct, id: string, { queueName }: { readonly queueName?: string } = {}) {
    super(scope, id, {
      ...(queueName !== undefined && { queueName }),
      retentionPeriod: Duration.days(14), // the longest that SQS keeps anything
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    acknowledge(this, 'It is the dead-letter queue of everything asynchronous here.', 'SQS3');
  }
}
