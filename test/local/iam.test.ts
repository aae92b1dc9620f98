import { describe, expect, it } from '@jest/globals';
import { compilePolicy, type PolicyDocument } from '../../local/iam.ts';

type Statement = PolicyDocument['Statement'][number];

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/T';

function policy(...statements: Partial<Statement>[]) {
  const defaults: Statement = { Effect: 'Allow', Action: ['*'], Resource: ['*'], Condition: {} };
  return compilePolicy([{ Statement: statements.map((part) => ({ ...defaults, ...part })) }]);
}

describe('a role', () => {
  it('allows what one of its statements names, by wildcards, in any case of the action', () => {
    const allows = policy({ Action: ['dynamodb:Get*', 'dynamodb:p?tItem'], Resource: [table] });
    expect(allows({ action: 'dynamodb:GetItem', resource: table })).toBe(true);
    expect(allows({ action: 'dynamodb:PutItem', resource: table })).toBe(true);
    expect(allows({ action: 'dynamodb:DeleteItem', resource: table })).toBe(false);
    expect(allows({ action: 'dynamodb:GetItem', resource: `${table}/index/I` })).toBe(false);
  });

  it('allows nothing without a statement, and nothing that a Deny names', () => {
    expect(policy()({ action: 's3:GetObject', resource: '*' })).toBe(false);
    const allows = policy({}, { Effect: 'Deny', Resource: ['arn:aws:s3:::b/secret/*'] });
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::b/x' })).toBe(true);
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::b/secret/x' })).toBe(false);
  });

  it('takes NotAction and NotResource for everything but', () => {
    const { Action: _, ...rest } = { Action: undefined, NotAction: ['s3:*'] };
    const allows = compilePolicy([
      { Statement: [{ Effect: 'Allow', ...rest, NotResource: ['b'], Condition: {} }] },
    ]);
    expect(allows({ action: 'sqs:SendMessage', resource: 'a' })).toBe(true);
    expect(allows({ action: 's3:GetObject', resource: 'a' })).toBe(false);
    expect(allows({ action: 'sqs:SendMessage', resource: 'b' })).toBe(false);
  });

  it.each([
    ['StringEquals', ['x'], ['x'], true],
    ['StringEquals', ['x'], ['y'], false],
    ['StringEquals', ['x'], undefined, false],
    ['StringEqualsIfExists', ['x'], undefined, true],
    ['StringNotEquals', ['x'], ['y'], true],
    ['StringNotEquals', ['x'], undefined, true],
    ['StringLike', ['media/*'], ['media/a'], true],
    ['StringNotLike', ['media/*'], ['media/a'], false],
    ['Bool', ['true'], ['true'], true],
    ['Null', ['true'], undefined, true],
    ['Null', ['false'], undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAnyValue:StringLike', ['a*'], ['x', 'ab'], true],
  ])('checks %s %j against %j: %s', (operator, expected, actual, outcome) => {
    const allows = policy({ Condition: { [operator]: { 'Svc:Key': expected } } });
    const context = actual ? { 'svc:key': actual } : {};
    expect(allows({ action: 'a:b', resource: '*', context })).toBe(outcome);
  });

  it('refuses a condition operator that it does not know', () => {
    expect(() => policy({ Condition: { DateLessThan: { key: ['x'] } } })).toThrow('DateLessThan');
  });
});
