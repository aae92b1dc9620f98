import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { type ApiMethod, apiMethod, jsonApi } from '../../shared/http/api.ts';
import { Problem, problemStatuses } from '../../shared/http/problem.ts';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

const organizationId = 'north';
const base = { organizationId: organizationIdSchema };

const id = z.strictObject({ id: z.string().max(5) });
const link = z.strictObject({ link: z.string().max(5) });

const schema = z.strictObject({
  ...base,
  title: z.string().max(3).optional(),
  rows: z.array(z.strictObject({ name: z.string().max(3) })).optional(),
  kind: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: z.string().max(3) }),
      z.strictObject({ type: z.literal('image'), image: z.union([id, link]) }),
    ])
    .optional(),
  scalar: z.union([z.string().max(3), z.int().max(3)]).optional(),
  tagged: z
    .union([
      z.strictObject({ type: z.literal('a'), a: z.string(), b: z.string() }),
      z.strictObject({ type: z.literal('c') }),
    ])
    .optional(),
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  body?: unknown;
  text?: string;
  base64?: string;
  authorizer?: unknown;
}

function event({ method = 'POST', headers, body, text, base64, authorizer, ...rest }: Sent) {
  return {
    version: '2.0',
    requestContext: {
      requestId: 'request-1',
      http: { method, path: '/x' },
      ...(authorizer === undefined ? {} : { authorizer }),
    },
    headers: { 'content-type': 'application/json', ...headers },
    body: base64 ?? text ?? JSON.stringify(body),
    isBase64Encoded: base64 !== undefined,
    ...rest,
  };
}

function serve(POST: ApiMethod, GET?: ApiMethod) {
  const errors: unknown[] = [];
  const api = jsonApi(
    { POST, ...(GET ? { GET } : {}) },
    { organizationsClaim: 'organizations', onError: (error) => errors.push(error) },
  );
  const send = async (request: unknown) => {
    const { statusCode, headers, body } = await api(request);
    return { statusCode, headers, body: JSON.parse(body) };
  };
  return { send, errors };
}

const echo = apiMethod({
  input: { body: schema },
  handle: async (body, { header }) => ({
    status: 202,
    body: { body, key: header('Idempotency-Key') },
    headers: { 'x-more': '1' },
  }),
});

const failing = (error: unknown) =>
  apiMethod({
    input: { body: schema },
    handle: async () => {
      throw error;
    },
  });

/** The problems of a body, as `path: detail`. */
async function problemsOf(body: object): Promise<string[]> {
  const answer = await serve(echo).send(event({ body: { organizationId, ...body } }));
  expect(answer).toMatchObject({ statusCode: 400, body: { code: 'invalid-request' } });
  const listed = z.array(z.object({ path: z.string(), detail: z.string() }));
  return listed.parse(answer.body.problems).map(({ path, detail }) => `${path}: ${detail}`);
}

describe('an accepted request', () => {
  it('reaches the use-case as the schema gives it, and is answered as JSON', async () => {
    const body = { organizationId, title: 'مرح' };
    const request = event({ body, headers: { 'idempotency-key': 'k' } });
    expect(await serve(echo).send(request)).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-more': '1' },
      body: { body, key: 'k' },
    });
    const base64 = Buffer.from(JSON.stringify(body)).toString('base64');
    expect(await serve(echo).send(event({ base64 }))).toMatchObject({ body: { body } });
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json'])(
    'may be of the type %s',
    async (type) => {
      const request = event({ body: { organizationId }, headers: { 'content-type': type } });
      expect(await serve(echo).send(request)).toMatchObject({ statusCode: 202 });
    },
  );

  it('has its input in the query, where the method says so', async () => {
    const list = apiMethod({
      input: { query: z.strictObject({ ...base, limit: z.coerce.number().max(100) }) },
      handle: async (query) => ({ status: 200, body: query }),
    });
    const get = (limit: string) => ({
      ...event({ method: 'GET', queryStringParameters: { organizationId, limit } }),
      headers: {},
    });
    const { send } = serve(echo, list);
    expect(await send(get('7'))).toMatchObject({ body: { organizationId, limit: 7 } });
    expect(await send(get('700'))).toMatchObject({
      body: { code: 'invalid-request', problems: [{ path: 'limit' }] },
    });
  });
});

