import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { itemOfLooks, itemOfRun } from '../../shared/adapters/dynamodb/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { allows, type Statement, statementsOf, templateSchema } from '../e2e/iam.ts';
import { examplePlan, resourcesOf, synthesizeAll, withPlaces } from './synth.ts';

const table = (name: string): string => `arn:aws:dynamodb:eu-west-3:000000000000:table/${name}`;
const known = {
  'AWS::Region': 'eu-west-3',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'StorageSamples9ADD15B8.Arn': table('samples'),
  'StorageRecords0990588D.Arn': table('records'),
  'StorageDocumentsCD3FCE94.Arn': 'arn:aws:s3:::documents',
};

let home: Template;
let statements: readonly Statement[];

beforeAll(async () => {
  home = Template.fromStack(synthesizeAll(withPlaces(await examplePlan())).home);
  const [user] = resourcesOf(home).filter(({ Type }) => Type === 'AWS::IAM::User');
  const [parameter] = resourcesOf(home).filter(({ Type }) => Type === 'AWS::SSM::Parameter');
  const named = { ...known, [parameter?.id ?? '']: '/vigie-home/Vigie/names' };
  statements = statementsOf(templateSchema.parse(home.toJSON()), user?.id ?? '', named);
}, 60_000);

const round = { startedAt: epochMs(60_000), scheduledAt: epochMs(60_000), planVersion: '00', codes: new Uint8Array() };
const runKey = (place: string): string => itemOfRun({ place, shard: 3, ...round }, 0).pk;
const lookKey = (place: string): string =>
  itemOfLooks({ place, shard: 3, writtenAt: epochMs(0), planVersion: '00', packed: new Uint8Array() }).pk;

describe('an agent', () => {
  test.each([
    ['writes a run of its place', 'PutItem', 'samples', runKey('agence-lyon'), true],
    ['writes looks of its place', 'PutItem', 'samples', lookKey('agence-lyon'), true],
    ['notes a day of its place that came late', 'PutItem', 'samples', 'LATE#agence-lyon', true],
    ["writes another place's run", 'PutItem', 'samples', runKey('home'), false],
    ['writes a run of a place that begins like its own', 'PutItem', 'samples', runKey('agence-lyon-2'), false],
    ["writes another place's looks", 'PutItem', 'samples', lookKey('frankfurt'), false],
    ["notes another place's day", 'PutItem', 'samples', 'LATE#agence-lyon-2', false],
    ['writes a day of evidence', 'PutItem', 'samples', 'DAY#acme/mail/smtp#agence-lyon', false],
    ['reads a sample', 'GetItem', 'samples', runKey('agence-lyon'), false],
    ['asks for samples', 'Query', 'samples', runKey('agence-lyon'), false],
    ['takes a sample away', 'DeleteItem', 'samples', runKey('agence-lyon'), false],
    ['reads which plan is in force', 'GetItem', 'records', 'PLAN', true],
    ['puts a plan into force', 'PutItem', 'records', 'PLAN', false],
    ['reads a statement', 'GetItem', 'records', 'STMT#acme', false],
  ] as const)('%s: %4$s', (_, action, name, key, allowed) => {
    const call = { action: `dynamodb:${action}`, resource: table(name), leadingKeys: [key] };
    expect(allows(statements, call)).toBe(allowed);
  });

  test.each([
    ['reads what its place probes', 's3:GetObject', 'places/agence-lyon/0123456789abcdef.json', true],
    ['reads what another place probes', 's3:GetObject', 'places/siege/0123456789abcdef.json', false],
    ['reads the plan', 's3:GetObject', 'plans/0123456789abcdef/plan.json', false],
    ['writes what its place probes', 's3:PutObject', 'places/agence-lyon/0123456789abcdef.json', false],
  ])('%s: %4$s', (_, action, key, allowed) => {
    expect(allows(statements, { action, resource: `arn:aws:s3:::documents/${key}` })).toBe(allowed);
  });

  test('learns the names of the tables', () => {
    const resource = 'arn:aws:ssm:eu-west-3:000000000000:parameter/vigie-home/Vigie/names';
    expect(allows(statements, { action: 'ssm:GetParameter', resource })).toBe(true);
  });
});

test('there is a user for each agent, and no key of any of them in the template', () => {
  home.resourceCountIs('AWS::IAM::User', 1);
  home.resourceCountIs('AWS::IAM::AccessKey', 0);
});

test('where there is no agent, there is no user', async () => {
  Template.fromStack(synthesizeAll(await examplePlan()).home).resourceCountIs('AWS::IAM::User', 0);
});
