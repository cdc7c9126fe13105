import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { type Call, type Resolved, type Statement, statementsOf, templateSchema } from './iam.ts';

const account = '000000000000';
const callSchema = z.object({ function: z.string(), action: z.string(), resource: z.string() });
const roleSchema = z.object({ Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) });

/** ARNs of what a stack's policies name. */
const arnOf = (type: string, physicalId: string, region: string): string | undefined => {
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return arn('dynamodb', `table/${physicalId}`);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${physicalId}`);
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${physicalId}`;
    case 'AWS::SQS::Queue':
      return arn('sqs', physicalId.split('/').at(-1) ?? '');
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${physicalId}:*`);
    case 'AWS::SecretsManager::Secret':
      return arn('secretsmanager', `secret:${physicalId}-??????`);
    default:
      return undefined;
  }
};

export interface FunctionRole {
  /** Logical id. */
  readonly name: string;
  readonly calls: readonly Call[];
  readonly statements: readonly Statement[];
}

export interface DeployedStack {
  readonly name: string;
  readonly region: string;
}

/** A deployed stack's template, and what its names stand for. */
const deployed = async ({ name, region }: DeployedStack, workDir: string) => {
  const template = templateSchema.parse(
    JSON.parse(await readFile(join(workDir, `cdk.out/${name}.template.json`), 'utf8')),
  );
  const known: Record<string, string> = {
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::StackName': name,
  };
  const names = new Map<string, string>();
  const client = new CloudFormationClient({ region });
  for await (const page of paginateListStackResources({ client }, { StackName: name }))
    for (const {
      LogicalResourceId: id = '',
      PhysicalResourceId: physical = '',
      ResourceType: type = '',
    } of page.StackResourceSummaries ?? []) {
      known[id] = physical;
      const arn = arnOf(type, physical, region);
      if (arn !== undefined) known[`${id}.Arn`] = arn;
      if (type === 'AWS::SecretsManager::Secret') known[id] = arnOf(type, physical, region) ?? ''; // on AWS, `Ref` gives it
      if (type === 'AWS::DynamoDB::Table') known[`${id}.StreamArn`] = `${arn}/stream/any`;
      if (type === 'AWS::Lambda::Function') names.set(physical, id);
    }
  return { template, names, known: known satisfies Resolved };
};

/** Every function of a deployed stack, what it called, and what its role allows. */
export const functionRoles = async (
  stack: DeployedStack,
  workDir: string,
  callsDir: string,
): Promise<FunctionRole[]> => {
  const { template, names, known } = await deployed(stack, workDir);
  const calls = await recorded(callsDir);
  return [...names].map(([physical, id]) => {
    const { Role } = roleSchema.parse(template.Resources[id]?.Properties);
    const statements = statementsOf(template, Role['Fn::GetAtt'][0], known);
    return { name: id, calls: calls.get(physical) ?? [], statements };
  });
};

/** The user of the one agent, and what a process of this name called. */
export const agentUser = async (
  stack: DeployedStack,
  { workDir, calls, process }: { readonly workDir: string; readonly calls: string; readonly process: string },
): Promise<FunctionRole> => {
  const { template, known } = await deployed(stack, workDir);
  const [id = ''] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::IAM::User') ?? [];
  const statements = statementsOf(template, id, known);
  return { name: id, calls: (await recorded(calls)).get(process) ?? [], statements };
};

const recorded = async (dir: string): Promise<Map<string, Call[]>> => {
  const byFunction = new Map<string, Call[]>();
  for (const file of await readdir(dir))
    for (const line of (await readFile(join(dir, file), 'utf8')).split('\n').filter((text) => text !== '')) {
      const { function: name, ...call } = callSchema.parse(JSON.parse(line));
      byFunction.set(name, [...(byFunction.get(name) ?? []), { ...call, account }]); // there is no other
    }
  return byFunction;
};
