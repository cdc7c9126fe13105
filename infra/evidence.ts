import { Duration } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { retentionLimits } from '../shared/contract/retention.ts';
import { acknowledge, arnInFinding } from './acknowledge.ts';
import { settingsOf } from './settings.ts';
import { VersionedBucket } from './versioned-bucket.ts';
import type { VigieFunction } from './vigie-function.ts';

/** No twelve months in a row are longer than 366 days, so an object is never expired while it is locked. */
const daysOf = (months: number): Duration => Duration.days(Math.ceil((months * 366) / 12) + 2);

/** Every sample for the years: one object for each place, shard and day, which nobody changes before its time. */
export class Evidence extends Construct {
  readonly bucket: Bucket;
  /** How an object is locked; not at all where the stack may be thrown away. */
  readonly lock: 'GOVERNANCE' | 'COMPLIANCE' | undefined;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { production, lock } = settingsOf(this);
    this.lock = production ? lock : undefined;
    const { least, most } = retentionLimits;
    const lengths = Array.from({ length: most - least + 1 }, (_, at) => least + at);
    this.bucket = new VersionedBucket(this, 'Bucket', {
      objectLockEnabled: production,
      lifecycleRules: [
        // One for each length that a contract may ask for: as many whatever the number of clients.
        ...lengths.map((months) => ({
          id: `keep-${months}`,
          tagFilters: { keep: String(months) },
          expiration: daysOf(months),
          noncurrentVersionExpiration: daysOf(months),
        })),
        { id: 'ends', expiredObjectDeleteMarker: true, abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }

  get environment(): { readonly EVIDENCE_BUCKET: string; readonly EVIDENCE_LOCK?: 'GOVERNANCE' | 'COMPLIANCE' } {
    return { EVIDENCE_BUCKET: this.bucket.bucketName, ...(this.lock && { EVIDENCE_LOCK: this.lock }) };
  }

  /** Lets a function keep days and read them back; nobody is let remove one. */
  grantKeeping(fn: VigieFunction): void {
    this.bucket.grantRead(fn, 'days/*');
    this.bucket.grantPut(fn, 'days/*');
    acknowledge(
      fn.role,
      'Days are named by place, shard and date; what CDK grants to read and put includes listing and aborting its own uploads.',
      `IAM5[Resource::${arnInFinding(this.bucket)}/days/*]`,
      ...['IAM5[Action::s3:GetObject*]', 'IAM5[Action::s3:GetBucket*]', 'IAM5[Action::s3:List*]'],
      'IAM5[Action::s3:Abort*]',
    );
  }
}
