import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { HomeEnv } from '../shared/probe/home.ts';
import { acknowledge, arnInFinding } from './acknowledge.ts';
import { Evidence } from './evidence.ts';
import { Failures } from './failures.ts';
import type { Home } from './home.ts';
import { grantSecrets } from './secrets.ts';
import { settingsOf } from './settings.ts';
import { VersionedBucket } from './versioned-bucket.ts';
import type { VigieFunction } from './vigie-function.ts';

/** What outlives every other part: two tables, the documents, the evidence, and the queue of what could not be done. */
export class Storage extends Construct implements Home {
  /** Runs, minute by minute, and the days that they are compacted into. */
  readonly samples: Table;
  /** Plans, outages, statements, ledgers and the outbox. */
  readonly records: Table;
  /** Plans as rosters, and statements as people read them. */
  readonly documents: Bucket;
  /** Every sample, for as long as contracts ask. */
  readonly evidence: Evidence;
  readonly failures: Failures;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { production } = settingsOf(this);
    const kept = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: production,
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      timeToLiveAttribute: 'expires',
      stream: StreamViewType.NEW_IMAGE,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
    };
    this.samples = new Table(this, 'Samples', { ...kept, sortKey: { name: 'sk', type: AttributeType.NUMBER } });
    this.records = new Table(this, 'Records', { ...kept, sortKey: { name: 'sk', type: AttributeType.STRING } });
    this.records.addGlobalSecondaryIndex({
      indexName: 'pending', // sparse: an item is in it only until its message was sent
      partitionKey: { name: 'pending', type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.NUMBER },
    });
    this.documents = new VersionedBucket(this, 'Documents', {
      lifecycleRules: [
        { prefix: 'plans/incoming/', expiration: Duration.days(7), noncurrentVersionExpiration: Duration.days(7) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.evidence = new Evidence(this, 'Evidence');
    this.failures = new Failures(this, 'Failures');
  }

  get environment(): HomeEnv {
    const { samples, records, documents } = this;
    return {
      SAMPLES_TABLE: samples.tableName,
      RECORDS_TABLE: records.tableName,
      DOCUMENTS_BUCKET: documents.bucketName,
    };
  }

  grantSamples(fn: VigieFunction, ...actions: readonly string[]): void {
    this.samples.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
  }

  /** Lets a function do named things to records; DynamoDB's actions are given without their prefix. */
  grantRecords(fn: VigieFunction, ...actions: readonly string[]): void {
    this.records.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
    acknowledge(
      fn.role,
      "The table's one index holds nothing that is not in the table.",
      `IAM5[Resource::${arnInFinding(this.records)}/index/*]`,
    );
  }

  /** Lets a function read the documents under a prefix. */
  grantReading(fn: VigieFunction, prefix: string): void {
    this.documents.grantRead(fn, `${prefix}/*`);
    acknowledge(
      fn.role,
      'Reading includes listing, without which S3 answers 403 instead of 404 to a missing document.',
      ...['IAM5[Action::s3:GetObject*]', 'IAM5[Action::s3:GetBucket*]', 'IAM5[Action::s3:List*]'],
    );
    this.acknowledgePrefix(fn, prefix);
  }

  /** Lets a function read the secrets that checks refer to, which are kept beside the stack. */
  grantSecrets(fn: VigieFunction): void {
    grantSecrets(fn, Stack.of(this).region);
  }

  /** Lets a function write documents under a prefix; the bucket keeps every version. */
  grantWriting(fn: VigieFunction, prefix: string): void {
    this.documents.grantPut(fn, `${prefix}/*`);
    acknowledge(
      fn.role,
      "Aborting its own multipart uploads is part of CDK's grant to put.",
      'IAM5[Action::s3:Abort*]',
    );
    this.acknowledgePrefix(fn, prefix);
  }

  private acknowledgePrefix(fn: VigieFunction, prefix: string): void {
    const finding = `IAM5[Resource::${arnInFinding(this.documents)}/${prefix}/*]`;
    acknowledge(fn.role, `It works on all documents under ${prefix}/, whose names are not known beforehand.`, finding);
  }
}
