/**
 * The IAM permissions that an SDK call needs, as AWS's service authorization reference lists them.
 *
 * The account comes from the environment of a Lambda, or is the emulators' default.
 */
import * as z from 'zod';

export interface Grant {
  /** `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN, or `*` for an action that takes no resource. */
  readonly resource: string;
}

/** Makes an ARN in the region that is called. */
type Arn = (service: string, resource: string) => string;

const arnIn =
  (region: string): Arn =>
  (service, resource) =>
    `arn:aws:${service}:${region}:${process.env.AWS_ACCOUNT_ID ?? '000000000000'}:${resource}`;

const ownOr = (name: string, made: (name: string) => string): string => (name.startsWith('arn:') ? name : made(name));

const named = z.object({ TableName: z.string() });
const transactItem = z.object({
  Put: named.optional(),
  Update: named.optional(),
  Delete: named.optional(),
  ConditionCheck: named.optional(),
});

const dynamodb = (command: string, input: object, arn: Arn): Grant[] => {
  const tableArn = (name: string): string => ownOr(name, () => arn('dynamodb', `table/${name}`));
  if (command === 'TransactWriteItems') {
    const { TransactItems } = z.object({ TransactItems: z.array(transactItem) }).parse(input);
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, write]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        resource: tableArn(write.TableName),
      })),
    );
  }
  if (command === 'BatchWriteItem' || command === 'BatchGetItem') {
    const { RequestItems } = z.object({ RequestItems: z.record(z.string(), z.unknown()) }).parse(input);
    return Object.keys(RequestItems).map((name) => ({ action: `dynamodb:${command}`, resource: tableArn(name) }));
  }
  const { TableName, IndexName } = named.extend({ IndexName: z.string().optional() }).parse(input);
  const resource = IndexName ? `${tableArn(TableName)}/index/${IndexName}` : tableArn(TableName);
  return [{ action: `dynamodb:${command}`, resource }];
};

const s3 = (command: string, input: object): Grant[] => {
  const { Bucket, Key, VersionId } = z
    .object({ Bucket: z.string(), Key: z.string().optional(), VersionId: z.string().optional() })
    .parse(input);
  const bucket = `arn:aws:s3:::${Bucket}`;
  if (Key === undefined)
    return [{ action: command === 'ListObjectsV2' ? 's3:ListBucket' : `s3:${command}`, resource: bucket }];
  const action =
    command === 'HeadObject' || command === 'GetObject' ? `GetObject${VersionId ? 'Version' : ''}` : command;
  return [{ action: `s3:${action}`, resource: `${bucket}/${Key}` }];
};

const sns = (command: string, input: object, arn: Arn): Grant[] => {
  const { TopicArn, ResourceArn, Name, Tags } = z
    .object({
      TopicArn: z.string().optional(),
      ResourceArn: z.string().optional(),
      Name: z.string().optional(),
      Tags: z.array(z.unknown()).optional(),
    })
    .parse(input);
  // ListTopics, SetSubscriptionAttributes, Unsubscribe and GetSubscriptionAttributes know no resource type.
  const resource = TopicArn ?? ResourceArn ?? (Name ? arn('sns', Name) : '*');
  const calls = [{ action: `sns:${command}`, resource }];
  return command === 'CreateTopic' && Tags?.length ? [...calls, { action: 'sns:TagResource', resource }] : calls;
};

const ssm = (command: string, input: object, arn: Arn): Grant[] => {
  const { Name } = z.object({ Name: z.string() }).parse(input);
  return [
    { action: `ssm:${command}`, resource: ownOr(Name, () => arn('ssm', `parameter/${Name.replace(/^\//, '')}`)) },
  ];
};

const secretsmanager = (command: string, input: object, arn: Arn): Grant[] => {
  const { SecretId } = z.object({ SecretId: z.string() }).parse(input);
  // AWS puts six characters of its own behind a name.
  return [
    {
      action: `secretsmanager:${command}`,
      resource: ownOr(SecretId, () => arn('secretsmanager', `secret:${SecretId}-??????`)),
    },
  ];
};

const sqs = (command: string, input: object, arn: Arn): Grant[] => {
  const { QueueUrl = '', QueueName = QueueUrl.split('/').at(-1) ?? '' } = z
    .object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() })
    .parse(input);
  return [{ action: `sqs:${command}`, resource: arn('sqs', QueueName) }];
};

const lambda = (command: string, input: object, arn: Arn): Grant[] => {
  const { FunctionName } = z.object({ FunctionName: z.string() }).parse(input);
  const resource = ownOr(FunctionName, () => arn('lambda', `function:${FunctionName}`));
  return [{ action: command === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${command}`, resource }];
};

const services: Readonly<Record<string, (command: string, input: object, arn: Arn) => Grant[]>> = {
  dynamodb,
  s3,
  sns,
  secretsmanager,
  sqs,
  ssm,
  lambda,
};

/** Throws on a service it does not know: a call that nobody checks must not slip by. */
export const grantsOf = (service: string, command: string, input: object, region: string): Grant[] => {
  const grants = services[service];
  if (!grants) throw new Error(`no IAM actions are known for ${service}:${command}`);
  return grants(command, input, arnIn(region));
};
