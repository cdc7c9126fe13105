import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts named cdk-nag findings under one construct, each for the reason given. */
export const acknowledge = (scope: IConstruct, reason: string, ...findings: readonly string[]): void => {
  for (const finding of findings) Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
};

export const logicalId = (resource: IConstruct): string => {
  const element = resource.node.defaultChild;
  if (element === undefined || !CfnElement.isCfnElement(element))
    throw new Error(`${resource.node.path} is no resource`);
  return Stack.of(resource).getLogicalId(element);
};

/** A resource's ARN as cdk-nag writes it in a finding. */
export const arnInFinding = (resource: IConstruct): string => `<${logicalId(resource)}.Arn>`;
