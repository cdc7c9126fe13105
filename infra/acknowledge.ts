import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

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

const partSchema = z.union([z.string(), z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`)]);
const textSchema = z.union([
  partSchema,
  z
    .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(partSchema)]) })
    .transform((join) => join['Fn::Join'][1].join('')),
]);

/** A text with references in it as cdk-nag writes it in a finding. */
export const inFinding = (stack: Stack, text: string): string => textSchema.parse(stack.resolve(text));
