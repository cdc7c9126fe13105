import { expect, test } from 'vitest';
import * as z from 'zod';
import { itemOfRun } from '../../shared/adapters/dynamodb/runs.ts';
import { alarms, memory, otherMemory, runDays, schedules } from '../../shared/cost/design.ts';
import { epochMs } from '../../shared/time/span.ts';
import { examplePlan, resourcesOf, synthesize } from '../infra/synth.ts';

const functionSchema = z.object({ Description: z.string(), MemorySize: z.number() });
const scheduleSchema = z.object({ ScheduleExpression: z.string() });

test('the cost model is of the stack that is deployed', { timeout: 120_000 }, async () => {
  const resources = resourcesOf(synthesize(await examplePlan()).template);
  const properties = (type: string) => resources.filter(({ Type }) => Type === type).map((one) => one.Properties);

  const memories = properties('AWS::Lambda::Function').map((one) => functionSchema.parse(one).MemorySize);
  const full = Object.values(memory);
  expect(memories.toSorted((a, b) => a - b)).toEqual(
    [...Array.from({ length: memories.length - full.length }, () => otherMemory), ...full].sort((a, b) => a - b),
  );
  expect(properties('AWS::CloudWatch::Alarm')).toHaveLength(alarms);
  expect(properties('AWS::SecretsManager::Secret')).toEqual([]);
  expect(
    properties('AWS::Scheduler::Schedule')
      .map((one) => scheduleSchema.parse(one).ScheduleExpression)
      .sort(),
  ).toEqual([
    'cron(0 14 1 * ? *)',
    'cron(20 0 * * ? *)',
    `rate(${schedules.ticksEveryMinutes} minute)`,
    `rate(${schedules.watchEveryMinutes} minutes)`,
  ]);
  // Whatever else would cost something by itself is looked at here first.
  expect(properties('AWS::DynamoDB::Table')).toHaveLength(2);
  expect(resources.filter(({ Type }) => /NatGateway|VPC|KMS::Key|Dashboard|Provisioned/.test(Type))).toEqual([]);
});

test('a run is kept as long as its item says', () => {
  const run = { place: 'a', shard: 0, scheduledAt: epochMs(0), startedAt: epochMs(0), codes: new Uint8Array() };
  const { expires } = itemOfRun({ ...run, planVersion: '00' }, 0);
  expect(expires).toBe(runDays * 86_400);
});
