import { describe, expect, test } from 'vitest';
import { allows, matches, resolve, statementsOf, templateSchema, unused } from '../e2e/iam.ts';

const policy = (statement: object) =>
  templateSchema.parse({
    Resources: {
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyDocument: { Statement: [statement] }, Roles: [{ Ref: 'Role' }] },
      },
    },
  });
const known = { Table: 'orders', 'Table.Arn': 'arn:aws:dynamodb:eu-west-3:1:table/orders', 'AWS::Partition': 'aws' };

const read = {
  Effect: 'Allow',
  Action: ['dynamodb:Get*', 'dynamodb:Query'],
  Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
};

test.each([
  { name: 'a named action on its resource', action: 'dynamodb:Query', resource: known['Table.Arn'], allowed: true },
  { name: 'an action by its wildcard', action: 'dynamodb:GetItem', resource: known['Table.Arn'], allowed: true },
  { name: 'another action', action: 'dynamodb:PutItem', resource: known['Table.Arn'], allowed: false },
  { name: 'another resource', action: 'dynamodb:Query', resource: `${known['Table.Arn']}/index/a`, allowed: false },
  { name: 'everything, which nobody granted', action: 'dynamodb:Query', resource: '*', allowed: false },
])('$name: $allowed', ({ action, resource, allowed }) => {
  expect(allows(statementsOf(policy(read), 'Role', known), { action, resource })).toBe(allowed);
});

describe('a condition', () => {
  const call = { action: 'dynamodb:PutItem', resource: known['Table.Arn'] };
  const write = { ...read, Action: 'dynamodb:PutItem' };

  test.each([
    { keys: ['RUN#lyon#0'], allowed: true },
    { keys: ['LATE#lyon'], allowed: true },
    { keys: ['RUN#lyon-sud#0'], allowed: false },
    { keys: ['LATE#lyon-sud'], allowed: false },
    { keys: ['RUN#lyon#0', 'RUN#paris#0'], allowed: false },
  ])('on the keys of a table holds for each of them, $keys: $allowed', ({ keys, allowed }) => {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#lyon#*', 'LATE#lyon'] } };
    const statements = statementsOf(policy({ ...write, Condition: condition }), 'Role', known);
    expect(allows(statements, { ...call, leadingKeys: keys })).toBe(allowed);
  });

  test("on the account keeps off another's resource of the same name", () => {
    const condition = { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::Partition' } } };
    const statements = statementsOf(policy({ ...write, Condition: condition }), 'Role', known);
    expect(allows(statements, { ...call, account: 'aws' })).toBe(true);
    expect(allows(statements, { ...call, account: 'other' })).toBe(false);
    expect(allows(statements, call)).toBe(false);
  });
});

test("another role's policy allows nothing", () => {
  expect(statementsOf(policy(read), 'Other', known)).toEqual([]);
});

test('what no call needed is listed', () => {
  const calls = [{ action: 'dynamodb:GetItem', resource: known['Table.Arn'] }];
  const rest = unused(statementsOf(policy(read), 'Role', known), calls);
  expect(rest).toEqual(['dynamodb:Query on arn:aws:dynamodb:eu-west-3:1:table/orders']);
});

describe('what it cannot judge, it refuses to pass', () => {
  test.each([
    { name: 'a condition', statement: { ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } } },
    {
      name: 'a condition on another key',
      statement: { ...read, Condition: { StringEquals: { 'aws:PrincipalArn': 'x' } } },
    },
    {
      name: 'a condition that asks for any key instead of all',
      statement: { ...read, Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['a'] } } },
    },
    { name: 'a denial', statement: { ...read, Effect: 'Deny' } },
    { name: 'NotResource', statement: { Effect: 'Allow', Action: '*', NotResource: '*' } },
    { name: 'an unknown reference', statement: { ...read, Resource: { Ref: 'Nowhere' } } },
    { name: 'an unknown intrinsic', statement: { ...read, Resource: { 'Fn::ImportValue': 'x' } } },
  ])('$name', ({ statement }) => {
    expect(() => statementsOf(policy(statement), 'Role', known)).toThrow();
  });
});

test('joins and substitutions become text', () => {
  const joined = {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', { 'Fn::Sub': '$' + '{Table}-x' }, '/*']],
  };
  expect(resolve(joined, known)).toBe('arn:aws:s3:::orders-x/*');
});

test('a dot in a pattern is a dot, a star any text, a question mark one character', () => {
  expect(matches('a.b*c?', 'a.bxxcd')).toBe(true);
  expect(matches('a.b', 'axb')).toBe(false);
  expect(matches('a?', 'a')).toBe(false);
});
