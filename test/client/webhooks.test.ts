import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { receiveWebhook, verifyWebhook } from '../../client/src/webhooks.ts';
import { eventJson } from './some-event.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
const secrets = [secret];

function signed(body: string, by: string[] = secrets, at = new Date()) {
  const signatures = by.map((each) => new Webhook(each).sign('id', at, body));
  return {
    body,
    headers: {
      'webhook-id': 'id',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
  };
}

describe('a webhook', () => {
  it('is genuine where the library of Standard Webhooks has signed it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        const body = eventJson(id);
        expect(verifyWebhook(signed(body), { secrets })).toEqual(JSON.parse(body));
      }),
    );
  });

  it.each([
    ['text', (body: string) => body],
    ['bytes', (body: string) => new TextEncoder().encode(body)],
  ])('is taken as %s, with the headers of any server', (_what, form) => {
    const { body, headers } = signed(eventJson('é'));
    for (const given of [headers, new Headers(headers)]) {
      const event = verifyWebhook({ body: form(body), headers: given }, { secrets });
      expect(event?.eventId).toBe('é');
    }
  });

  it('is genuine with either secret while one takes the place of the other', () => {
    const body = eventJson('1');
    const both = [other, secret];
    expect(verifyWebhook(signed(body, both), { secrets })).toBeDefined();
    expect(verifyWebhook(signed(body, [other]), { secrets: both })).toBeDefined();
  });

  const genuine = signed(eventJson('1'));
  const { headers } = genuine;
  it.each([
    ['of somebody else', signed(genuine.body, [other])],
    ['with another body', { ...genuine, body: `${genuine.body} ` }],
    ['with another id', { ...genuine, headers: { ...headers, 'webhook-id': 'x' } }],
    ['of long ago', signed(genuine.body, secrets, new Date(Date.now() - 301_000))],
    ['of the future', signed(genuine.body, secrets, new Date(Date.now() + 302_000))],
    ['without a time', { ...genuine, headers: { ...headers, 'webhook-timestamp': 'NaN' } }],
    ['without headers', { body: genuine.body, headers: {} }],
    [
      'with a signature of no known kind',
      {
        ...genuine,
        headers: {
          ...headers,
          'webhook-signature': headers['webhook-signature'].replace('v1', 'v2'),
        },
      },
    ],
  ])('is refused: one %s', async (_what, request) => {
    expect(verifyWebhook(request, { secrets })).toBeUndefined();
    const handled: unknown[] = [];
    const receive = receiveWebhook({ secrets, handler: (event) => handled.push(event) });
    expect(await receive(request)).toBe(401);
    expect(handled).toEqual([]);
  });
});

it('hands each event to the handler once, and again where that has failed', async () => {
  const log: string[] = [];
  let failures = 1;
  const errors: unknown[] = [];
  const receive = receiveWebhook({
    secrets,
    handler: ({ eventId }) => {
      if (failures-- > 0) throw new Error('no database');
      log.push(eventId);
    },
    onError: (error, { eventId }) => errors.push([String(error), eventId]),
  });
  const answers = [];
  for (const id of ['1', '1', '1', '2']) answers.push(await receive(signed(eventJson(id))));
  expect(answers).toEqual([500, 204, 204, 204]);
  expect(log).toEqual(['1', '2']);
  expect(errors).toEqual([['Error: no database', '1']]);
});
