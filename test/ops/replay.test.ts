import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { archiveDone } from '../../lambdas/ingest/archive.ts';
import type { Change } from '../../lambdas/ingest/change.ts';
import { pack } from '../../lambdas/ingest/pack.ts';
import { splitChanges } from '../../lambdas/ingest/split.ts';
import { unpack } from '../../lambdas/ingest/unpack.ts';
import type { WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import {
  archivedObjects,
  type ReplayChoice,
  type ReplayOptions,
  replay,
  stillGathered,
} from '../../ops/replay-archive.ts';
import { readReplayOptions } from '../../ops/replay-options.ts';
import { MemoryArchive } from '../fakes/memory-archive.ts';
import { MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySetAsideObjects } from '../fakes/memory-set-aside-objects.ts';
import { MemoryTable } from '../fakes/memory-table.ts';

const north = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };
const south = { organizationId: 'south', wabaId: '1002', phoneNumberId: '2002' };

const day = { from: new Date('2026-11-22T00:00:00Z'), to: new Date('2026-11-23T00:00:00Z') };
const now = () => new Date('2026-11-22T23:00:00Z');

/** An archive, and the queue that is replayed to. */
class World {
  readonly objects = new MemorySetAsideObjects();
  readonly stream = new MemoryArchive(this.objects);
  readonly routes = new MemoryTable([north, south]);
  readonly queue = new MemoryWebhookQueue();
  readonly pauses: number[] = [];

  /** Archives changes as `normalise` does, each message alone. */
  async archive(
    changes: readonly Change[],
    { receivedAt, at = receivedAt }: { receivedAt: string; at?: string },
  ) {
    for (const bundle of splitChanges(changes, receivedAt)) {
      const { body } = await pack(bundle, this.objects);
      await this.archiveBody(body, at);
    }
  }

  async archiveBody(body: string, at: string): Promise<void> {
    const report = (error: unknown) => {
      throw error;
    };
    this.stream.now = new Date(at);
    const ports = { archive: this.stream, now: () => new Date(at), report };
    await archiveDone([{ messageId: body, body, messageAttributes: {} }], [], ports);
  }

  async replay(
    choice: Partial<ReplayChoice> = {},
    options: Partial<ReplayOptions> & { queue?: WebhookQueue } = {},
  ) {
    await this.stream.flush();
    const chosen = { ...day, ...choice };
    const ports = {
      ...{ objects: this.objects, routes: this.routes, queue: options.queue ?? this.queue, now },
      pause: async (ms: number) => this.pauses.push(ms),
    };
    return replay(await archivedObjects(chosen, ports), chosen, ports, {
      ...{ execute: true, rate: 100, signal: new AbortController().signal },
      onProgress: () => undefined,
      ...options,
    });
  }

  async queuedChanges(): Promise<Change[]> {
    const all = this.queue.messages.map(({ body }) => unpack(body, this.objects));
    return (await Promise.all(all)).flatMap(({ changes }) => changes);
  }
}

function textFor(
  { wabaId, phoneNumberId }: { wabaId: string; phoneNumberId: string },
  id: string,
  body = 'مرحبا',
): Change {
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const value = {
    metadata,
    messages: [{ id, from: '966500000001', type: 'text', text: { body } }],
  };
  return { entryId: wabaId, field: 'messages', position: 0, value };
}

const at = (time: string) => ({ receivedAt: `2026-11-22T${time}.000Z` });

