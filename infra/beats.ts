import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { BeatEnv } from '../functions/beat/env.ts';
import { acknowledge } from './acknowledge.ts';
import { settingsOf } from './settings.ts';
import type { Storage } from './storage.ts';
import { VigieFunction } from './vigie-function.ts';

export interface BeatsProps {
  readonly storage: Storage;
}

/** Where jobs and devices that are watched by heartbeat call: one public address, under which each has a signed path. */
export class Beats extends Construct {
  readonly beat: VigieFunction;
  readonly url: FunctionUrl;
  /** Signs the paths. */
  readonly key: Secret;

  constructor(scope: Construct, id: string, { storage }: BeatsProps) {
    super(scope, id);
    this.key = new Secret(this, 'Key', {
      description: 'Signs the addresses that heartbeats call',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: settingsOf(this).production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(this.key, 'Another key would be another address for every job that calls.', 'SMG4');
    this.beat = new VigieFunction(this, 'Beat', {
      name: 'beat',
      description: 'Takes the calls of what is watched by heartbeat',
      memorySize: 256,
      timeout: Duration.seconds(10),
      environment: { SAMPLES_TABLE: storage.samples.tableName, BEAT_KEY: this.key.secretArn } satisfies BeatEnv,
    });
    this.beat.addToRolePolicy(
      // By hand, because grants know no conditions: what has a public address has no business with runs and days.
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [storage.samples.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['BEAT#*'] } },
      }),
    );
    this.key.grantRead(this.beat);
    this.url = this.beat.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }); // the signature is the authority
  }
}
