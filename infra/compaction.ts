import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { CompactEnv } from '../functions/compact/env.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';

export interface CompactionProps {
  readonly storage: Storage;
}

/** Each night: every sample into one object for each shard, and one item for each endpoint, before the runs expire. */
export class Compaction extends Construct {
  readonly compact: VigieFunction;

  constructor(scope: Construct, id: string, { storage }: CompactionProps) {
    super(scope, id);
    const { samples, records, documents, evidence, failures } = storage;
    const compact = new VigieFunction(this, 'Compact', {
      name: 'compact',
      description: "Turns yesterday's samples into evidence: an object for each shard, an item for each endpoint",
      memorySize: 1_769,
      timeout: Duration.minutes(10),
      environment: {
        RECORDS_TABLE: records.tableName,
        SAMPLES_TABLE: samples.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
        ...evidence.environment,
      } satisfies CompactEnv,
    });
    compact.configureAsyncInvoke({
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: new SqsDestination(failures),
    });
    samples.grant(compact, 'dynamodb:Query', 'dynamodb:PutItem');
    storage.grantRecords(compact, 'Query');
    storage.grantReading(compact, 'plans');
    evidence.grantKeeping(compact);
    new Schedule(this, 'Daily', {
      description: 'Compaction of yesterday',
      schedule: ScheduleExpression.cron({ minute: '20', hour: '0' }),
      target: new LambdaInvoke(compact, {
        input: ScheduleTargetInput.fromObject({}),
        maxEventAge: Duration.hours(6),
        retryAttempts: 10,
        deadLetterQueue: failures,
      }),
    });
    this.compact = compact;
  }
}
