import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { settingsOf } from '../../infra/settings.ts';
import { keptUntil, retentionLimits } from '../../shared/contract/retention.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import { examplePlan, resourcesOf, type Synthesized, synthesize } from './synth.ts';

let production: Synthesized;
let staging: Synthesized;

beforeAll(async () => {
  const plan = await examplePlan();
  production = synthesize(plan);
  staging = synthesize(plan, { stage: 'staging', 'beats-at-once': '20' });
}, 60_000);

/** Logical ids of a function, by its folder. */
const idsOf = (name: string): string[] =>
  resourcesOf(production.template)
    .filter(({ id, Type }) => Type === 'AWS::Lambda::Function' && new RegExp(`${name}[0-9A-F]{8}$`, 'i').test(id))
    .map(({ id }) => id);

const policySchema = z.object({ Statement: z.array(z.object({ Action: z.unknown(), Resource: z.unknown() })) });

const stateful = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue'];

test('cdk-nag finds nothing that has no reason', () => {
  expect(new AwsSolutionsChecks().validateScope(production.app).violations).toEqual([]);
});

test('stateful resources keep their logical ids, or an upgrade would lose what they hold', () => {
  const ids = resourcesOf(production.template).filter(({ Type }) => stateful.includes(Type));
  expect(Object.fromEntries(ids.map(({ id, Type }) => [id, Type]))).toMatchInlineSnapshot(`
    {
      "AlertingOps6C201ECB": "AWS::SNS::Topic",
      "StorageDocumentsCD3FCE94": "AWS::S3::Bucket",
      "StorageEvidenceBucket72D8CD1D": "AWS::S3::Bucket",
      "StorageFailures3FF38EE5": "AWS::SQS::Queue",
      "StorageRecords0990588D": "AWS::DynamoDB::Table",
      "StorageSamples9ADD15B8": "AWS::DynamoDB::Table",
    }
  `);
});

