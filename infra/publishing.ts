import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration, Stage } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { ApplyEnv } from '../functions/apply/env.ts';
import { canonicalJson } from '../shared/contract/canonical.ts';
import type { Plan } from '../shared/contract/plan.ts';
import { acknowledge } from './acknowledge.ts';
import type { Alerting } from './alerting.ts';
import type { Beats } from './beats.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';

export interface PublishingProps {
  readonly storage: Storage;
  readonly alerting: Alerting;
  readonly beats: Beats;
  /** Compiled from the client folder at synthesis; deploying puts it into force. */
  readonly plan: Plan;
}

/** Puts a plan into force: on every deployment that changes it, and whenever `vigie apply` asks. */
export class Publishing extends Construct {
  readonly apply: VigieFunction;

  constructor(scope: Construct, id: string, { storage, alerting, beats, plan }: PublishingProps) {
    super(scope, id);
    const { records, documents, failures } = storage;
    this.apply = new VigieFunction(this, 'Apply', {
      name: 'apply',
      description: 'Puts a compiled plan into force',
      timeout: Duration.minutes(10), // SNS makes 30 topics a second, and takes 100 subscriptions a second
      environment: {
        RECORDS_TABLE: records.tableName,
        DOCUMENTS_BUCKET: documents.bucketName,
        OPS_TOPIC_ARN: alerting.opsTopic.topicArn,
        CLIENT_TOPIC_ARN_PREFIX: alerting.clientTopicArnPrefix,
        BEAT_KEY: beats.key,
      } satisfies ApplyEnv,
    });
    this.apply.configureAsyncInvoke({
      maxEventAge: Duration.minutes(10),
      retryAttempts: 0, // CloudFormation asks once; by the time of a retry it may have rolled back to the plan before
      onFailure: new SqsDestination(failures),
    });
    storage.grantRecords(this.apply, 'GetItem', 'Query', 'PutItem');
    storage.grantReading(this.apply, 'plans');
    storage.grantWriting(this.apply, 'plans');
    storage.grantWriting(this.apply, 'places');
    beats.grantKey(this.apply, 'PutParameter');
    // By hand, because SNS has no grant for making topics and subscriptions.
    this.apply.addToRolePolicy(
      new PolicyStatement({
        actions: [
          ...['sns:CreateTopic', 'sns:DeleteTopic', 'sns:TagResource'],
          ...['sns:Subscribe', 'sns:ListSubscriptionsByTopic'],
        ],
        resources: [alerting.clientTopics.topicArn, alerting.opsTopic.topicArn],
      }),
    );
    // Source: service authorization reference for SNS: a subscription is no resource that a policy could name.
    this.apply.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:SetSubscriptionAttributes', 'sns:Unsubscribe'], resources: ['*'] }),
    );
    acknowledge(
      this.apply.role,
      'IAM cannot name a subscription; AWS takes these two on any or none.',
      'IAM5[Resource::*]',
    );
    alerting.acknowledgeTopics(this.apply);

    const path = join(Stage.of(this)?.outdir ?? '.', 'plan.json'); // CDK copies it into an asset named by its hash
    writeFileSync(path, canonicalJson(plan));
    const asset = new Asset(this, 'Plan', { path });
    asset.grantRead(this.apply);
    acknowledge(
      this.apply.role,
      "CDK's grant to read an asset covers its bucket, which holds what this account has deployed.",
      `IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]`,
    );
    const applied = new CustomResource(this, 'Applied', {
      resourceType: 'Custom::VigiePlan',
      serviceToken: this.apply.functionArn,
      serviceTimeout: Duration.minutes(12), // past the function's own, so that its error is the one that is told
      properties: { bucket: asset.s3BucketName, key: asset.s3ObjectKey },
    });
    applied.node.addDependency(this.apply, storage, alerting); // its role's grants among them
  }
}
