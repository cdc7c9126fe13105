import { CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, User } from 'aws-cdk-lib/aws-iam';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { PlacePlan } from '../shared/contract/plan.ts';
import { acknowledge, arnInFinding } from './acknowledge.ts';
import type { Storage } from './storage.ts';

export interface AgentsProps {
  readonly storage: Storage;
  /** The names of the home, which an agent asks for as a stack elsewhere does. */
  readonly home: IStringParameter;
  readonly places: readonly PlacePlan[];
}

/**
 * A user for each agent, which may write what its own place saw and read what its own place probes: who takes its machine
 * cannot write for another place, read a sample, or learn of an endpoint that is not probed from there. Its access key is
 * made by hand, so that no template and no log ever holds one.
 */
export class Agents extends Construct {
  constructor(scope: Construct, id: string, { storage, home, places }: AgentsProps) {
    super(scope, id);
    for (const place of places) if (place.kind === 'agent') this.userOf(place.id, storage, home);
  }

  private userOf(place: string, { samples, records, documents }: Storage, home: IStringParameter): void {
    const scope = new Construct(this, place);
    const user = new User(scope, 'User');
    const keys = (...patterns: readonly string[]) => ({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    });
    const policy = new ManagedPolicy(scope, 'Policy', {
      description: `Vigie: what the agent of ${place} may do`,
      users: [user],
      // By hand, because grants know no conditions.
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [samples.tableArn],
          conditions: keys(`RUN#${place}#*`, `LOOK#${place}#*`, `LATE#${place}`),
        }),
        new PolicyStatement({
          actions: ['dynamodb:GetItem'],
          resources: [records.tableArn],
          conditions: keys('PLAN'),
        }),
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [documents.arnForObjects(`places/${place}/*`)] }),
        new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [home.parameterArn] }),
      ],
    });
    acknowledge(
      policy,
      'Each plan has a document for the place, named by its version.',
      `IAM5[Resource::${arnInFinding(documents)}/places/${place}/*]`,
    );
    new CfnOutput(scope, 'Name', { value: user.userName, description: `The user of the agent of ${place}` });
  }
}
