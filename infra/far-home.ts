import { CfnDynamicReference, CfnDynamicReferenceService, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { type HomeEnv, homeParameter } from '../shared/probe/home.ts';
import { acknowledge, inFinding, logicalId } from './acknowledge.ts';
import type { Home } from './home.ts';
import { grantSecrets } from './secrets.ts';
import type { Storage } from './storage.ts';
import type { VigieFunction } from './vigie-function.ts';

/** CloudFormation makes a bucket's name of the stack's, the logical id and 13 characters, and cuts what passes 63. */
const longestStackName = 24;

export interface FarHomeProps {
  readonly storage: Storage;
  /** Where the home is; its own stack need not know. */
  readonly region: string;
}

/**
 * The home as a stack elsewhere knows it: by the beginnings of the names that CloudFormation gives, since no reference
 * crosses regions. Functions learn the names themselves from one parameter.
 */
export class FarHome implements Home {
  readonly environment: HomeEnv;
  private readonly stack: Stack;
  private readonly region: string;
  private readonly storage: Storage;

  constructor(stack: Stack, { storage, region }: FarHomeProps) {
    const { stackName } = Stack.of(storage);
    if (stackName.length > longestStackName)
      throw new Error(`with more than one place, a stack's name has at most ${longestStackName} letters: ${stackName}`);
    this.stack = stack;
    this.region = region;
    this.storage = storage;
    const parameter = homeParameter(stackName);
    // In the home's region the parameter is read as the stack is made: a VPC there may reach the tables by gateways that
    // cost nothing, and the parameter store by none.
    this.environment =
      stack.region === region
        ? { HOME_NAMES: new CfnDynamicReference(CfnDynamicReferenceService.SSM, parameter).toString() }
        : { HOME_REGION: region, HOME_PARAMETER: parameter };
  }

  grantSamples(fn: VigieFunction, ...actions: readonly string[]): void {
    this.grantTable(fn, this.storage.samples, actions);
  }

  grantRecords(fn: VigieFunction, ...actions: readonly string[]): void {
    this.grantTable(fn, this.storage.records, actions);
  }

  grantReading(fn: VigieFunction, prefix: string): void {
    const bucket = this.nameOf(this.storage.documents).toLowerCase();
    const resource = this.stack.formatArn({
      ...{ service: 's3', region: '', account: '', resource: bucket, resourceName: `${prefix}/*` },
    });
    // A bucket of that name may be anybody's.
    const conditions = { StringEquals: { 'aws:ResourceAccount': this.stack.account } };
    this.allow(fn, { actions: ['s3:GetObject'], resources: [resource], conditions });
  }

  grantSecrets(fn: VigieFunction): void {
    grantSecrets(fn, this.region);
  }

  private grantTable(fn: VigieFunction, table: IConstruct, actions: readonly string[]): void {
    const { region } = this;
    const resource = this.stack.formatArn({
      ...{ service: 'dynamodb', region, resource: 'table', resourceName: this.nameOf(table) },
    });
    this.allow(fn, { actions: actions.map((action) => `dynamodb:${action}`), resources: [resource] });
  }

  private nameOf(resource: IConstruct): string {
    return `${Stack.of(this.storage).stackName}-${logicalId(resource)}-*`;
  }

  /** Whoever is let do anything must be able to learn the names. */
  private allow(fn: VigieFunction, statement: PolicyStatementProps & { readonly resources: string[] }): void {
    fn.addToRolePolicy(new PolicyStatement(statement));
    acknowledge(
      fn.role,
      'References do not cross regions: the home is known by the beginnings of the names that CloudFormation gave.',
      ...statement.resources.map((resource) => `IAM5[Resource::${inFinding(this.stack, resource)}]`),
    );
    if (!('HOME_PARAMETER' in this.environment)) return;
    const parameter = this.stack.formatArn({
      service: 'ssm',
      region: this.region,
      resource: 'parameter',
      resourceName: this.environment.HOME_PARAMETER.slice(1),
    });
    fn.addToRolePolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter] }));
  }
}
