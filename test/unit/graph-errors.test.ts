import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { graphErrorKind, graphErrorReasons } from '../../shared/graph/graph-errors.ts';

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

it('docs/error-reasons.md lists every reason, and none that there is not', () => {
  const page = readFileSync(
    path.resolve(import.meta.dirname, '../../docs/error-reasons.md'),
    'utf8',
  );
  const listed = [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, reason]) => reason);
  expect(listed).toEqual(graphErrorReasons);
});
