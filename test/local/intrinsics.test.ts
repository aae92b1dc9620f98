import { describe, expect, it } from '@jest/globals';
import { resolve, type Scope } from '../../local/template/intrinsics.ts';

const scope: Scope = {
  stack: 'service',
  region: 'eu-west-1',
  conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  parameters: { Stage: { Default: 'dev' } },
  attributes: (id) => (id === 'Queue' ? { Ref: 'https://queue', Arn: 'arn:queue' } : undefined),
  imported: (name) => (name === 'state:Table' ? 'T' : undefined),
  rewrite: (text) => text.replace('https://', 'http://'),
};

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'Queue' }, 'http://queue'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'AWS::AccountId' }]] }, 'a/000000000000'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] }, 'queue'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax
    [{ 'Fn::Sub': '${Queue.Arn} ${AWS::Partition} ${!Kept}' }, 'arn:queue aws ${Kept}'],
    [{ 'Fn::Sub': ['${Own}', { Own: { Ref: 'Stage' } }] }, 'dev'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax
    [{ 'Fn::ImportValue': { 'Fn::Join': [':', ['state', 'Table']] } }, 'T'],
    [{ 'Fn::If': ['IsProd', 'yes', { 'Fn::Not': [{ Condition: 'IsProd' }] }] }, true],
    [[{ Ref: 'AWS::NoValue' }, { a: { Ref: 'AWS::NoValue' }, b: 1 }], [{ b: 1 }]],
  ])('resolves %j', (value, expected) => {
    expect(resolve(value, 'at', scope)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Missing' }, 'service: Fn.Environment.URL cannot be resolved: there is no Missing'],
    [{ 'Fn::GetAtt': ['Queue', 'Color'] }, "does not know Queue's Color"],
    [{ 'Fn::ImportValue': 'other' }, 'no stack exports other'],
    [{ 'Fn::Cidr': [] }, 'does not know Fn::Cidr'],
  ])('names the place of %j, which it cannot resolve', (URL, message) => {
    expect(() => resolve({ Environment: { URL } }, 'Fn', scope)).toThrow(message);
  });
});
