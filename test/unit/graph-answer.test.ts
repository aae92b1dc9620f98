import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { graphAnswer } from '../../shared/graph/graph-answer.ts';

const now = Date.parse('2026-11-22T10:00:00.000Z');

function answerTo(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return graphAnswer({ status, headers, text }, now);
}

function errorOf(answer: GraphAnswer) {
  return answer.kind === 'refused' ? answer.error : undefined;
}

/** As Meta sends it. */
const rateLimit = {
  error: {
    message: '(#130429) Rate limit hit',
    type: 'OAuthException',
    code: 130429,
    error_subcode: 2494055,
    error_data: { messaging_product: 'whatsapp', details: 'Too many messages' },
    is_transient: false,
    fbtrace_id: 'Az8or2yhqkZfEZ',
  },
};

describe('an answer', () => {
  it.each<[string, number, unknown, GraphAnswer['kind']]>([
    ['a message accepted', 200, { messages: [{ id: 'wamid.1' }] }, 'ok'],
    ['a success', 201, { success: true }, 'ok'],
    ['an error', 400, rateLimit, 'refused'],
    ['an error of the server', 500, rateLimit, 'refused'],
    ['an error that is called a success', 200, rateLimit, 'refused'],
    ['an error with its code as text', 400, { error: { code: '190' } }, 'refused'],
    ['an error of a token that was looked up', 200, { data: { error: { code: 190 } } }, 'ok'],
    ['an error without a code', 400, { error: { message: 'no' } }, 'ambiguous'],
    ['an error that is a text', 500, { error: 'no' }, 'ambiguous'],
    ['a page', 502, '<html>Bad Gateway</html>', 'ambiguous'],
    ['a page that is called a success', 200, '<html></html>', 'ambiguous'],
    ['JSON that is cut off', 200, '{"messages":[{"id":"wam', 'ambiguous'],
    ['nothing', 200, '', 'ambiguous'],
    ['JSON that is no error', 500, { success: false }, 'ambiguous'],
    ['a redirection', 302, {}, 'ambiguous'],
  ])('that is %s, with HTTP %d', (_what, status, body, kind) => {
    expect(answerTo(status, body).kind).toBe(kind);
  });

  it('keeps integers that JavaScript cannot hold', () => {
    expect(answerTo(200, '{"id":12345678901234567890}')).toMatchObject({
      body: { id: '12345678901234567890' },
    });
  });

  it('never makes it fail, and never shows what came', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constantFrom(190, '190', -1, ''));
    const error = fc.record(
      {
        code: part,
        error_subcode: part,
        message: part,
        error_data: part,
        error_user_msg: part,
        is_transient: part,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ error }).map((value) => JSON.stringify(value)),
        ),
        fc.oneof(fc.string(), fc.json()),
        (status, text, usage) => {
          const headers = {
            'x-app-usage': usage,
            'x-business-use-case-usage': usage,
            'retry-after': usage,
          };
          const answer = graphAnswer({ status, headers, text }, now);
          expect(['ok', 'refused', 'ambiguous']).toContain(answer.kind);
          if (answer.kind === 'ambiguous') {
            expect(answer.problem).toMatch(/^HTTP \d{3} with(out)? an? [a-zA-Z' ]+$/);
          }
        },
      ),
    );
  });
});

