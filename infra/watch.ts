import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { WatchEnv } from '../functions/watch/env.ts';
import type { Alerting } from './alerting.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';
import type { Watched } from './watched.ts';

export interface WatchProps {
  readonly storage: Storage;
  readonly alerting: Alerting;
  /** Every place that probes into these tables, comma-separated. */
  readonly places: string;
  /** What the other capabilities want an alarm on. */
  readonly watched: readonly Watched[];
}

/** Who watches the watcher: what was left in the outbox is sent again, and whatever stops rings. */
export class Watch extends Construct {
  readonly watch: VigieFunction;

  constructor(scope: Construct, id: string, { storage, alerting, places, watched }: WatchProps) {
    super(scope, id);
    const { samples, records, failures } = storage;
    const every = Duration.minutes(5);
    const watch = new VigieFunction(this, 'Watch', {
      name: 'watch',
      description: 'Sends again what stayed in the outbox, and measures how old the newest runs are',
      timeout: Duration.minutes(2),
      environment: {
        RECORDS_TABLE: records.tableName,
        SAMPLES_TABLE: samples.tableName,
        OPS_TOPIC_ARN: alerting.opsTopic.topicArn,
        CLIENT_TOPIC_ARN_PREFIX: alerting.clientTopicArnPrefix,
        PLACES: places,
      } satisfies WatchEnv,
    });
    this.watch = watch;
    watch.configureAsyncInvoke({ maxEventAge: every, retryAttempts: 0, onFailure: new SqsDestination(failures) });
    samples.grant(watch, 'dynamodb:Query');
    storage.grantRecords(watch, 'GetItem', 'Query', 'UpdateItem');
    alerting.grantPublishing(watch);
    new Schedule(this, 'EachFiveMinutes', {
      description: 'Watch over probing and the outbox',
      schedule: ScheduleExpression.rate(every),
      target: new LambdaInvoke(watch, {
        input: ScheduleTargetInput.fromObject({}),
        maxEventAge: every,
        retryAttempts: 0, // the next one comes in five minutes
        deadLetterQueue: failures,
      }),
    });

    const measured = (metricName: string): Metric =>
      new Metric({
        namespace: 'Vigie',
        metricName,
        dimensionsMap: { service: 'watch' },
        period: every,
        statistic: 'Maximum',
      });
    const own: readonly Watched[] = [
      {
        id: 'RunsLate', // rings for the watch function too: when it stops, the metric is missing
        metric: measured('NewestRunAgeSeconds'),
        threshold: Duration.minutes(5).toSeconds(),
        periods: 2,
        missing: TreatMissingData.BREACHING,
        impact: 'Endpoints are not probed, or Vigie cannot tell: their minutes count as unknown in every statement.',
        runbook: 'probing-stopped',
      },
      {
        id: 'MessagesPending',
        metric: measured('PendingMessages'),
        threshold: 1,
        periods: 3,
        impact: 'Notices were written and have not left for a quarter of an hour.',
        runbook: 'notices-late',
      },
      {
        id: 'SettlementOverdue', // a schedule that is gone fails nowhere
        metric: measured('SettlementOverdueHours'),
        threshold: 6,
        impact: 'The month that has ended is not settled: no statement and no credit notice has left.',
        runbook: 'settlement-failed',
      },
      {
        id: 'FailuresKept',
        metric: failures.metricApproximateNumberOfMessagesVisible({ period: every, statistic: 'Maximum' }),
        threshold: 1,
        impact: 'Something that every retry failed on waits for a human for 14 days.',
        runbook: 'failures-kept',
      },
    ];
    const action = new SnsAction(alerting.opsTopic);
    for (const { id, metric, threshold, comparison, periods, missing, impact, runbook } of [...watched, ...own]) {
      new Alarm(this, id, {
        metric,
        threshold,
        comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods ?? 1,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
        alarmDescription: `${impact} What to do: docs/runbook.md#${runbook}`,
      }).addAlarmAction(action);
    }
  }
}
