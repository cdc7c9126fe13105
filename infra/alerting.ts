import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { NotifyEnv } from '../functions/notify/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';

export interface AlertingProps {
  readonly storage: Storage;
}

/** From the outbox to SNS: one topic for the provider's on-call, one topic for each client. */
export class Alerting extends Construct {
  readonly opsTopic: Topic;
  /** All clients' topics; `apply` makes them, because nothing in a stack may grow with the number of clients. */
  readonly clientTopics: ITopic;
  /** A client's topic is this followed by the client's id. */
  readonly clientTopicArnPrefix: string;

  constructor(scope: Construct, id: string, { storage }: AlertingProps) {
    super(scope, id);
    const { records, failures } = storage;
    const stack = Stack.of(this);
    this.opsTopic = new Topic(this, 'Ops', { enforceSSL: true });
    // A topic with a policy of its own, here the one on TLS, has no more the default one that lets an account's alarms in.
    this.opsTopic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    this.clientTopicArnPrefix = stack.formatArn({ service: 'sns', resource: `${stack.stackName}_` });
    this.clientTopics = Topic.fromTopicArn(this, 'Clients', `${this.clientTopicArnPrefix}*`);
    const notify = new VigieFunction(this, 'Notify', {
      name: 'notify',
      description: 'Publishes what the outbox holds, and marks it sent',
      timeout: Duration.minutes(1),
      environment: {
        RECORDS_TABLE: records.tableName,
        OPS_TOPIC_ARN: this.opsTopic.topicArn,
        CLIENT_TOPIC_ARN_PREFIX: this.clientTopicArnPrefix,
      } satisfies NotifyEnv,
    });
    notify.addEventSource(
      new DynamoEventSource(records, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 10,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 5, // the watch function sends again what is still pending after that
        maxRecordAge: Duration.hours(1),
        onFailure: new SqsDlq(failures),
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('INSERT'),
            dynamodb: { Keys: { pk: { S: FilterRule.beginsWith('OUT#') } } },
          }),
        ],
      }),
    );
    acknowledge(notify.role, 'AWS lists streams for a whole account or not at all.', 'IAM5[Resource::*]');
    storage.grantRecords(notify, 'GetItem', 'UpdateItem');
    this.grantPublishing(notify);
  }

  /** Lets a function publish to the provider's topic and to every client's. */
  grantPublishing(fn: VigieFunction): void {
    this.opsTopic.grantPublish(fn);
    this.clientTopics.grantPublish(fn);
    this.acknowledgeTopics(fn);
  }

  acknowledgeTopics(fn: VigieFunction): void {
    const prefix = `arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${Stack.of(this).stackName}_`;
    acknowledge(
      fn.role,
      'Clients come and go without a deployment, and each has a topic.',
      `IAM5[Resource::${prefix}*]`,
    );
  }
}
