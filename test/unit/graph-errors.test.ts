import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { graphErrorKind, graphErrorReasons, isTokenDead } from '../../shared/graph/graph-errors.ts';

describe('graphErrorKind', () => {
  it.each([
    [131047, undefined, 'permanent', 'window-closed'],
    [130429, undefined, 'throttle', 'rate-limited'],
    [190, 463, 'reconnect', 'token-expired'],
    [190, 999, 'reconnect', 'token-invalid'],
    [270, undefined, 'reconnect', 'permission-missing'],
    [3, undefined, 'operator', 'permission-missing'],
    [2, undefined, 'retry', 'meta-unavailable'],
    [424242, undefined, 'unknown', 'unknown'],
    [Number.NaN, undefined, 'unknown', 'unknown'],
  ])('%j/%j is %s: %s', (code, subcode, errorClass, reason) => {
    expect(graphErrorKind(code, subcode)).toMatchObject({ class: errorClass, reason });
  });
});

describe('a token', () => {
  it.each([
    [190, undefined, true],
    [190, 463, true],
    [102, undefined, true],
    // It may go on to be used for another number, or for another right, of its account.
    [100, 33, false],
    [33, undefined, false],
    [10, undefined, false],
    [270, undefined, false],
    [131047, undefined, false],
  ])('after %j/%j is dead: %j', (code, subcode, dead) => {
    expect(isTokenDead(graphErrorKind(code, subcode))).toBe(dead);
  });
});

it('docs/error-reasons.md lists every reason, and none that there is not', () => {
  const page = readFileSync(
    path.resolve(import.meta.dirname, '../../docs/error-reasons.md'),
    'utf8',
  );
  const listed = [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, reason]) => reason);
  expect(listed).toEqual(graphErrorReasons);
});
