import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { Plan } from '../../shared/contract/plan.ts';
import { examplePlan, planOf, resourcesOf, synthesize } from './synth.ts';

let plan: Plan;
beforeAll(async () => {
  plan = await examplePlan();
}, 60_000);

/** Without what names the plan's own bytes. */
const shapeOf = (clients: number): unknown => {
  const { template } = synthesize(planOf(plan, clients));
  return JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}/g, '<hash>'));
};

test('a stack for 500 clients is the stack for one', () => {
  expect(shapeOf(500)).toEqual(shapeOf(1));
});

test('a stack has at most 500 resources and a template of 1 MB', () => {
  const { template } = synthesize(plan);
  expect(resourcesOf(template).length).toBeLessThan(500);
  expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
});

test("a function's environment is under 4 KB, names and values together", () => {
  const variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
  const sizes = resourcesOf(synthesize(plan).template)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => {
      const { Environment } = variables.parse(Properties);
      // A reference is counted as the longest name that AWS gives: an ARN's account, region and 255 characters.
      return Object.entries(Environment.Variables).reduce(
        (sum, [name, value]) => sum + name.length + (typeof value === 'string' ? value.length : 320),
        0,
      );
    });
  expect(sizes.length).toBe(12);
  expect(Math.max(...sizes)).toBeLessThan(4_096);
});

test("a settlement's state carries keys and never statements", () => {
  const [machine] = resourcesOf(synthesize(plan).template).filter(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  const definition = JSON.stringify(machine?.Properties.DefinitionString);
  expect(definition.length).toBeLessThan(1_000_000); // AWS's limit for a definition
  expect(definition).toContain('s3:getObject'); // clients are read from S3, not passed
  expect(definition).toContain('ResultWriter'); // results are written to S3, not gathered in 256 KiB
  expect(definition).toContain('\\"ToleratedFailurePercentage\\":100');
});
