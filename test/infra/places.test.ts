import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { stacksOf } from '../../infra/stacks.ts';
import { cdkContext, examplePlan, homeRegion, planOf, resourcesOf, synthesizeAll, withPlaces } from './synth.ts';

const network = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };
let all: ReturnType<typeof synthesizeAll>;
let frankfurt: Template;
let siege: Template;

beforeAll(async () => {
  all = synthesizeAll(withPlaces(await examplePlan()));
  const templateOf = (name: string): Template => {
    const template = all.templates.get(name);
    if (!template) throw new Error(`no stack ${name}`);
    return template;
  };
  [frankfurt, siege] = [templateOf('Vigie-frankfurt'), templateOf('Vigie-siege')];
}, 60_000);

test('a region and a VPC have a stack each, in their regions, after the home; an agent has none', () => {
  expect(all.elsewhere.map(({ stackName, region }) => [stackName, region])).toEqual([
    ['Vigie-frankfurt', 'eu-central-1'],
    ['Vigie-siege', 'eu-west-3'],
  ]);
  for (const { dependencies } of all.elsewhere)
    expect(dependencies.map(({ stackName }) => stackName)).toEqual(['Vigie']);
});

test('cdk-nag finds nothing that has no reason', () => {
  expect(new AwsSolutionsChecks().validateScope(all.app).violations).toEqual([]);
});

test('where nothing but home probes, nobody needs to know its region', async () => {
  const scope = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [] } });
  expect(stacksOf(scope, 'Vigie', { plan: await examplePlan(), homeRegion: undefined }).elsewhere).toEqual([]);
});

test('where others do and nobody said it, whoever deploys is told', async () => {
  const scope = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [] } });
  const plan = withPlaces(await examplePlan());
  expect(() => stacksOf(scope, 'Vigie', { plan, homeRegion: undefined })).toThrow(
    'frankfurt must know where its home is',
  );
});

test("a name so long that a bucket's would be cut is refused where it would matter", async () => {
  const scope = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [] } });
  const plan = withPlaces(await examplePlan());
  expect(() => stacksOf(scope, 'V'.repeat(25), { plan, homeRegion })).toThrow('at most 24 letters');
});

test('the home tells its names in one parameter', () => {
  Template.fromStack(all.home).hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/vigie-home/Vigie/names',
    Type: 'String',
    Value: { 'Fn::Join': ['', Match.arrayWith(['{"samples":"'])] },
  });
});

/** Environments of the functions of a stack, by a word of their description. */
const environmentOf = (template: Template, word: RegExp): unknown => {
  const [found] = resourcesOf(template).filter(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && word.test(String(Properties.Description)),
  );
  return found?.Properties.Environment;
};

