import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { ProbeEnv } from '../functions/probe/env.ts';
import type { TickEnv } from '../functions/tick/env.ts';
import { homePlace } from '../shared/probe/place.ts';
import { settingsOf } from './settings.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';

export interface ProbingProps {
  readonly storage: Storage;
}

/** Each minute: one function for each shard of the plan in force, and one run item for each of those. */
export class Probing extends Construct {
  readonly tick: VigieFunction;
  readonly probe: VigieFunction;

  constructor(scope: Construct, id: string, { storage }: ProbingProps) {
    super(scope, id);
    const { samples, records, documents, failures } = storage;
    const every = Duration.minutes(1);
    const probe = new VigieFunction(this, 'Probe', {
      name: 'probe',
      description: 'Probes one shard of endpoints and writes one run item',
      memorySize: 1_769, // one full processor: probing is TLS, and a smaller share costs the same and measures worse
      timeout: Duration.seconds(50), // over before the next minute's run begins
      environment: {
        SAMPLES_TABLE: samples.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
        ALLOW_PRIVATE: settingsOf(this).local ? '1' : '0',
      } satisfies ProbeEnv,
    });
    probe.configureAsyncInvoke({
      maxEventAge: every,
      retryAttempts: 0, // a late run is a lie; its samples stay unknown
      onFailure: new SqsDestination(failures),
    });
    samples.grant(probe, 'dynamodb:PutItem');
    storage.grantReading(probe, 'plans');

    const tick = new VigieFunction(this, 'Tick', {
      name: 'tick',
      description: 'Starts one probe function for each shard',
      timeout: Duration.seconds(30),
      environment: {
        RECORDS_TABLE: records.tableName,
        PROBE_FUNCTION: probe.functionName,
        PLACE: homePlace,
      } satisfies TickEnv,
    });
    tick.configureAsyncInvoke({ maxEventAge: every, retryAttempts: 0, onFailure: new SqsDestination(failures) });
    storage.grantRecords(tick, 'GetItem');
    probe.grantInvoke(tick);

    new Schedule(this, 'EachMinute', {
      description: 'Probing',
      schedule: ScheduleExpression.rate(every),
      target: new LambdaInvoke(tick, {
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        maxEventAge: every,
        retryAttempts: 0,
        deadLetterQueue: failures,
      }),
    });

    this.tick = tick;
    this.probe = probe;
  }
}