describe('storage', () => {
  test('in production, tables are protected, and they and the documents outlive the stack', () => {
    production.template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    production.template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    production.template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(production.stack.terminationProtection).toBe(true);
  });

  test('elsewhere, a stack can be thrown away', () => {
    staging.template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    expect(staging.stack.terminationProtection).toBe(false);
  });

  test('tables are on demand, recoverable to the second, streamed, and forget what has expired', () => {
    production.template.allResourcesProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
  });

  test('documents are versioned, private, and read over TLS alone', () => {
    production.template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    production.template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

describe('evidence', () => {
  const bucketIn = ({ template }: Synthesized) =>
    resourcesOf(template).find(({ id, Type }) => Type === 'AWS::S3::Bucket' && id.startsWith('StorageEvidence'));
  const lockIn = ({ template }: Synthesized) =>
    resourcesOf(template)
      .filter(({ id, Type }) => Type === 'AWS::Lambda::Function' && id.includes('Compact'))
      .map(({ Properties }) => JSON.stringify(Properties).match(/"EVIDENCE_LOCK":"(\w+)"/)?.[1]);

  test('is under Object Lock in production, and can be thrown away elsewhere', async () => {
    expect(bucketIn(production)?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(bucketIn(staging)?.Properties.ObjectLockEnabled).not.toBe(true);
    expect([lockIn(production), lockIn(staging)]).toEqual([['GOVERNANCE'], [undefined]]);
    expect(lockIn(synthesize(await examplePlan(), { lock: 'compliance' }))).toEqual(['COMPLIANCE']);
  });

  test('expires after the lock of each length that a contract may ask for', () => {
    const rulesSchema = z.object({
      Rules: z.array(
        z.object({
          TagFilters: z.array(z.object({ Key: z.literal('keep'), Value: z.string() })).optional(),
          ExpirationInDays: z.int().optional(),
        }),
      ),
    });
    const { Rules } = rulesSchema.parse(bucketIn(production)?.Properties.LifecycleConfiguration);
    const days = new Map(Rules.map((rule) => [Number(rule.TagFilters?.[0]?.Value), rule.ExpirationInDays ?? 0]));
    const first = Date.parse('2024-01-31');
    for (let months = retentionLimits.least; months <= retentionLimits.most; months++)
      for (let day = first; day < first + 4 * 366 * dayMs; day += 17 * dayMs) {
        const lockedDays = (keptUntil(epochMs(day), months) - (day + dayMs)) / dayMs;
        expect(days.get(months)).toBeGreaterThanOrEqual(lockedDays);
        expect(days.get(months)).toBeLessThan(lockedDays + 15);
      }
  });

  test('is removed by no function', () => {
    expect(JSON.stringify(production.template.findResources('AWS::IAM::Policy'))).not.toMatch(/s3:(Delete|Bypass|\*)/);
  });
});

describe('functions', () => {
  test('run on Node 24 and arm64, and log where a month is kept', () => {
    production.template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: {
        LogGroup: Match.anyValue(),
        LogFormat: 'JSON',
        SystemLogLevel: 'WARN',
        ApplicationLogLevel: 'INFO',
      },
    });
    const logs = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
    expect(logs.every(({ Properties }) => [30, 365].includes(Number(Properties.RetentionInDays)))).toBe(true);
  });

  test('reach private addresses on a local AWS only', async () => {
    const allowed = (value: string) => ({ Environment: { Variables: Match.objectLike({ ALLOW_PRIVATE: value }) } });
    production.template.hasResourceProperties('AWS::Lambda::Function', allowed('0'));
    const local = synthesize(await examplePlan(), { stage: 'local', local: 'true' });
    local.template.hasResourceProperties('AWS::Lambda::Function', allowed('1'));
  });

  test('have roles with no managed policy and no action on everything', () => {
    const roles = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.filter(({ Properties }) => 'ManagedPolicyArns' in Properties)).toEqual([]);
    expect(JSON.stringify(production.template.findResources('AWS::IAM::Policy'))).not.toContain('"Action":"*"');
  });
});

describe('what heartbeats call', () => {
  test('is public, and can keep a beat and read its key, and nothing else', () => {
    production.template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
    const [policy] = resourcesOf(production.template).filter(
      ({ id, Type }) => Type === 'AWS::IAM::Policy' && id.startsWith('BeatsBeatRole'),
    );
    const { Statement } = z
      .object({ Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]) })) })
      .parse(policy?.Properties.PolicyDocument);
    expect(
      Statement.flatMap(({ Action }) => Action)
        .filter((action) => !action.startsWith('logs:'))
        .sort(),
    ).toEqual(['dynamodb:PutItem', 'ssm:GetParameter']);
    expect(JSON.stringify(policy?.Properties)).toContain('{"dynamodb:LeadingKeys":["BEAT#*"]}');
  });

  test('shares the concurrency of the account, unless it is given some of its own', () => {
    const reserved = ({ template }: Synthesized) =>
      resourcesOf(template)
        .filter(({ Type }) => Type === 'AWS::Lambda::Function')
        .flatMap(({ id, Properties }) => {
          const most = Properties.ReservedConcurrentExecutions;
          return most === undefined ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), most]];
        });
    expect([reserved(production), reserved(staging)]).toEqual([[], [['BeatsBeat', 20]]]);
    expect(() => settingsOf(new App({ context: { 'beats-at-once': 'many' } }))).toThrow(
      'a whole number from 1: saw many',
    );
  });

  test('is signed with a key that costs nothing, which one function makes, another reads, and none that probes', () => {
    production.template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    const allowed = resourcesOf(production.template)
      .filter(({ Type }) => Type === 'AWS::IAM::Policy')
      .flatMap(({ id, Properties }) =>
        policySchema
          .parse(Properties.PolicyDocument)
          .Statement.filter(({ Resource }) => JSON.stringify(Resource).includes('parameter/vigie-heartbeats/Vigie/key'))
          .map(({ Action }) => [id.replace(/RoleDefaultPolicy.*/, ''), Action]),
      );
    expect(allowed).toEqual([
      ['BeatsBeat', 'ssm:GetParameter'],
      ['PublishingApply', 'ssm:PutParameter'],
    ]);
  });
});

describe('everything asynchronous', () => {
  test('streams hand what they give up on to the failures, and retry an item alone', () => {
    production.template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    production.template.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: Match.anyValue(),
      MaximumRecordAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  test('replayed history wakes nobody', () => {
    production.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: {
        Filters: ['RUN#', 'LOOK#'].map((prefix) => ({
          Pattern: JSON.stringify({
            eventName: ['INSERT'],
            dynamodb: {
              Keys: { pk: { S: [{ prefix }] } },
              NewImage: { replayed: { BOOL: [{ exists: false }] } },
            },
          }),
        })),
      },
    });
  });

  test('functions invoked asynchronously have a destination for failures', () => {
    const configs = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig');
    expect(configs).toHaveLength(6); // tick, probe, recheck, compact, watch, apply
    const [watch] = idsOf('watch');
    const withOne = configs.filter(({ Properties }) => 'DestinationConfig' in Properties);
    // The watch function fails as long as something is wrong, and has an alarm: its events would keep the failures full.
    expect(
      configs.filter((config) => !withOne.includes(config)).map(({ Properties }) => Properties.FunctionName),
    ).toEqual([{ Ref: watch }]);
    production.template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumEventAgeInSeconds: Match.anyValue(),
      MaximumRetryAttempts: Match.anyValue(),
    });
  });

  test('applying is never tried again by itself: CloudFormation may have rolled back to the plan before', () => {
    const [apply] = Object.keys(
      production.template.findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Puts a compiled plan into force' },
      }),
    );
    production.template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: apply },
      MaximumRetryAttempts: 0,
    });
  });

  test('schedules state their age, their retries and where failures go', () => {
    production.template.resourceCountIs('AWS::Scheduler::Schedule', 4);
    production.template.allResourcesProperties('AWS::Scheduler::Schedule', {
      Target: {
        DeadLetterConfig: Match.anyValue(),
        RetryPolicy: { MaximumEventAgeInSeconds: Match.anyValue(), MaximumRetryAttempts: Match.anyValue() },
      },
    });
  });

  test('a late tick is never run: its samples stay unknown', () => {
    production.template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      Target: {
        Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    });
  });
});