describe('the functions of a place', () => {
  test('in another region, ask for the names at home', () => {
    const told = { HOME_REGION: homeRegion, HOME_PARAMETER: '/vigie-home/Vigie/names', PLACE: 'frankfurt' };
    for (const word of [/^Starts one probe/, /^Probes one shard/])
      expect(environmentOf(frankfurt, word)).toMatchObject({ Variables: told });
  });

  test("in a VPC of the home's region, are given them, for it may reach no parameter", () => {
    expect(environmentOf(siege, /^Probes one shard/)).toMatchObject({
      Variables: { HOME_NAMES: '{{resolve:ssm:/vigie-home/Vigie/names}}', PLACE: 'siege' },
    });
  });

  test('on the internet, ask public references and probe no private address; in a VPC neither', () => {
    expect(environmentOf(frankfurt, /^Probes one shard/)).toMatchObject({
      Variables: { REFERENCES: '1.1.1.1:443,8.8.8.8:443,9.9.9.9:443', ALLOW_PRIVATE: '0' },
    });
    expect(environmentOf(siege, /^Probes one shard/)).toMatchObject({
      Variables: { REFERENCES: '', ALLOW_PRIVATE: 'network' },
    });
  });

  test('may make network interfaces before they are made in a VPC', () => {
    const [probe] = Object.values(
      siege.findResources('AWS::Lambda::Function', { Properties: { VpcConfig: Match.anyValue() } }),
    );
    const [policy] = Object.entries(siege.findResources('AWS::IAM::Policy')).filter(([, one]) =>
      JSON.stringify(one).includes('ec2:CreateNetworkInterface'),
    );
    expect(probe?.DependsOn).toContain(policy?.[0]);
  });

  test('probe inside the VPC, and are started from outside', () => {
    siege.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Probes one shard'),
      VpcConfig: network,
    });
    siege.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Starts one probe'),
      VpcConfig: Match.absent(),
    });
    for (const { Properties } of resourcesOf(frankfurt).filter(({ Type }) => Type === 'AWS::Lambda::Function'))
      expect(Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('a stack of a place', () => {
  test('stores nothing but what failed, and measures no alarm of its own', () => {
    const types = new Set(resourcesOf(frankfurt).map(({ Type }) => Type));
    for (const none of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::CloudWatch::Alarm'])
      expect(types).not.toContain(none);
    frankfurt.resourceCountIs('AWS::SQS::Queue', 1);
  });

  test('has a queue that the watch at home finds by its name, and may look into', () => {
    frankfurt.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'Vigie-frankfurt-failures' });
    const home = Template.fromStack(all.home);
    const told = JSON.stringify(environmentOf(home, /^Sends again what stayed/));
    for (const [place, region] of Object.entries({ frankfurt: 'eu-central-1', siege: homeRegion }))
      expect(told.replaceAll('\\\\', '')).toContain(
        `"place\\":\\"${place}\\",\\"region\\":\\"${region}\\",\\"name\\":\\"Vigie-${place}-failures`,
      );
    const policies = JSON.stringify(home.findResources('AWS::IAM::Policy'));
    expect(policies).toContain(':sqs:eu-central-1:');
    expect(policies).toContain(':Vigie-frankfurt-failures"');
  });

  test('may write samples and read the plan, under the names of one home alone', () => {
    const statements = JSON.stringify(frankfurt.findResources('AWS::IAM::Policy'));
    const granted = [...statements.matchAll(/"((?:dynamodb|s3|ssm|lambda):\w+)"/g)].map(([, action]) => action);
    expect(new Set(granted)).toEqual(
      new Set(['dynamodb:GetItem', 'dynamodb:PutItem', 'lambda:InvokeFunction', 's3:GetObject', 'ssm:GetParameter']),
    );
    expect(statements).toContain(':dynamodb:eu-west-3:');
    expect(statements).toContain(':table/Vigie-StorageSamples9ADD15B8-*');
    expect(statements).toContain(':s3:::vigie-storagedocumentscd3fce94-*/plans/*');
    expect(statements).toContain('"aws:ResourceAccount"');
  });

  test('is the same for 400 clients as for one', async () => {
    const plan = await examplePlan();
    const shapeOf = (clients: number): unknown => {
      const { templates } = synthesizeAll(withPlaces(planOf(plan, clients)));
      const text = JSON.stringify([...templates.values()].map((template) => template.toJSON()));
      return JSON.parse(text.replaceAll(/[0-9a-f]{64}/g, '<hash>'));
    };
    expect(shapeOf(400)).toEqual(shapeOf(1));
  });
});

test('probes may read what is kept for checks, in the region of the home, and no other secret', () => {
  const home = Template.fromStack(all.home);
  for (const [template, region] of [
    [home, '<AWS::Region>'],
    [frankfurt, homeRegion],
    [siege, homeRegion],
  ] as const) {
    const granted = JSON.stringify(template.findResources('AWS::IAM::Policy'))
      .replace(/\{"Ref":"([^"]+)"\}/g, '<$1>')
      .match(/\{"Action":"secretsmanager:[^{]*\{"Fn::Join":\["",\[[^\]]*/g);
    expect(granted).toHaveLength(2); // both lanes send them
    expect(granted?.[0]).toContain('{"Action":"secretsmanager:GetSecretValue","Effect":"Allow"');
    expect(granted?.[0]?.replaceAll('",<', '<').replaceAll('>,"', '>')).toMatch(
      new RegExp(`:secretsmanager:${region}:(<AWS::AccountId>|\\d+):secret:vigie/\\*"$`),
    );
  }
});
