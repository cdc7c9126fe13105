/**
 * What an emulator does not enforce: whether a function's synthesized role allows a call.
 *
 * Knows what these policies hold: `Allow` with actions and resources, wildcards in both, the two conditions below, and the
 * intrinsic functions `Ref`, `Fn::GetAtt`, `Fn::Join` and `Fn::Sub` without variables. Throws on anything else (another
 * condition, a `NotAction`, a `Deny`): a rule that nobody evaluates must not pass for one that allows.
 */
import * as z from 'zod';

export interface Call {
  readonly action: string;
  /** `*` where the action takes no resource. */
  readonly resource: string;
  /** Whose the resource is: an S3 name does not say. */
  readonly account?: string;
  /** Partition keys of the items that a DynamoDB call touches. */
  readonly leadingKeys?: readonly string[];
}

export interface Statement {
  /** Logical id of the policy. */
  readonly policy: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `StringEquals` on `aws:ResourceAccount`. */
  readonly account?: string | undefined;
  /** `ForAllValues:StringLike` on `dynamodb:LeadingKeys`. */
  readonly leadingKeys?: readonly string[] | undefined;
}

/** Physical ids and attributes of what is deployed: `Samples` and `Samples.Arn`. */
export type Resolved = Readonly<Record<string, string>>;

const some = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])]);
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: some(z.string()),
  Resource: some(z.unknown()),
  Condition: z
    .strictObject({
      StringEquals: z.strictObject({ 'aws:ResourceAccount': z.unknown() }).optional(),
      'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': some(z.string()) }).optional(),
    })
    .default({}),
});
const resourceSchema = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const policySchema = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
  Roles: z.array(z.strictObject({ Ref: z.string() })).default([]),
  Users: z.array(z.strictObject({ Ref: z.string() })).default([]),
});
export const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });
export type Template = z.output<typeof templateSchema>;

const intrinsicSchema = z.union([
  z.string(),
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => ({ kind: 'name' as const, name: Ref })),
  z
    .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((get) => ({ kind: 'name' as const, name: get['Fn::GetAtt'].join('.') })),
  z
    .strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })
    .transform((join) => ({ kind: 'join' as const, glue: join['Fn::Join'][0], parts: join['Fn::Join'][1] })),
  z.strictObject({ 'Fn::Sub': z.string() }).transform((sub) => ({
    kind: 'join' as const,
    glue: '',
    parts: sub['Fn::Sub'].split(/\$\{([^}]+)\}/).map((part, at) => (at % 2 === 0 ? part : { Ref: part })),
  })),
]);

/** The text that CloudFormation makes of a value. */
export const resolve = (value: unknown, known: Resolved): string => {
  const intrinsic = intrinsicSchema.parse(value);
  if (typeof intrinsic === 'string') return intrinsic;
  if (intrinsic.kind === 'join') return intrinsic.parts.map((part) => resolve(part, known)).join(intrinsic.glue);
  const found = known[intrinsic.name];
  if (found === undefined) throw new Error(`${intrinsic.name} is not known`);
  return found;
};

/** The statements of a role or a user, by its logical id. */
export const statementsOf = (template: Template, principal: string, known: Resolved): Statement[] =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy') return [];
    const { PolicyDocument, Roles, Users } = policySchema.parse(Properties);
    if (![...Roles, ...Users].some(({ Ref }) => Ref === principal)) return [];
    return PolicyDocument.Statement.map((raw) => {
      const { Action, Resource, Condition } = statementSchema.parse(raw);
      const { StringEquals: equals, 'ForAllValues:StringLike': like } = Condition;
      return {
        ...{ policy: id, actions: Action, resources: Resource.map((one) => resolve(one, known)) },
        account: equals && resolve(equals['aws:ResourceAccount'], known),
        leadingKeys: like?.['dynamodb:LeadingKeys'],
      };
    });
  });

/** IAM's wildcards: `*` is any text, `?` one character. Actions match whatever their case. */
export const matches = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  ).test(text);

/** As AWS reads `ForAllValues`: a call that touches no key at all passes. */
const within = (patterns: readonly string[] | undefined, keys: readonly string[] = []): boolean =>
  patterns === undefined || keys.every((key) => patterns.some((pattern) => matches(pattern, key)));

const covers = (statement: Statement, { action, resource, account, leadingKeys }: Call): boolean =>
  statement.actions.some((pattern) => matches(pattern, action, 'i')) &&
  statement.resources.some((pattern) => matches(pattern, resource)) &&
  (statement.account === undefined || statement.account === account) &&
  within(statement.leadingKeys, leadingKeys);

export const allows = (statements: readonly Statement[], call: Call): boolean =>
  statements.some((statement) => covers(statement, call));

/** Actions on resources that no call needed: candidates for removal, or for a test. */
export const unused = (statements: readonly Statement[], calls: readonly Call[]): string[] =>
  statements.flatMap((statement) =>
    statement.actions
      .filter((action) => !calls.some((call) => covers({ ...statement, actions: [action] }, call)))
      .map((action) => `${action} on ${statement.resources.join(', ')}`),
  );
