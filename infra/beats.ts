import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { BeatEnv } from '../functions/beat/env.ts';
import { beatKeyParameter } from '../shared/probe/home.ts';
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
  /**
   * The parameter of the key that signs the paths. `apply` makes it, because CloudFormation makes no parameter that is
   * encrypted, and a secret is $0.40 a month; nothing removes it, so that addresses outlive the stack.
   */
  readonly key: string;

  constructor(scope: Construct, id: string, { storage }: BeatsProps) {
    super(scope, id);
    this.key = beatKeyParameter(Stack.of(this).stackName);
    this.beat = new VigieFunction(this, 'Beat', {
      name: 'beat',
      description: 'Takes the calls of what is watched by heartbeat',
      memorySize: 256,
      timeout: Duration.seconds(10),
      // Whoever knows the address can have it run. By default it shares with all else, for a new account has a quota of 10,
      // of which AWS lets nobody reserve any: the stack could not be deployed.
      reservedConcurrentExecutions: settingsOf(this).beatsAtOnce,
      environment: { SAMPLES_TABLE: storage.samples.tableName, BEAT_KEY: this.key } satisfies BeatEnv,
    });
    this.beat.addToRolePolicy(
      // By hand, because grants know no conditions: what has a public address has no business with runs and days.
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [storage.samples.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['BEAT#*'] } },
      }),
    );
    this.grantKey(this.beat, 'GetParameter');
    this.url = this.beat.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }); // the signature is the authority
  }

  /** Lets a function do one thing to the key; AWS's own key, which encrypts it, lets in whoever may. */
  grantKey(fn: VigieFunction, action: 'GetParameter' | 'PutParameter'): void {
    const key = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: this.key.slice(1), // an ARN has one slash before it, and a name begins with one
    });
    fn.addToRolePolicy(new PolicyStatement({ actions: [`ssm:${action}`], resources: [key] }));
  }
}