describe('a replay', () => {
  it('queues exactly the changes that were archived, in groups of their own', async () => {
    const change = fc.record({
      number: fc.constantFrom(north, south),
      id: fc.uuid(),
      body: fc.oneof(
        { arbitrary: fc.string({ unit: 'binary' }), weight: 9 },
        {
          arbitrary: fc.constant(200_000).map((size) => randomBytes(size).toString('base64')),
          weight: 1,
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (drawn) => {
        const world = new World();
        const changes = drawn.map(({ number, id, body }) => textFor(number, id, body));
        await world.archive(changes, at('10:00:00'));
        await world.replay();
        const inOrder = (all: readonly Change[]) => all.map((each) => JSON.stringify(each)).sort();
        expect(inOrder(await world.queuedChanges())).toEqual(inOrder(changes));
        for (const { groupId, archived } of world.queue.messages) {
          expect(groupId).toMatch(/^[\w-]{43}$/);
          expect(archived).toBe(true);
        }
      }),
      { numRuns: 10 },
    );
  });

  it.each<[Partial<ReplayChoice>, string[]]>([
    [{}, ['a', 'b', 'c', 'account']],
    [{ from: new Date('2026-11-22T11:00:00Z') }, ['b', 'c', 'account']],
    [{ from: new Date('2026-11-22T11:00:00Z'), to: new Date('2026-11-22T11:30:00Z') }, ['b']],
    [{ organizationId: 'south' }, ['c', 'account']],
    [{ organizationId: 'nobody' }, []],
    [{ phoneNumberId: '2001' }, ['a', 'b']],
    [{ messageId: 'b' }, ['b']],
  ])('of %j queues %j', async (choice, expected) => {
    const world = new World();
    const account = { ...textFor(south, ''), field: 'account_update', value: { event: 'account' } };
    await world.archive([textFor(north, 'a')], at('10:59:59'));
    await world.archive([textFor(north, 'b')], at('11:00:00'));
    await world.archive([textFor(south, 'c')], at('11:30:00'));
    await world.archive([account], at('12:00:00'));
    expect(await world.replay(choice)).toEqual({ queued: expected.length, kept: new Map() });
    const found = (await world.queuedChanges()).map(
      ({ value }) => /"(?:id|event)":"(\w+)"/.exec(JSON.stringify(value))?.[1],
    );
    expect(found).toEqual(expected);
  });

  it('says what it leaves out', async () => {
    const world = new World();
    await world.archive([textFor({ ...north, phoneNumberId: '9999' }, 'a')], at('10:00:00'));
    await world.archive([textFor(north, 'b')], {
      receivedAt: '2026-10-24T10:00:00.000Z',
      at: '2026-11-22T10:00:00.000Z',
    });
    await world.archiveBody('{"schemaVersion":1,"objectKey":"oversize/gone"}', '2026-11-22T10:00Z');
    await world.archiveBody('{}', '2026-11-22T10:00Z');
    const { queued, kept } = await world.replay();
    expect(queued).toBe(0);
    expect([...kept.values()]).toEqual([1, 1, 1, 1]);
    const reasons = [...kept.keys()].join();
    for (const reason of ['nobody has', 'than 29 days', 'has expired', 'no messages']) {
      expect(reasons).toContain(reason);
    }
    expect(world.queue.messages).toEqual([]);
  });

  it('changes nothing without being told to', async () => {
    const world = new World();
    await world.archive([textFor(north, 'a')], at('10:00:00'));
    await world.stream.flush();
    const before = [...world.objects.objects.keys()];
    expect(await world.replay({}, { execute: false })).toMatchObject({ queued: 1 });
    expect(world.queue.messages).toEqual([]);
    expect([...world.objects.objects.keys()]).toEqual(before);
    expect(world.pauses).toEqual([]);
  });

  it('keeps to its rate', async () => {
    const world = new World();
    for (let minute = 10; minute < 40; minute++) {
      await world.archive([textFor(north, `a${minute}`)], at(`10:${minute}:00`));
    }
    await world.replay({}, { rate: 2 });
    expect(world.pauses).toEqual([12_500, 2_500]);
  });

  it.each(['is interrupted', 'fails'])('goes on where it %s', async (how) => {
    const world = new World();
    const ids = Array.from({ length: 45 }, (_, index) => `a${index + 10}`);
    for (const id of ids) {
      await world.archive([textFor(north, id)], at(`10:${id.slice(1)}:00`));
    }
    const stopping = new AbortController();
    const queue: WebhookQueue = {
      async send(messages) {
        if (world.queue.messages.length > 0) throw new Error('down');
        await world.queue.send(messages);
      },
    };
    const first = await world.replay(
      {},
      how === 'fails' ? { queue } : { signal: stopping.signal, onProgress: () => stopping.abort() },
    );
    // The sixth object has what came from 10:35 on, but for what it took to arrive.
    expect(first).toMatchObject({ queued: 25, resumeFrom: new Date('2026-11-22T10:34:00Z') });
    expect('failure' in first).toBe(how === 'fails');
    const second = await world.replay({ from: first.resumeFrom ?? day.to });
    expect(second).toEqual({ queued: 21, kept: new Map() });
    const queued = JSON.stringify(await world.queuedChanges());
    const queuedIds = [...queued.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
    expect([...new Set(queuedIds)]).toEqual(ids);
  });

  it('finds what stands in an object that began before, or right after', async () => {
    const world = new World();
    const hour = { from: new Date('2026-11-22T11:00:00Z'), to: new Date('2026-11-22T12:00:00Z') };
    for (const time of ['10:56:00', '11:00:00', '11:59:59', '12:00:00']) {
      await world.archive([textFor(north, time)], at(time));
    }
    expect(await world.replay(hour)).toMatchObject({ queued: 2 });
    expect(JSON.stringify(await world.queuedChanges())).toMatch(/11:00:00.*11:59:59/);
  });

  it('says what may still be missing, and when it will not be', () => {
    const missing = (to: string) =>
      stillGathered({ from: day.from, to: new Date(to) }, new Date('2026-11-22T11:00:00Z'));
    expect(missing('2026-11-22T10:54:00Z')).toBeUndefined();
    expect(missing('2026-11-22T10:55:00Z')).toEqual({
      since: new Date('2026-11-22T10:54:00Z'),
      readyAt: new Date('2026-11-22T11:01:00Z'),
    });
    expect(missing('2026-11-23T00:00:00Z')).toMatchObject({
      readyAt: new Date('2026-11-22T11:06:00Z'),
    });
  });
});

describe('the options of a replay', () => {
  const read = (options: object) => readReplayOptions({ rate: '100', ...options }, now());

  it('mean the last 24 hours, and nothing done, unless they say otherwise', () => {
    const from = new Date('2026-11-21T23:00:00Z');
    expect(read({})).toMatchObject({ choice: { from, to: now() }, rate: 100, execute: false });
    expect(read({ to: '2026-11-22', execute: true })).toMatchObject({
      choice: { from: new Date('2026-11-21'), to: new Date('2026-11-22') },
      execute: true,
    });
  });

  it.each([
    [{ from: 'yesterday' }, /^--from must be a time such as/],
    [{ to: '2026-11-22T10:00' }, /^--to must be a time such as/],
    [{ from: '2026-11-22', to: '2026-11-21' }, /^--from must be before --to/],
    [{ from: '2026-10-24' }, /^--from must be within the last 29 days/],
    [{ organization: 'a b' }, /^--organization must be/],
    [{ number: '+966' }, /^--number must be a phone number id/],
    [{ message: '' }, /^--message must be a wamid/],
    [{ rate: '0' }, /^--rate must be 1 to 10000/],
    [{ rate: 'fast' }, /^--rate must be 1 to 10000/],
    [{ dryRun: true, execute: true }, /^Either --dry-run or --execute/],
  ])('are refused as %j', (options, message) => {
    expect(() => read(options)).toThrow(message);
  });
});