describe('an error', () => {
  it('carries everything that Meta says', () => {
    expect(errorOf(answerTo(400, rateLimit))).toEqual({
      class: 'throttle',
      scope: 'phone',
      reason: 'rate-limited',
      code: 130429,
      subcode: 2494055,
      title: '(#130429) Rate limit hit',
      details: 'Too many messages',
      fbtraceId: 'Az8or2yhqkZfEZ',
      httpStatus: 400,
    });
  });

  it.each<[string, object, object]>([
    ['its title for users', { message: 'a', error_user_title: 'b' }, { title: 'b' }],
    [
      'its message where that title is empty',
      { message: 'a', error_user_title: '' },
      { title: 'a' },
    ],
    ['its message for users', { error_user_msg: 'c' }, { details: 'c' }],
    ['its details', { error_user_msg: 'c', error_data: { details: 'd' } }, { details: 'd' }],
    ['its data as text', { error_data: 'e' }, { details: 'e' }],
    ['data without details', { error_data: { x: 1 }, error_user_msg: 'c' }, { details: 'c' }],
    ['numbers as text', { error_subcode: '33' }, { subcode: 33, class: 'reconnect' }],
    ['no subcode where it is none', { error_subcode: 'x' }, { subcode: undefined }],
  ])('has %s', (_what, error, expected) => {
    expect(errorOf(answerTo(400, { error: { code: '100', ...error } }))).toMatchObject(expected);
  });

  it.each([
    [190, false, 400, 'reconnect'],
    [132000, false, 500, 'permanent'],
    [131047, true, 400, 'retry'],
    [130429, true, 400, 'throttle'],
    [131016, false, 400, 'retry'],
    [999999, false, 500, 'retry'],
    [999999, false, 401, 'reconnect'],
    [999999, false, 400, 'permanent'],
    [999999, false, 200, 'permanent'],
    [999999, true, 400, 'retry'],
    [-1, false, 500, 'retry'],
  ])('%d (transient: %s) with %d asks for: %s', (code, is_transient, status, expected) => {
    expect(errorOf(answerTo(status, { error: { code, is_transient } }))?.class).toBe(expected);
  });

  it('has texts of one line, in one direction, of bounded length', () => {
    const message = `a\r\n\tb\u202Ec\u2066\u061Cd\u0000\u2028e${'x'.repeat(9999)}`;
    const title = errorOf(answerTo(400, { error: { code: 1, message } }))?.title;
    expect(title).toMatch(/^a bcd ex{400,}$/);
    expect(title).toHaveLength(500);
    const emoji = errorOf(answerTo(400, { error: { code: 1, message: `${'x'.repeat(499)}😀` } }));
    expect(emoji?.title?.isWellFormed()).toBe(true);
  });

  const businessUsage = (...minutes: number[]) =>
    JSON.stringify({ 1001: minutes.map((time) => ({ estimated_time_to_regain_access: time })) });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' }, 5000],
    ['a date that is over', { 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['minutes of its usage', { 'x-business-use-case-usage': businessUsage(2, 19) }, 19 * 60_000],
    ['no minutes', { 'x-business-use-case-usage': businessUsage(0) }, undefined],
    [
      'seconds before minutes',
      { 'retry-after': '7', 'x-business-use-case-usage': businessUsage(19) },
      7000,
    ],
    ['nothing', {}, undefined],
  ])('tells to wait by %s', (_what, headers, expected) => {
    expect(errorOf(answerTo(400, rateLimit, headers))?.retryAfterMs).toBe(expected);
  });
});

describe('usage', () => {
  const app = JSON.stringify({ call_count: 28, total_time: 25, total_cputime: 25 });
  const business = JSON.stringify({
    1001: [
      { type: 'messaging', call_count: 3, total_cputime: 91, total_time: 1 },
      {
        type: 'management',
        call_count: '95',
        total_cputime: 0,
        estimated_time_to_regain_access: 3,
      },
    ],
  });

  it.each<[string, Record<string, string>, object | undefined]>([
    ['the app', { 'x-app-usage': app }, { percent: 28, regainAccessMs: 0 }],
    [
      'businesses',
      { 'x-business-use-case-usage': business },
      { percent: 95, regainAccessMs: 180_000 },
    ],
    [
      'both',
      { 'x-app-usage': app.replace('28', '99'), 'x-business-use-case-usage': business },
      { percent: 99, regainAccessMs: 180_000 },
    ],
    ['nobody', {}, undefined],
    ['nobody, for it is not JSON', { 'x-app-usage': '28%' }, undefined],
    ['nobody, for it is of another form', { 'x-business-use-case-usage': '[]' }, undefined],
  ])('of %s comes with every answer', (_what, headers, usage) => {
    expect(answerTo(200, {}, headers).usage).toEqual(usage);
    expect(answerTo(400, rateLimit, headers).usage).toEqual(usage);
    expect(answerTo(502, 'down', headers).usage).toEqual(usage);
  });
});
