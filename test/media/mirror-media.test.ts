import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../lambdas/media/fetch-file.ts';
import { mirrorJobs } from '../../lambdas/media/mirror-jobs.ts';
import { mirrorMedia } from '../../lambdas/media/mirror-media.ts';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import type { Graph, GraphAnswer } from '../../shared/graph/graph.port.ts';
import { graphErrorKind } from '../../shared/graph/graph-errors.ts';
import type { MediaJob } from '../../shared/media/media-record.schema.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryMediaErrors, MemoryMediaStore } from '../fakes/memory-media.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { fileOf } from './hostile-cdn.ts';
import { mediaJob, messageOf, receiver, receiverToken, sentAt } from './media-fixtures.ts';

const file = fileOf(Buffer.from('OggS\0 a voice note', 'latin1'));
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const { phoneNumberId } = receiver;

function refusal(code: number, subcode?: number, retryAfterMs?: number): GraphAnswer {
  const error = { ...graphErrorKind(code, subcode), code, subcode, httpStatus: 400, retryAfterMs };
  return { kind: 'refused', error };
}

/** The use-case over fakes, with a Meta that has the file, or answers otherwise. */
function world({ answer, route = receiver }: { answer?: GraphAnswer; route?: Route } = {}) {
  const found = {
    url: 'https://lookaside.fbsbx.com/1',
    file_size: file.sizeBytes,
    sha256: file.sha256,
  };
  const calls: Parameters<Graph['call']>[0][] = [];
  const credentials = new MemoryCredentials();
  credentials.connect(receiver.organizationId, receiver.wabaId, receiverToken);
  const clock = { nowMs: Date.parse(sentAt) + 1000 };
  const ports = {
    ledger: new MemoryMediaLedger(),
    store: new MemoryMediaStore(),
    errors: new MemoryMediaErrors(),
    raw: new MemoryObjectStore(),
    settings: new MemorySettings(),
    credentials,
    routes: { byPhoneNumber: async () => route, byWaba: async () => [route] },
    graph: {
      call: async (request: Parameters<Graph['call']>[0]) => {
        calls.push(request);
        return answer ?? ({ kind: 'ok', body: found } as const);
      },
    },
    download: {
      open: async () => ({
        kind: 'open' as const,
        bytes: file.bytes(),
        sizeBytes: file.sizeBytes,
        close: () => undefined,
      }),
    },
    now: () => new Date(clock.nowMs),
    report: () => undefined,
  };
  return { ports, calls, clock };
}

function voiceNote(differences: Partial<MediaJob> = {}): MediaJob {
  return mediaJob({
    kind: 'audio',
    voice: true,
    mimeType: 'audio/ogg; codecs=opus',
    ...differences,
  });
}

const first: Attempt = { receives: 1, queuedAt: new Date(sentAt) };