describe('a request that is refused', () => {
  const manyBytes = JSON.stringify({ organizationId, title: 'é'.repeat(128 * 1024) });

  it.each<[string, Sent, keyof typeof problemStatuses]>([
    [
      'another type',
      { body: {}, headers: { 'content-type': 'text/plain' } },
      'unsupported-media-type',
    ],
    [
      'JSON in name only',
      { body: {}, headers: { 'content-type': 'application/jsonp' } },
      'unsupported-media-type',
    ],
    ['no type', { body: {}, headers: { 'content-type': '' } }, 'unsupported-media-type'],
    ['no body', { text: '' }, 'invalid-request'],
    ['a body cut off', { text: '{"organizationId":"no' }, 'invalid-request'],
    [
      'a body that is not UTF-8',
      { base64: Buffer.from([0x22, 0xff, 0x22]).toString('base64') },
      'invalid-request',
    ],
    ['a body too deep', { text: '['.repeat(100) + ']'.repeat(100) }, 'invalid-request'],
    ['a body too large in bytes', { text: manyBytes }, 'request-too-large'],
    [
      'a body too large behind base64',
      { base64: Buffer.from(manyBytes).toString('base64') },
      'request-too-large',
    ],
  ])('%s', async (_what, request, code) => {
    const { send, errors } = serve(echo);
    const status = problemStatuses[code];
    expect(await send(event(request))).toEqual({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: {
        type: `urn:nexus-whatsapp:problem:${code}`,
        title: expect.stringMatching(/\.$/),
        detail: expect.any(String),
        status,
        code,
      },
    });
    expect(errors).toEqual([]);
  });

  it('by another method, with those that there are', async () => {
    const answer = await serve(echo, echo).send(event({ method: 'PATCH' }));
    expect(answer).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST, GET' },
      body: { code: 'method-not-allowed' },
    });
  });
});

describe('what is wrong with a body', () => {
  it('is told all at once, each with its path', async () => {
    const rows = [{ name: 'ok' }, { name: 'long' }, { name: 'ok', colour: 1, 'a b': 2 }, 7];
    expect(await problemsOf({ title: 'long', rows, extra: 1 })).toEqual([
      'title: Too big: expected string to have <=3 characters',
      'rows[1].name: Too big: expected string to have <=3 characters',
      'rows[2].colour: is not a field that is known here',
      'rows[2]["a b"]: is not a field that is known here',
      'rows[3]: Invalid input: expected object, received number',
      'extra: is not a field that is known here',
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      'an unknown kind',
      { kind: { type: 'smoke' } },
      ["kind.type: Invalid discriminator value. Expected 'text' | 'image'"],
    ],
    [
      'a fault within a kind',
      { kind: { type: 'text', text: 'long' } },
      ['kind.text: Too big: expected string to have <=3 characters'],
    ],
    [
      'neither of two forms',
      { kind: { type: 'image', image: {} } },
      [
        'kind.image: fits no form: kind.image.id: Invalid input: expected string, received undefined; or kind.image.link: Invalid input: expected string, received undefined',
      ],
    ],
    [
      'both of two forms',
      { kind: { type: 'image', image: { id: '1', link: '2' } } },
      [
        'kind.image: fits no form: kind.image.link: is not a field that is known here; or kind.image.id: is not a field that is known here',
      ],
    ],
    [
      'a fault within the nearer form',
      { kind: { type: 'image', image: { id: 'too long' } } },
      ['kind.image.id: Too big: expected string to have <=5 characters'],
    ],
    ['a fault of the right type', { scalar: 9 }, ['scalar: Too big: expected number to be <=3']],
    [
      'a wrong type',
      { scalar: [] },
      [
        'scalar: fits no form: Invalid input: expected string, received array; or Invalid input: expected number, received array',
      ],
    ],
    [
      'the form that the value says it is',
      { tagged: { type: 'a' } },
      [
        'tagged.a: Invalid input: expected string, received undefined',
        'tagged.b: Invalid input: expected string, received undefined',
      ],
    ],
  ])('%s', async (_what, body, problems) => {
    expect(await problemsOf(body)).toEqual(problems);
  });

  it('is counted where it is too much to be listed', async () => {
    const keys = Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]);
    const body = { organizationId, ...Object.fromEntries(keys) };
    const answer = await serve(echo).send(event({ body }));
    expect(answer.body.detail).toContain('5000 things');
    expect(answer.body.problems).toHaveLength(100);
  });

  it('never repeats a value', async () => {
    const secret = fc.constantFrom('+4915112345678', 4915112345678, ['+4915112345678']);
    const anything = fc.record(
      {
        organizationId: fc.oneof(secret, fc.constant(organizationId)),
        title: secret,
        rows: fc.oneof(secret, fc.array(fc.record({ name: secret }))),
        kind: fc.oneof(
          secret,
          fc.record({ type: fc.oneof(secret, fc.constant('image')), image: secret }),
        ),
        scalar: secret,
        tagged: fc.oneof(secret, fc.record({ type: secret })),
      },
      { requiredKeys: ['title'] },
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const answer = await serve(echo).send(event({ body }));
        expect(answer.statusCode).toBe(400);
        expect(JSON.stringify(answer)).not.toContain('4915112345678');
      }),
    );
  });
});

