import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import {
  DefinitionBody,
  DistributedMap,
  Errors,
  JsonPath,
  LogLevel,
  ResultWriterV2,
  S3JsonItemReader,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { SettleEnv } from '../functions/settle/env.ts';
import type { SettleCloseEnv } from '../functions/settle-close/env.ts';
import type { SettlePlanEnv } from '../functions/settle-plan/env.ts';
import { acknowledge, logicalId } from './acknowledge.ts';
import { Compaction, type CompactionProps } from './compaction.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';
import type { Watched } from './watched.ts';

/** The slow path: days from runs, and once a month a statement for each client. */
export class Settlement extends Construct {
  readonly machine: StateMachine;
  readonly compact: VigieFunction;
  readonly watched: readonly Watched[];

  constructor(scope: Construct, id: string, { storage }: CompactionProps) {
    super(scope, id);
    const { samples, records, documents, failures } = storage;
    const compaction = new Compaction(this, 'Compaction', { storage });
    this.compact = compaction.compact;

    const plan = new VigieFunction(this, 'Plan', {
      name: 'settle-plan',
      description: 'Lists the clients that a month is to be settled for',
      timeout: Duration.minutes(1),
      environment: {
        RECORDS_TABLE: records.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
      } satisfies SettlePlanEnv,
    });
    storage.grantRecords(plan, 'Query');
    storage.grantReading(plan, 'plans');
    storage.grantWriting(plan, 'settlements');

    const settle = new VigieFunction(this, 'Settle', {
      name: 'settle',
      description: "Settles one client's month",
      memorySize: 1_769,
      timeout: Duration.minutes(5),
      environment: {
        RECORDS_TABLE: records.tableName,
        SAMPLES_TABLE: samples.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
      } satisfies SettleEnv,
    });
    samples.grant(settle, 'dynamodb:Query');
    storage.grantRecords(settle, 'GetItem', 'Query', 'PutItem');
    storage.grantReading(settle, 'plans');
    storage.grantWriting(settle, 'statements');

    const close = new VigieFunction(this, 'Close', {
      name: 'settle-close',
      description: 'Tells the provider how a settlement ended',
      timeout: Duration.minutes(1),
      environment: {
        RECORDS_TABLE: records.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
      } satisfies SettleCloseEnv,
    });
    storage.grantRecords(close, 'GetItem', 'Query', 'PutItem');
    storage.grantReading(close, 'plans');
    storage.grantReading(close, 'settlements');

    this.machine = this.chain(storage, plan, settle, close);
    new Schedule(this, 'Monthly', {
      description: 'Settlement of the month that has ended',
      // By 14:00 UTC on the 1st, the month is over in every zone (UTC-12 is the last, at 12:00).
      schedule: ScheduleExpression.cron({ minute: '0', hour: '14', day: '1' }),
      target: new StepFunctionsStartExecution(this.machine, {
        input: ScheduleTargetInput.fromObject({}),
        maxEventAge: Duration.hours(12),
        retryAttempts: 24, // settling twice changes nothing, so trying again is free
        deadLetterQueue: failures,
      }),
    });

    this.watched = [
      {
        id: 'SettlementFailed',
        metric: this.machine.metricFailed({ period: Duration.minutes(5), statistic: 'Sum' }),
        threshold: 1,
        impact: "The month's statements and credit notices do not leave.",
        runbook: 'settlement-failed',
      },
    ];
  }

  /** Plan, one child execution for each client, close. State carries keys: a statement may pass its 256 KiB limit. */
  private chain(
    { documents }: Storage,
    plan: VigieFunction,
    settle: VigieFunction,
    close: VigieFunction,
  ): StateMachine {
    const planned = new tasks.LambdaInvoke(this, 'List clients', { lambdaFunction: plan, payloadResponseOnly: true });
    const each = new DistributedMap(this, 'Each client', {
      label: 'Clients',
      itemReader: new S3JsonItemReader({ bucket: documents, key: JsonPath.stringAt('$.key') }),
      maxConcurrency: 40, // of an account's 1,000 concurrent functions, probing needs the rest
      toleratedFailurePercentage: 100, // one client's failure never stops another's statement
      resultWriterV2: new ResultWriterV2({ bucket: documents, prefix: 'settlements/results' }),
      resultPath: JsonPath.DISCARD, // what was settled is in the records, and that is what closing reads
    });
    each.itemProcessor(
      new tasks.LambdaInvoke(this, 'Settle client', { lambdaFunction: settle, payloadResponseOnly: true }).addRetry({
        errors: [Errors.TASKS_FAILED], // one that was killed half-way is settled by the next, which changes nothing twice
        interval: Duration.seconds(10),
        maxAttempts: 2,
      }),
    );
    const closed = new tasks.LambdaInvoke(this, 'Tell the provider', {
      lambdaFunction: close,
      payloadResponseOnly: true,
    });
    const logs = new LogGroup(this, 'MachineLogs', {
      retention: RetentionDays.ONE_YEAR, // a client may contest a statement for months
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(planned.next(each).next(closed)),
      timeout: Duration.hours(6),
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: true },
    });
    acknowledge(machine, 'AWS delivers logs and traces for a whole account or not at all.', 'IAM5[Resource::*]');
    const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId(machine)}"}]}]}`;
    const children = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`;
    acknowledge(
      machine,
      "A Distributed Map's child executions, and what it reads and writes in the documents' bucket, are named as it runs.",
      `IAM5[Resource::arn:<AWS::Partition>:s3:::<${logicalId(documents)}>/*]`,
      ...['', '/Clients'].map((label) => `IAM5[Resource::${children}${label}:*]`),
    );
    return machine;
  }
}
