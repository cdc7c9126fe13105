import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge, inFinding } from './acknowledge.ts';
import type { VigieFunction } from './vigie-function.ts';

/** Lets a function read what checks may refer to, and nothing else: the secrets and parameters under `vigie/`. */
export const grantSecrets = (fn: VigieFunction, region: string): void => {
  const stack = Stack.of(fn);
  const secrets = stack.formatArn({
    ...{ service: 'secretsmanager', region, resource: 'secret', resourceName: 'vigie/*' },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const parameters = stack.formatArn({ service: 'ssm', region, resource: 'parameter', resourceName: 'vigie/*' });
  fn.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secrets] }));
  fn.addToRolePolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameters] }));
  acknowledge(
    fn.role,
    "A function probes for every client, and so reads each client's own; the plan names them, and only under its client.",
    ...[secrets, parameters].map((resource) => `IAM5[Resource::${inFinding(stack, resource)}]`),
  );
};
