import { expect, inject, test } from 'vitest';
import { localRegion } from '../../cli/demo/local-aws.ts';
import { otherRegion } from './clients.ts';
import { allows, unused } from './iam.ts';
import { functionRoles } from './roles.ts';

test.each([
  { name: 'Vigie', region: localRegion, functions: 12 },
  { name: 'Vigie-frankfurt', region: otherRegion, functions: 3 },
  { name: 'Vigie-siege', region: otherRegion, functions: 3 },
])('every AWS call of every function of $name is allowed by its synthesized role', async ({ functions, ...stack }) => {
  const roles = await functionRoles(stack, inject('workDir'), inject('calls'));
  expect(roles).toHaveLength(functions);
  for (const { name, calls } of roles) expect(calls.length, `${name} made no call`).toBeGreaterThan(0);
  const refused = roles.flatMap(({ name, calls, statements }) =>
    calls
      .filter((call) => !allows(statements, call))
      .map(({ action, resource }) => `${name}: ${action} on ${resource}`),
  );
  expect([...new Set(refused)]).toEqual([]);
  // Lambda itself writes logs, reads streams and sends to the failures; CDK's grants on S3 come in bundles.
  const notOurs = /^(logs:|sqs:|s3:|dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator) )/;
  const idle = roles.flatMap(({ name, calls, statements }) =>
    unused(statements, calls).flatMap((grant) => (notOurs.test(grant) ? [] : [`${name}: ${grant}`])),
  );
  process.stdout.write(`Grants that no test used:\n${[...new Set(idle)].map((line) => `  ${line}\n`).join('')}`);
});
