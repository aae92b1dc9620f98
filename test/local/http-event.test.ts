import { describe, expect, it } from '@jest/globals';
import { type HttpRequest, toHttpAnswer, toProxyEvent } from '../../local/http-event.ts';
import { type ApiRoute, routeOf } from '../../local/resources/http-api.ts';

const route: ApiRoute = {
  ...{ routeKey: 'POST /', apiId: 'api', functionArn: 'arn', timeoutMs: 1, authorization: 'NONE' },
};

function eventOf(request: Partial<HttpRequest>, pathParameters: Record<string, string> = {}) {
  const body = Buffer.from('é');
  return toProxyEvent(
    { method: 'POST', target: '/', headers: {}, body, sourceIp: '::1', ...request },
    { route, pathParameters },
  );
}

describe('the route of a request', () => {
  const keys = [
    ...['GET /pets/{id}', 'GET /pets/dog', 'GET /{kind}/dog', 'GET /pets/{id}/names/{name}'],
    ...['POST /pets/{id}', 'GET /pets/{rest+}', 'GET /{rest+}'],
  ];
  const routes = keys.map((routeKey) => ({ ...route, routeKey }));

  it.each([
    ['GET', '/pets/dog', 'GET /pets/dog', {}],
    ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
    ['POST', '/pets/dog', 'POST /pets/{id}', { id: 'dog' }],
    ['GET', '/birds/dog', 'GET /{kind}/dog', { kind: 'birds' }],
    ['GET', '/pets/1/names/a%20b', 'GET /pets/{id}/names/{name}', { id: '1', name: 'a b' }],
    ['GET', '/pets/1/names', 'GET /pets/{rest+}', { rest: '1/names' }],
    ['GET', '/birds/1/2', 'GET /{rest+}', { rest: 'birds/1/2' }],
    ['GET', '/pets/%E0%A4%A', 'GET /pets/{id}', { id: '%E0%A4%A' }],
  ])('of %s %s is %s', (method, path, routeKey, pathParameters) => {
    expect(routeOf(routes, method, path)).toEqual({
      route: expect.objectContaining({ routeKey }),
      pathParameters,
    });
  });

  it.each([
    ['GET', '/'],
    ['PUT', '/pets/dog'],
    ['POST', '/pets/dog/names'],
    ['POST', '/pets/'],
  ])('of %s %s is none', (method, path) => {
    expect(routeOf(routes, method, path)).toBeUndefined();
  });

  it('tells the function what stands for each name', () => {
    expect(eventOf({ target: '/pets/1' }, { id: '1' })).toMatchObject({
      pathParameters: { id: '1' },
    });
  });
});

describe('the event of a request', () => {
  it('joins repeated parameters and takes cookies out of the headers', () => {
    const headers = { host: 'h', cookie: 'a=1; b=2', 'user-agent': 'agent' };
    expect(eventOf({ target: '/p?hub.mode=x&a=1&a=2%20', headers, body: Buffer.alloc(0) })).toEqual(
      {
        version: '2.0',
        routeKey: 'POST /',
        rawPath: '/p',
        rawQueryString: 'hub.mode=x&a=1&a=2%20',
        cookies: ['a=1', 'b=2'],
        headers: expect.objectContaining({ host: 'h', 'user-agent': 'agent' }),
        queryStringParameters: { 'hub.mode': 'x', a: '1,2 ' },
        requestContext: {
          accountId: '000000000000',
          apiId: 'api',
          domainName: 'h',
          domainPrefix: 'api',
          http: {
            method: 'POST',
            path: '/p',
            protocol: 'HTTP/1.1',
            sourceIp: '::1',
            userAgent: 'agent',
          },
          requestId: expect.any(String),
          routeKey: 'POST /',
          stage: '$default',
          time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
          timeEpoch: expect.any(Number),
        },
        isBase64Encoded: false,
      },
    );
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['image/png', true],
    [undefined, true],
  ])('with content type %s: base64 %s', (type, isBase64Encoded) => {
    const body = isBase64Encoded ? 'w6k=' : 'é';
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(eventOf({ headers })).toMatchObject({ body, isBase64Encoded });
  });
});

describe('the answer to a request', () => {
  it('is what the function says', () => {
    const result = { statusCode: 201, headers: { 'X-A': 1 }, cookies: ['a=1'], body: 'b' };
    expect(toHttpAnswer(result)).toEqual({
      status: 201,
      headers: { 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8', 'set-cookie': ['a=1'] },
      body: 'b',
    });
    expect(toHttpAnswer({ statusCode: 200, body: 'w6k=', isBase64Encoded: true })?.body).toEqual(
      Buffer.from('é'),
    );
  });

  it('is the result itself as JSON where it has no status code', () => {
    expect(toHttpAnswer({ a: 1 })).toMatchObject({ status: 200, body: '{"a":1}' });
  });

  it('is none where API Gateway would refuse the result', () => {
    expect(toHttpAnswer({ statusCode: 'soon' })).toBeUndefined();
  });
});
