import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { DetectEnv } from '../functions/detect/env.ts';
import { acknowledge } from './acknowledge.ts';
import { settingsOf } from './settings.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';
import type { Watched } from './watched.ts';

export interface DetectionProps {
  readonly storage: Storage;
}

/**
 * New items of runs and looks that are not replayed, which wakes nobody. AWS takes `exists` on leaves alone; MiniStack
 * 1.5.33 takes a leaf whose parent is missing for no match, so a local AWS is given the parent's absence too.
 */
const liveSamples = (local: boolean) =>
  ['RUN#', 'LOOK#'].flatMap((prefix) => {
    const items = (image: object) =>
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(prefix) } }, NewImage: image },
      });
    const onLeaf = items({ replayed: { BOOL: FilterRule.notExists() } });
    return local ? [onLeaf, items({ replayed: FilterRule.notExists() })] : [onLeaf];
  });

/** The fast path: from a run or looks to an outage and its message in the outbox, in one transaction. */
export class Detection extends Construct {
  readonly watched: readonly Watched[];

  constructor(scope: Construct, id: string, { storage }: DetectionProps) {
    super(scope, id);
    const { samples, records, documents, failures } = storage;
    const detect = new VigieFunction(this, 'Detect', {
      name: 'detect',
      description: 'Opens and closes outages from runs and looks',
      timeout: Duration.minutes(1),
      environment: {
        SAMPLES_TABLE: samples.tableName,
        RECORDS_TABLE: records.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
      } satisfies DetectEnv,
    });
    detect.addEventSource(
      new DynamoEventSource(samples, {
        startingPosition: StartingPosition.TRIM_HORIZON, // a run written while this deploys is still looked at
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(1), // as long as `shared/outage/view.ts` remembers what is over; an hour late, a notice says nothing that settlement does not say better
        onFailure: new SqsDlq(failures),
        filters: liveSamples(settingsOf(this).local),
      }),
    );
    acknowledge(detect.role, 'AWS lists streams for a whole account or not at all.', 'IAM5[Resource::*]');
    storage.grantRecords(detect, 'GetItem', 'Query', 'PutItem');
    samples.grant(detect, 'dynamodb:Query'); // what other places say of an endpoint that fails at one
    storage.grantReading(detect, 'plans');
    this.watched = [
      {
        id: 'DetectionLate',
        metric: detect.metric('IteratorAge', { period: Duration.minutes(5), statistic: 'Maximum' }),
        threshold: Duration.minutes(3).toMilliseconds(),
        periods: 2,
        missing: TreatMissingData.BREACHING, // a stream that nothing reads has no age
        impact: 'Outages are told minutes late or not at all; statements are unaffected.',
        runbook: 'notices-late',
      },
    ];
  }
}