describe('the slow lane', () => {
  const described = { Description: Match.stringLikeRegexp('^Looks again') };

  test('is small, ends before it could pile up, and is never run again', () => {
    production.template.hasResourceProperties('AWS::Lambda::Function', { ...described, MemorySize: 160, Timeout: 88 });
    production.template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: idsOf('recheck')[0] },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });

  test('asks the references of the home place whether there is a network; on a local AWS it asks nobody', async () => {
    const asking = (value: string) => ({
      ...described,
      Environment: { Variables: Match.objectLike({ REFERENCES: value }) },
    });
    const references = '1.1.1.1:443,8.8.8.8:443,9.9.9.9:443';
    production.template.hasResourceProperties('AWS::Lambda::Function', asking(references));
    const local = synthesize(await examplePlan(), { stage: 'local', local: 'true' });
    local.template.hasResourceProperties('AWS::Lambda::Function', asking(''));
  });
});

describe('settlement', () => {
  test('starts when the month is over in every zone', () => {
    production.template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(0 14 1 * ? *)' });
  });

  test('tries a client again whose function was killed', () => {
    const [machine] = resourcesOf(production.template).filter(
      ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
    );
    expect(JSON.stringify(machine?.Properties.DefinitionString)).toContain(
      '\\\\"ErrorEquals\\\\":[\\\\"States.TaskFailed\\\\"],\\\\"IntervalSeconds\\\\":10,\\\\"MaxAttempts\\\\":2'.replaceAll(
        '\\\\',
        '\\',
      ),
    );
  });

  test('is logged and traced', () => {
    production.template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL' },
    });
  });
});

describe('alarms', () => {
  const alarmSchema = z.object({ AlarmDescription: z.string(), AlarmActions: z.array(z.unknown()).min(1) });

  test('each says what is lost and links to a heading of the runbook, and tells the provider', () => {
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const alarms = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBe(3);
    for (const { id, Properties } of alarms) {
      const { AlarmDescription } = alarmSchema.parse(Properties);
      const [, anchor] = /^.{20,}\. What to do: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect(headings, id).toContain(anchor);
    }
  });

  test('may speak to the topic that they act on: a policy of its own takes the place of the one that lets an account in', () => {
    production.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  // What else goes wrong is found by the watch function (test/watch, test/functions/notify.test.ts), or fails on every
  // retry and is kept. `docs/runbook.md` has the whole table.
  test.each([
    {
      id: 'Unwell',
      metric: 'Errors',
      of: 'watch',
      missing: 'breaching',
      rings: 'when the watch finds something or ends',
    },
    {
      id: 'DetectionLate',
      metric: 'IteratorAge',
      of: 'detect',
      missing: 'breaching',
      rings: 'when it is late or ends',
    },
    {
      id: 'SettlementFailed',
      metric: 'ExecutionsFailed',
      of: 'machine',
      missing: 'notBreaching',
      rings: 'for a settlement',
    },
  ])('$id rings $rings', ({ id, metric, of, missing }) => {
    const alarms = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const [alarm] = alarms.filter((one) => one.id.startsWith(`Watch${id}`) && one.Properties.MetricName === metric);
    expect(alarm?.Properties).toMatchObject({ TreatMissingData: missing });
    expect(JSON.stringify(alarm?.Properties.Dimensions).toLowerCase()).toContain(of);
  });

  test('there are no others: each costs as much as probing fifteen endpoints', () => {
    production.template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
  });

  test('whatever is started has somebody who notices when it is not, or when it fails', () => {
    const guards = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)];
    const table = guards.map(([row]) => row).join('\n');
    const named = resourcesOf(production.template)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ id }) => /^Watch(.+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id);
    for (const alarm of named) expect(table).toContain(`\`${alarm}\``);
  });

  test('none uses metric maths, which a local AWS refuses', () => {
    const alarms = resourcesOf(production.template).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.filter(({ Properties }) => 'Metrics' in Properties)).toEqual([]);
  });
});