describe('a file', () => {
  it.each([
    [60, 'retentionDays=60'],
    [null, undefined],
  ] as const)('has the tag that its lifecycle goes by, of %p days', async (messageDays, tag) => {
    const { ports } = world();
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    const settings = settingsSchema.parse({ retention: { messageDays } });
    await ports.settings.write(job.message.organizationId, settings);
    await mirrorMedia(job, first, ports);
    expect([...ports.store.objects.values()]).toEqual([expect.objectContaining({ tag })]);
  });

  it('is stored under its message, recorded and told of', async () => {
    const { ports, calls } = world();
    const job = voiceNote({ filename: 'note.ogg' });
    ports.ledger.add(messageOf(job));
    expect(await mirrorMedia(job, first, ports)).toEqual({
      outcome: 'stored',
      sizeBytes: file.sizeBytes,
    });
    const { record } = (await ports.ledger.find(phoneNumberId, 'wamid.1')) ?? {};
    expect(record).toEqual({
      state: 'STORED',
      revision: 0,
      at: '2026-11-22T10:00:01.000Z',
      kind: 'audio',
      voice: true,
      key: expect.stringMatching(/^media\/north\/[\w-]{43}-0$/),
      mimeType: 'audio/ogg',
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      filename: 'note.ogg',
    });
    const [told] = ports.ledger.told;
    expect(inboxEventSchema.parse(told)).toMatchObject({
      type: 'media.stored',
      messageId: 'wamid.1',
      conversationId: 'conversation',
      mimeType: 'audio/ogg',
    });
    expect([...ports.store.objects.values()]).toMatchObject([{ mimeType: 'audio/ogg' }]);
    expect(calls).toMatchObject([{ path: job.mediaId, query: { phone_number_id: phoneNumberId } }]);
  });

  it('is not fetched where it has ended, was asked for again, or its message is gone', async () => {
    const { ports, calls } = world();
    const job = voiceNote();
    expect(await mirrorMedia(job, first, ports)).toEqual({ outcome: 'dropped' });
    ports.ledger.add(messageOf(job));
    const stored = await ports.ledger.find(phoneNumberId, 'wamid.1');
    if (!stored) throw new Error('It is gone');
    await ports.ledger.replace(stored, { state: 'PENDING', revision: 2, at: sentAt });
    for (const revision of [0, 1, 3]) {
      expect(await mirrorMedia({ ...job, revision }, first, ports)).toEqual({ outcome: 'dropped' });
    }
    expect(calls).toEqual([]);
    expect(await mirrorMedia({ ...job, revision: 2 }, first, ports)).toMatchObject({
      outcome: 'stored',
    });
    expect(await mirrorMedia({ ...job, revision: 2 }, first, ports)).toEqual({
      outcome: 'dropped',
    });
  });

  it.each(['../me', '1/owner', '', '..', '1?fields=a'])('has no id such as %j', async (mediaId) => {
    const { ports, calls } = world();
    const job = voiceNote({ mediaId });
    ports.ledger.add(messageOf(job));
    expect(await mirrorMedia(job, first, ports)).toEqual({
      outcome: 'failed',
      reason: 'not-found',
    });
    expect(calls).toEqual([]);
  });
});

