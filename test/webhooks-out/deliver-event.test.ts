import { describe, expect, it } from '@jest/globals';
import {
  type DeliverEventPorts,
  deliverEvent,
  retryWaitMs,
} from '../../lambdas/inbox/deliver-events.ts';
import type { EndpointAnswer } from '../../shared/webhooks-out/endpoint.port.ts';
import { signingSecretsSchema } from '../../shared/webhooks-out/signing-secrets.schema.ts';
import { secrets, verified } from './receiver.ts';

interface Post {
  headers: Readonly<Record<string, string>>;
  json: string;
}

const minutes = 60 * 1000;

function answered(status: number, retryAfterMs?: number): EndpointAnswer {
  return { kind: 'answered', status, retryAfterMs, location: undefined };
}

function world(answer: EndpointAnswer, more: Partial<DeliverEventPorts> = {}) {
  const posts: Post[] = [];
  const reported: unknown[] = [];
  const ports: DeliverEventPorts = {
    endpoint: {
      async post(headers, json) {
        posts.push({ headers, json });
        return answer;
      },
    },
    secrets: { read: async () => ({ secrets }) },
    now: () => new Date(),
    random: () => 0.5,
    report: (error) => reported.push(error),
    ...more,
  };
  return { posts, reported, ports };
}

/** Spaces, escapes and Arabic: what is signed is the text and not its meaning. */
const body =
  '{ "eventId": "e-1", "message": {"text":"\\u0645رحبا 👋 \\ufffe"}, "n": 12345678901234567890 }';

describe('an event', () => {
  it('is posted as it stands in its queue, with headers that each secret verifies', async () => {
    const { posts, ports } = world(answered(204));
    expect(await deliverEvent({ body, receives: 1 }, ports)).toMatchObject({
      outcome: 'delivered',
      eventId: 'e-1',
      waitMs: undefined,
    });
    const [{ headers, json } = { headers: {}, json: '' }] = posts;
    expect(json).toBe(body);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(3);
    for (const secret of secrets) {
      expect(verified(headers, json, secret).eventId).toBe('e-1');
    }
    const stranger = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    expect(() => verified(headers, json, stranger)).toThrow('No matching signature');
    expect(() => verified(headers, `${json} `)).toThrow('No matching signature');
  });

  it('keeps its id when it comes again, and gets the time of the attempt', async () => {
    let now = Date.parse('2026-01-01T00:00:00.900Z');
    const { posts, ports } = world(answered(500), { now: () => new Date(now) });
    await deliverEvent({ body, receives: 1 }, ports);
    now += 61_000;
    await deliverEvent({ body, receives: 2 }, ports);
    expect(posts.map(({ headers }) => headers['webhook-id'])).toEqual(['e-1', 'e-1']);
    expect(posts.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
      '1767225600',
      '1767225661',
    ]);
  });

  it.each([
    ['delivered', answered(200)],
    ['delivered', answered(202)],
    ['redirected', answered(308)],
    ['refused', answered(400)],
    ['refused', answered(410)],
    ['failed', answered(503)],
    ['failed', answered(0)],
    ['unanswered', { kind: 'unanswered', problem: 'answer-timeout' }],
  ] as const)('is %s after %o', async (outcome, answer) => {
    const attempt = await deliverEvent({ body, receives: 1 }, world(answer).ports);
    expect(attempt.outcome).toBe(outcome);
    expect(attempt.waitMs).toBe(outcome === 'delivered' ? undefined : 5000);
  });

  it.each([
    ['for longer than it would', 2 * minutes, 2 * minutes],
    ['never sooner than it would', 1000, 5000],
    ['for an hour at most', 24 * 60 * minutes, 60 * minutes],
  ])('waits %s where the endpoint asks for a time', async (_, asked, waitMs) => {
    const { ports } = world(answered(429, asked));
    expect((await deliverEvent({ body, receives: 1 }, ports)).waitMs).toBe(waitMs);
  });

  it('waits unsent while the secrets cannot be read', async () => {
    const down = new Error('down');
    const { posts, reported, ports } = world(answered(200), {
      secrets: { read: () => Promise.reject(down) },
    });
    expect(await deliverEvent({ body, receives: 3 }, ports)).toMatchObject({
      outcome: 'unsigned',
      waitMs: 20_000,
    });
    expect([posts, reported]).toEqual([[], [down]]);
  });

  it.each(['not JSON', '{}', '{"eventId":"a\\r\\nx-evil: 1"}'])(
    'that is none is not sent: %s',
    async (malformed) => {
      const { posts, ports } = world(answered(200));
      const attempt = await deliverEvent({ body: malformed, receives: 1 }, ports);
      expect([attempt.outcome, posts]).toEqual(['malformed', []]);
    },
  );
});

describe('the waits between attempts', () => {
  const waits = (random: number) =>
    Array.from({ length: 99 }, (_, index) => retryWaitMs(index + 1, random));

  it('grow from 5 seconds to an hour, a fifth more or less', () => {
    const middle = waits(0.5).map((ms) => ms / 1000);
    expect(middle.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(middle.slice(9, 12)).toEqual([2560, 3600, 3600]);
    expect([retryWaitMs(1, 0), retryWaitMs(1, 1)]).toEqual([4000, 6000]);
  });

  it('last three days and at most five within the 100 receives that infra/events-endpoint.ts allows', () => {
    const days = (random: number) => waits(random).reduce((sum, ms) => sum + ms) / 86_400_000;
    expect(days(0)).toBeGreaterThan(3);
    expect(days(1)).toBeLessThan(5);
  });
});

describe('the secret’s JSON', () => {
  const ofBytes = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  it.each([
    [{ secrets: [ofBytes(24)] }, true],
    [{ secrets: [ofBytes(32), ofBytes(33), ofBytes(64)] }, true],
    [{ secrets: [] }, false],
    [{ secrets: Array(4).fill(ofBytes(32)) }, false],
    [{ secrets: [ofBytes(23)] }, false],
    [{ secrets: [ofBytes(65)] }, false],
    [{ secrets: [ofBytes(32).replace('whsec_', '')] }, false],
    [{ secrets: [`${ofBytes(32)}\n`] }, false],
    [{ secrets: [ofBytes(32).replace('=', '')] }, false],
  ])('%j: %s', (json, isValid) => {
    expect(signingSecretsSchema.safeParse(json).success).toBe(isValid);
  });
});
