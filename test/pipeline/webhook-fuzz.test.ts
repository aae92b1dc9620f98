import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { publishChanges } from '../../lambdas/inbox/publish.ts';
import { normalise } from '../../lambdas/ingest/normalise.ts';
import { answerWebhookRequest } from '../../lambdas/ingest/webhook-http.ts';
import { readFixtures } from '../../local/meta/fixtures.ts';
import { MemoryConnections } from '../fakes/memory-connections.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryOutgoingQueues, MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { MemoryTable } from '../fakes/memory-table.ts';
import { sign } from './pipeline.ts';
import { sequences } from './runs.ts';
import { deliveries, routes, webhookOf } from './scenario.ts';

const runs = sequences(3000);

/** Whose number the fixtures are addressed to. */
const fixtureRoute = {
  organizationId: 'north',
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
};

function receiver() {
  const queue = new MemoryWebhookQueue();
  const store = new MemoryObjectStore();
  const appSecret = {
    read: async () => ({
      appSecrets: ['an app secret', 'the one before'],
      verifyTokens: ['token'],
    }),
  };
  return { queue, store, appSecret, now: () => new Date('2026-11-22T10:00:00.000Z') };
}

function post(body: Uint8Array, signature: string | undefined, isBase64Encoded: boolean) {
  return {
    requestContext: { http: { method: 'POST' } },
    headers: signature === undefined ? {} : { 'x-hub-signature-256': signature },
    body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** JSON with everything in it that has broken a receiver before. */
const nasty = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '"\\ud800 \\uffff \\u0000 \uFFFE\uFFFF\u202E"',
    '123456789012345678901234567890',
    '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
    '[null,0,"",{},[]]',
    '{"messages":{"length":5}}',
    '1e999',
  ),
);

/** Anything that Meta documents, and batches of what is most frequent. */
const genuine = fc.oneof(
  deliveries.map(([batch = []]) => webhookOf(batch)),
  fc.constantFrom(...readFixtures().map(({ webhook }) => webhook)),
);

/** A genuine webhook in which one value, anywhere, is replaced by something nasty. */
const damaged = fc
  .tuple(genuine, nasty, fc.nat(), fc.constantFrom('__proto__', 'toString', 'id', 'x'))
  .map(([webhook, replacement, at, name]) => {
    const json = JSON.stringify(webhook);
    const values = [...json.matchAll(/:("(?:[^"\\]|\\.)*"|[[{])|,"/g)];
    const match = values[at % values.length];
    if (!match) {
      return replacement;
    }
    const start = match.index;
    return match[0] === ',"'
      ? `${json.slice(0, start)},"${name}":${replacement}${json.slice(start)}`
      : match[1]?.startsWith('"')
        ? `${json.slice(0, start)}:${replacement}${json.slice(start + match[0].length)}`
        : `${json.slice(0, start + 2)}${match[1] === '[' ? `${replacement},` : ''}${json.slice(start + 2)}`;
  });

const anyBody = fc.oneof(
  { weight: 3, arbitrary: damaged.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: nasty.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(damaged, fc.nat())
      .map(([json, cut]) => Buffer.from(json.slice(0, cut % json.length))),
  },
);

describe('whatsapp-webhook under fuzz', () => {
  it(`answers ${runs} requests that Meta did not sign with 401 and does nothing else`, async () => {
    const signature = fc.oneof(
      fc.constant(undefined),
      fc.string({ maxLength: 80 }),
      fc.constantFrom('sha256=', 'sha256=zz', 'sha1=', `sha256=${'0'.repeat(64)}`),
      anyBody.map((body) => `${sign(body)}00`),
      anyBody.map((body) => sign(body).toUpperCase()),
      anyBody.map((body) => `${sign(body)}zz`),
      anyBody.map((body) => `${sign(body)},${sign(body)}`),
      anyBody.map((body) => sign(body, 'another secret')),
    );
    const ports = receiver();
    await fc.assert(
      fc.asyncProperty(anyBody, signature, fc.boolean(), async (body, header, base64) => {
        const { answer } = await answerWebhookRequest(post(body, header, base64), ports);
        expect(answer.statusCode).toBe(401);
      }),
      { numRuns: runs },
    );
    expect(ports.queue.messages).toEqual([]);
    expect(ports.store.objects.size).toBe(0);
  });

  it(`answers ${runs} signed ones 200, and each ends published, parked or set aside`, async () => {
    await fc.assert(
      fc.asyncProperty(anyBody, fc.boolean(), async (body, base64) => {
        const ports = receiver();
        // What is no UTF-8 does not survive the way through a string; API Gateway sends it as base64.
        const isText = Buffer.from(body.toString()).equals(body);
        const { answer, outcome } = await answerWebhookRequest(
          post(body, sign(body), base64 || !isText),
          ports,
        );
        expect(answer.statusCode).toBe(200);
        expect(Reflect.get(Object.prototype, 'polluted')).toBeUndefined();
        if (outcome.kind !== 'accepted') {
          throw new Error('Signed and not accepted');
        }
        expect(outcome.changes === 0).toBe(ports.queue.messages.length === 0);
        await expectAccountedFor(ports, outcome.changes > 0 || outcome.quarantined !== undefined);
      }),
      { numRuns: runs },
    );
  });
});

/** Everything that was queued comes through the rest of the pipeline without an error. */
async function expectAccountedFor(
  { queue, store, now }: ReturnType<typeof receiver>,
  hasContent: boolean,
): Promise<void> {
  const table = new MemoryTable([...routes, fixtureRoute]);
  let elements = 0;
  for (const { body } of queue.messages) {
    const counts = await normalise(body, {
      routes: table,
      aliases: table,
      ledger: table,
      sendFacts: table,
      connections: new MemoryConnections(),
      noteSightings: async () => undefined,
      sends: new MemorySendLedger(),
      settings: new MemorySettings(),
      store,
      rawBucket: 'raw',
      now,
    });
    elements += Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
  const inbox = new MemoryOutgoingQueues();
  const { retryFrom, quarantined } = await publishChanges(table.stream, { queues: inbox, store });
  expect({ retryFrom, quarantined }).toEqual({ retryFrom: undefined, quarantined: 0 });
  expect(inbox.events.length).toBe(table.stream.length);
  expect(elements + store.objects.size > 0).toBe(hasContent);
}