describe('while the organisation has no access', () => {
  it.each([
    ['the number is another organisation’s', { route: { ...receiver, organizationId: 'south' } }],
    ['Meta refuses the token', { answer: refusal(190, 463) }],
    ['Meta does not let the token', { answer: refusal(10) }],
  ])('its files wait for 7 days: %s', async (_why, changes) => {
    const { ports, clock } = world(changes);
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    const waits: number[] = [];
    for (let receives = 1; clock.nowMs < Date.parse(sentAt) + 7 * dayMs; receives++) {
      const result = await mirrorMedia(job, { ...first, receives }, ports);
      if (result.outcome !== 'again') throw new Error(`It ended: ${result.outcome}`);
      waits.push(result.waitMs);
      clock.nowMs += result.waitMs;
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(hourMs);
    expect(waits.length).toBeLessThan(300);
    const reason = 'connection-invalid';
    expect(await mirrorMedia(job, first, ports)).toEqual({ outcome: 'failed', reason });
    expect(ports.ledger.told).toMatchObject([{ type: 'media.failed', reason }]);
  });

  it('a dead token is reported once, and the file comes once there is another', async () => {
    const { ports, calls } = world({ answer: refusal(190) });
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    for (const receives of [1, 2, 3]) await mirrorMedia(job, { ...first, receives }, ports);
    expect(calls).toHaveLength(1);
    const { organizationId, wabaId } = receiver;
    expect(await ports.credentials.find(organizationId, wabaId)).toMatchObject({
      state: 'INVALID',
    });
    ports.credentials.connect(organizationId, wabaId, 'EAAG-another');
    await mirrorMedia(job, { ...first, receives: 4 }, ports);
    expect(calls.map(({ token }) => token.reveal())).toEqual([receiverToken, 'EAAG-another']);
  });
});

describe('a number whose files go wrong', () => {
  it('is left alone until the next hour, below what Meta bears', async () => {
    const { ports, calls, clock } = world({ answer: refusal(100, 33) });
    for (let number = 0; number < 30; number++) {
      const message = { ...receiver, messageId: `wamid.${number}` };
      const job = voiceNote({ message });
      ports.ledger.add(messageOf(job));
      const result = await mirrorMedia(job, first, ports);
      if (result.outcome !== 'again') throw new Error(`It ended: ${result.outcome}`);
      if (number >= 9) expect(result.waitMs).toBeGreaterThanOrEqual(59 * minuteMs);
    }
    expect(calls).toHaveLength(9);
    clock.nowMs += hourMs;
    const job = voiceNote({ message: { ...receiver, messageId: 'wamid.29' } });
    await mirrorMedia(job, first, ports);
    expect(calls).toHaveLength(10);
  });
});

describe('passing failures', () => {
  it('are tried again later each time, for a day', async () => {
    const { ports, clock } = world({ answer: { kind: 'unsent', problem: 'no connection' } });
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    for (const [receives, shortestMs, longestMs] of [
      [1, 2000, 3000],
      [4, 16_000, 24_000],
      [500, 6 * minuteMs, 10 * minuteMs],
    ] as const) {
      const result = await mirrorMedia(job, { ...first, receives }, ports);
      if (result.outcome !== 'again') throw new Error(`It ended: ${result.outcome}`);
      expect(result.waitMs).toBeGreaterThanOrEqual(shortestMs);
      expect(result.waitMs).toBeLessThanOrEqual(longestMs);
    }
    clock.nowMs += dayMs;
    const ended = await mirrorMedia(job, first, ports);
    expect(ended).toEqual({ outcome: 'failed', reason: 'unavailable' });
  });

  it('wait as long as Meta asks for', async () => {
    const { ports } = world({ answer: refusal(4, undefined, 25 * minuteMs) });
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    const waitMs = 25 * minuteMs;
    expect(await mirrorMedia(job, first, ports)).toEqual({ outcome: 'again', waitMs });
  });

  it('of an old message are those of its job, not of its age', async () => {
    const { ports } = world({ answer: { kind: 'unsent', problem: 'no connection' } });
    const job = voiceNote({ occurredAt: '2026-06-01T10:00:00.000Z' });
    ports.ledger.add(messageOf(job));
    expect(await mirrorMedia(job, first, ports)).toMatchObject({ outcome: 'again' });
  });
});

describe('a batch', () => {
  const received = (id: string, body: string) => {
    const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:media-jobs';
    return { id, receiptHandle: id, queueArn, body, attempt: first };
  };

  it('is worked one by one: what is no job is set aside, what failed comes again', async () => {
    const { ports } = world();
    const job = voiceNote();
    ports.ledger.add(messageOf(job));
    const ledger = {
      find: (number: string, messageId: string) =>
        messageId === 'wamid.2'
          ? Promise.reject(new Error('throttled'))
          : ports.ledger.find(number, messageId),
      replace: ports.ledger.replace.bind(ports.ledger),
    };
    const failing = { ...job, message: { ...job.message, messageId: 'wamid.2' } };
    const bodies = ['{"schemaVersion":2}', 'no JSON', JSON.stringify(failing), JSON.stringify(job)];
    const messages = bodies.map((body, index) => received(String(index), body));
    const { worked, again } = await mirrorJobs(messages, { ...ports, ledger });
    expect(worked.map(({ outcome }) => outcome).sort()).toEqual([
      'malformed',
      'malformed',
      'stored',
    ]);
    expect([...again]).toEqual([['2', 5000]]);
    expect([...ports.raw.objects.keys()]).toEqual([
      expect.stringMatching(/^quarantine\/media\//),
      expect.stringMatching(/^quarantine\/media\//),
    ]);
  });
});
