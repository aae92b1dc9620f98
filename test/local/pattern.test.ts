import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../local/pattern.ts';

const event = { eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: 'MSG#1' } }, tags: ['a', 'b'] } };

describe('an event pattern', () => {
  it.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['REMOVE'] }, false],
    [{ eventName: ['MODIFY'], dynamodb: { Keys: { pk: { S: [{ prefix: 'MSG#' }] } } } }, true],
    [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'ROUTE#' }, { suffix: '#1' }] } } } }, true],
    [{ dynamodb: { OldImage: [{ exists: false }] } }, true],
    [{ dynamodb: { OldImage: { state: { S: [{ exists: true }] } } } }, false],
    [{ eventName: [{ 'anything-but': ['REMOVE', 'INSERT'] }] }, true],
    [{ dynamodb: { Keys: { pk: { S: [{ 'anything-but': { prefix: 'MSG#' } }] } } } }, false],
    [{ dynamodb: { tags: ['b'] } }, true],
  ])('%j', (pattern, outcome) => {
    expect(compilePattern(pattern)(event)).toBe(outcome);
  });

  it.each([
    { a: [{ numeric: ['>', 1] }] },
    { $or: [{ a: [1] }] },
    { a: 'MODIFY' },
    { a: [{ prefix: { 'equals-ignore-case': 'x' } }] },
  ])('%j is refused, not ignored', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow('pattern');
  });
});