describe('a token', () => {
  const jwt = (claims: object) => ({ jwt: { claims, scopes: null } });

  it.each<[string, unknown, boolean]>([
    ['is not there', undefined, true],
    ['is an IAM identity', { iam: { accountId: '1' } }, true],
    ['lists the organisation', jwt({ organizations: '[south north]' }), true],
    ['lists it alone', jwt({ organizations: 'north' }), true],
    ['lists it with commas', jwt({ organizations: 'south, north' }), true],
    ['lists it with spaces', jwt({ organizations: 'north south' }), true],
    ['is for all', jwt({ organizations: '*' }), true],
    ['is for all, in a list', jwt({ organizations: '[*]' }), true],
    ['lists others', jwt({ organizations: '[south northern]' }), false],
    ['has the claim in another form', jwt({ organizations: { north: true } }), false],
    ['lists it under another claim', jwt({ scope: 'north' }), false],
    ['has no claims', { jwt: { claims: null } }, false],
  ])('that %s: %#', async (_what, authorizer, allowed) => {
    const answer = await serve(echo).send(event({ body: { organizationId }, authorizer }));
    expect(answer.statusCode).toBe(allowed ? 202 : 404);
  });

  it('is for no organisation where it is not said which claim lists them', async () => {
    let handled = false;
    const POST = apiMethod({
      input: { body: schema },
      handle: async () => {
        handled = true;
        return { status: 200, body: {} };
      },
    });
    const api = jsonApi({ POST }, { organizationsClaim: undefined, onError: () => {} });
    const authorizer = jwt({ organizations: '*' });
    const answer = await api(event({ body: { organizationId }, authorizer }));
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'not-found' });
    expect(handled).toBe(false);
  });
});

describe('what a use-case throws', () => {
  it('is answered with everything that a problem says', async () => {
    const details = {
      detail: 'Meta takes no more.',
      problems: [{ path: 'to', detail: 'too often', meta: { code: 131056 } }],
      meta: { code: 131056, title: '(#131056)', details: undefined },
      sendId: 'send-1',
      retryAfterSeconds: 1.2,
    };
    const { send, errors } = serve(failing(new Problem('throttled', details)));
    const { statusCode, headers, body } = await send(event({ body: { organizationId } }));
    expect({ statusCode, retryAfter: headers['retry-after'] }).toEqual({
      statusCode: 429,
      retryAfter: '2',
    });
    const { retryAfterSeconds: _, ...told } = details;
    expect(body).toMatchObject({
      code: 'throttled',
      status: 429,
      ...JSON.parse(JSON.stringify(told)),
    });
    expect(errors).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ['an error', event({ body: { organizationId } }), 'request-1'],
    ['an event that is none', {}, 'unknown'],
  ])('is reported and answered without a word of it: %s', async (_what, request, requestId) => {
    const { send, errors } = serve(failing(new Error('secret detail')));
    const answer = await send(request);
    expect(answer).toMatchObject({ statusCode: 500, body: { code: 'internal-error' } });
    expect(answer.body.detail).toContain(`request id ${requestId}`);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(errors).toEqual([expect.any(Error)]);
  });
});
