import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { FailureQueue, WatchEnv } from '../functions/watch/env.ts';
import type { Plan } from '../shared/contract/plan.ts';
import { failuresQueue, placeStack } from '../shared/probe/home.ts';
import { homePlace } from '../shared/probe/place.ts';
import type { Alerting } from './alerting.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';
import type { Watched } from './watched.ts';

export interface WatchProps {
  readonly storage: Storage;
  readonly alerting: Alerting;
  /** Of which some probe by stacks of their own. */
  readonly places: Plan['provider']['places'];
  /** What the other capabilities want an alarm on. */
  readonly watched: readonly Watched[];
}

/** Who watches the watcher: what was left in the outbox is sent again, what was given up on is told, and whatever stops rings. */
export class Watch extends Construct {
  readonly watch: VigieFunction;

  constructor(scope: Construct, id: string, { storage, alerting, places, watched }: WatchProps) {
    super(scope, id);
    const elsewhere = places.flatMap((place) => (place.kind === 'region' || place.kind === 'vpc' ? [place] : []));
    const { samples, records, failures } = storage;
    const every = Duration.minutes(5);
    const watch = new VigieFunction(this, 'Watch', {
      name: 'watch',
      description: 'Sends again what stayed in the outbox, and looks whether everything else was done',
      timeout: Duration.minutes(2),
      environment: {
        RECORDS_TABLE: records.tableName,
        SAMPLES_TABLE: samples.tableName,
        OPS_TOPIC_ARN: alerting.opsTopic.topicArn,
        CLIENT_TOPIC_ARN_PREFIX: alerting.clientTopicArnPrefix,
        FAILURES: Stack.of(this).toJsonString([
          { place: homePlace, url: failures.queueUrl },
          ...elsewhere.map(({ id: place, region }) => ({ place, region, name: this.queueOf(place) })),
        ] satisfies FailureQueue[]),
      } satisfies WatchEnv,
    });
    this.watch = watch;
    // No destination for failures: it fails while something is wrong, and has an alarm of its own.
    watch.configureAsyncInvoke({ maxEventAge: every, retryAttempts: 0 });
    samples.grant(watch, 'dynamodb:Query');
    storage.grantRecords(watch, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    alerting.grantPublishing(watch);
    failures.grant(watch, 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage');
    if (elsewhere.length > 0)
      watch.addToRolePolicy(
        new PolicyStatement({
          actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: elsewhere.map(({ id: place, region }) =>
            Stack.of(this).formatArn({ service: 'sqs', region, resource: this.queueOf(place) }),
          ),
        }),
      );
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

    const own: readonly Watched[] = [
      {
        id: 'Unwell',
        // Of ten minutes, so that a start which comes a minute late is missed by nobody.
        metric: watch.metricErrors({ period: Duration.minutes(10), statistic: 'Sum' }),
        threshold: 1,
        missing: TreatMissingData.BREACHING, // a function that is not invoked has no errors either
        impact:
          'Something in Vigie has stopped, and the message that comes with this says what; or nothing looks any more.',
        runbook: 'unwell',
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

  private queueOf(place: string): string {
    return failuresQueue(placeStack(Stack.of(this).stackName, place));
  }
}
