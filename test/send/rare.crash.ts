import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { outgoingMedia } from '../../lambdas/send/media/outgoing-media.ts';
import { markMessageRead } from '../../lambdas/send/reply-status.ts';
import type { SendRequest } from '../../lambdas/send/send-request.schema.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { uploadKey } from '../../shared/media/upload-item.schema.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendState } from '../../shared/sends/send-record.schema.ts';
import {
  MemoryMediaFiles,
  MemoryMediaUpload,
  MemoryMetaMedia,
  MemoryUploads,
} from '../fakes/memory-outgoing-media.ts';
import { everyPlan, type FaultPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { violations } from './invariants.ts';
import {
  customer,
  refused,
  requestOf,
  type Scenario,
  SendWorld,
  sender,
  textRequest,
} from './send-world.ts';

const { organizationId } = sender;
const key = 'key-1';
const leftKey = 'key-0';

/** A send that leads to calls that few others lead to. */
interface Rare extends Scenario {
  request?: SendRequest;
  /** How much later than the request it is delivered, in ms. */
  lateMs?: number;
  /** What Meta answers to a file. */
  uploadAnswer?: GraphAnswer;
  /** Meta says that its limits are nearly reached. */
  isBusy?: boolean;
  /** Makes what was there before. */
  prepare?(world: SendWorld): Promise<unknown>;
}

const uploaded = { organizationId, uploadId: 'u1', mimeType: 'application/pdf', sizeBytes: 3 };
const at = '2026-11-22T10:00:00.000Z';
const stored = { state: 'STORED', revision: 0, at, kind: 'document', key: 'media/1' } as const;

const files = {
  uploads: new MemoryUploads(() => new Date(at)),
  received: {
    find: async () => ({
      organizationId,
      record: { ...stored, mimeType: uploaded.mimeType, sizeBytes: 3, sha256: 'ab' },
    }),
  },
  files: new MemoryMediaFiles(),
};

/** A send of before that was left in this state. */
function left(state: SendState): Rare {
  return {
    async prepare({ ledger }) {
      const sendId = sendIdOf(organizationId, leftKey);
      await ledger.create({
        ...{ sendId, ...sender, requestHash: 'hash', laneKey: 'lane', lane: 'agent', state },
        ...{ attempts: 1, holdsLane: true, createdAt: at, stateAt: at, sendBy: at, settleAt: at },
      });
    },
  };
}

const document = { to: customer, type: 'document' };

const scenarios: Readonly<Record<string, Rare>> = {
  'media by their id': { request: requestOf({ ...document, document: { id: '12345' } }) },
  'an upload': { request: requestOf(document, { media: { uploadId: 'u1' } }) },
  'an upload with a dead token': {
    request: requestOf(document, { media: { uploadId: 'u1' } }),
    uploadAnswer: refused(190),
  },
  'a file that was received': { request: requestOf(document, { media: { messageId: 'wamid.0' } }) },
  'a reaction': {
    request: requestOf({
      ...{ to: customer, type: 'reaction' },
      reaction: { message_id: 'wamid.0', emoji: '👍' },
    }),
  },
  'a dead token': { reactions: [190] },
  'a dead token, queued': { delivery: 'queued', reactions: [190] },
  'a busy number, queued': { delivery: 'queued', isBusy: true },
  'what no function reads': {
    prepare: async ({ queue }) =>
      queue.messages.push({ lane: 'agent', laneKey: 'lane', body: '{' }),
  },
  'too late, queued': {
    request: textRequest({ delivery: 'queued', expiresAt: '2026-11-22T10:01:00.000Z' }),
    lateMs: 120_000,
  },
  'one after a message was marked as read': {
    async prepare(world) {
      const read = { ...sender, messageId: 'wamid.0' };
      const mark = () => markMessageRead(read, world.ports());
      await mark().catch(mark);
    },
  },
  'two callers at once': { delays: [0, 3] },
  ...Object.fromEntries(
    (['PENDING', 'DISPATCHED', 'UNKNOWN'] as const).map((state) => [`one ${state}`, left(state)]),
  ),
};

/** Chance is the same in every run: what goes wrong with a plan goes wrong again. */
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

/** A world in which also the calls pass the seam that other suites leave out. */
async function worldOf(rare: Rare, plan: FaultPlan): Promise<SendWorld> {
  const { prepare, isBusy, uploadAnswer, ...scenario } = rare;
  const metaMedia = new MemoryMetaMedia();
  const upload = new MemoryMediaUpload();
  upload.answer = uploadAnswer;
  const world = new SendWorld(scenario, new FaultSeam(plan), (ports, invocation) => ({
    routes: invocation.through(ports.routes),
    graph: {
      call: async (call) => ({
        ...(await ports.graph.call(call)),
        ...(isBusy ? { usage: { percent: 95, regainAccessMs: 0 } } : {}),
      }),
    },
    outgoingMedia: invocation.through(
      outgoingMedia({
        uploads: invocation.through(files.uploads),
        received: invocation.through(files.received),
        files: invocation.through(files.files),
        metaMedia: invocation.through(metaMedia),
        upload: invocation.through(upload),
        credentials: ports.credentials,
        toVoiceMessage: async () => ({ ok: false, problem: 'no sound' }),
        now: ports.now,
        report: ports.report,
      }),
    ),
  }));
  await files.uploads.create({ ...uploaded, createdAt: at });
  files.files.objects.set(uploadKey(uploaded), Buffer.from('pdf'));
  files.files.objects.set(stored.key, Buffer.from('pdf'));
  await prepare?.(world);
  return world;
}

describe.each(Object.entries(scenarios))('%s', (_name, rare) => {
  it('one fault at every call there is: handed over once at most, and told how it ended', async () => {
    const { delivery, delays = [0], lateMs = 0 } = rare;
    const request = rare.request ?? textRequest(delivery ? { delivery } : {});
    await everyPlan(async (plan) => {
      const world = await worldOf(rare, plan);
      await Promise.all(delays.map((turns) => late(turns, world, request)));
      world.advance(lateMs);
      await world.quiesce();
      const wrong = [...(await violations(world, key)), ...(await violations(world, leftKey))];
      expect({ plan: [...plan], wrong }).toEqual({ plan: [...plan], wrong: [] });
      return world.seam.calls;
    }, 1);
  });
});

async function late(turns: number, world: SendWorld, request: SendRequest): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  await world.persist(request, key);
}
