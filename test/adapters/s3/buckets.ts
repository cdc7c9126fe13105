import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../engines.ts';

export const localS3 = (endpoint: string): S3Client =>
  new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });

let made = 0;

/** A bucket that keeps every version, as the stack makes them, and new for each test. */
export const newBucket = async (client: S3Client, locked = false): Promise<string> => {
  const Bucket = `bucket-${process.pid}-${++made}`;
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: locked }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  if (!locked) await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return Bucket;
};
