import { RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { settingsOf } from './settings.ts';

/** Keeps every version, encrypted, for nobody but this account; in production it outlives its stack. */
export class VersionedBucket extends Bucket {
  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, {
      versioned: true,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: settingsOf(scope).production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...props,
    });
    acknowledge(
      this,
      'Only functions and the CLI read it, each under its own role; whoever must account for reads turns on CloudTrail data events.',
      'S1',
    );
  }
}
