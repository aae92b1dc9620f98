import { describe, expect, it } from '@jest/globals';
import { workRepublish } from '../../lambdas/inbox/republish.ts';
import type { RepublishMessage } from '../../lambdas/inbox/republish-job.schema.ts';
import { republishProgress, requestRepublish } from '../../lambdas/inbox/republish-requests.ts';
import { jsonApi } from '../../shared/http/api.ts';
import { MemoryOutgoingQueues } from '../fakes/memory-queues.ts';
import { MemoryRepublishJobs, MemoryRepublishQueue } from '../fakes/memory-republish-jobs.ts';
import { memoryStoredEvents } from '../fakes/memory-stored-events.ts';
import { everyPlan, type FaultPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam, Invocation } from '../pipeline/faults.ts';
import { at, own, received } from './items.ts';

const { organizationId, conversationId } = own;

const items = [1, 2, 3].map((minute) => received(`wamid.${minute}`, minute));

const ranges: Readonly<Record<string, object>> = {
  'by time': { from: at(0), to: at(9) },
  'by conversation': { conversationId },
};

class World {
  readonly seam: FaultSeam;
  readonly jobs = new MemoryRepublishJobs();
  readonly queue = new MemoryRepublishQueue();
  readonly queues = new MemoryOutgoingQueues();

  constructor(plan: FaultPlan) {
    this.seam = new FaultSeam(plan);
  }

  #ports(invocation: Invocation) {
    const events = invocation.through(memoryStoredEvents(() => items.map((after) => ({ after }))));
    const lookup = { find: async () => ({ conversationId }) };
    return {
      ...{ events, people: events, conversations: invocation.through(lookup) },
      jobs: invocation.through(this.jobs),
      queue: invocation.through(this.queue),
      queues: invocation.through(this.queues),
      now: () => new Date(at(30)),
      ...{ hasTime: () => true, pause: async () => {}, report: () => {} },
    };
  }

  /** Asks again until it is answered. @returns the body */
  async ask(method: 'GET' | 'POST', event: object): Promise<Record<string, unknown>> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const invocation = new Invocation(this.seam);
      const ports = this.#ports(invocation);
      const api = jsonApi(
        { POST: requestRepublish(ports), GET: republishProgress(ports) },
        { organizationsClaim: undefined, onError: () => {} },
      );
      const { statusCode, body } = await api({
        requestContext: { http: { method } },
        headers: { 'content-type': 'application/json' },
        ...event,
      });
      if (statusCode < 300 && !invocation.crashed) return JSON.parse(body);
    }
    throw new Error('Never answered');
  }

  /** As its queue does: again until it is done. */
  async work(message: RepublishMessage): Promise<void> {
    for (let receives = 1; receives < 4; receives++) {
      const invocation = new Invocation(this.seam);
      const outcome = await workRepublish(message, this.#ports(invocation)).catch(() => 'again');
      if (outcome === 'done' && !invocation.crashed) return;
    }
    throw new Error('The job never ends');
  }
}

describe.each(Object.entries(ranges))('events again %s', (_name, range) => {
  it('one fault at every call there is: all are told', async () => {
    await everyPlan(async (plan) => {
      const world = new World(plan);
      const body = JSON.stringify({ organizationId, ...range });
      const { republishId } = await world.ask('POST', { body });
      for (const message of world.queue.messages) await world.work(message);
      const queryStringParameters = { organizationId, republishId };
      const job = await world.ask('GET', { queryStringParameters });
      expect(job).toMatchObject({ status: 'done', published: items.length, skipped: 0 });
      // SQS drops what has the same deduplication id: of each job every event is queued once.
      const ids = new Set(world.queues.received.map(({ deduplicationId }) => deduplicationId));
      expect(ids.size).toBe(items.length * world.queue.messages.length);
      return world.seam.calls;
    }, 1);
  });
});
