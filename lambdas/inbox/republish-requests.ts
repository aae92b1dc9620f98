import { randomUUID } from 'node:crypto';
import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { JobQueue, Jobs } from './jobs.port.ts';
import { type ConversationPorts, ownConversation } from './own-conversation.ts';
import type { RepublishJob, RepublishMessage, RepublishRange } from './republish-job.schema.ts';
import {
  endOfRange,
  type RepublishAnswer,
  type RepublishRequest,
  republishQuerySchema,
  republishRequestSchema,
} from './republish-request.schema.ts';

/** What asking for events again needs from outside. */
export interface RepublishRequestPorts extends ConversationPorts {
  jobs: Pick<Jobs<RepublishJob>, 'create' | 'find'>;
  queue: JobQueue<RepublishMessage>;
  now(): Date;
}

/** POST `/whatsapp-republish`: events again, under the ids that they had. Each request is a job of its own. */
export function requestRepublish(ports: RepublishRequestPorts): ApiMethod {
  return apiMethod({
    input: { body: republishRequestSchema },
    async handle(request) {
      const { jobs, queue, now } = ports;
      const { organizationId } = request;
      const at = now().toISOString();
      const job: RepublishJob = {
        ...{ republishId: randomUUID(), organizationId },
        range: await rangeOf(request, ports),
        ...{ status: 'queued', published: 0, skipped: 0, createdAt: at, updatedAt: at },
      };
      await jobs.create(job);
      // Without it the job lies there and nothing is done; the caller is not told of it and asks again.
      await queue.send({ schemaVersion: 1, organizationId, republishId: job.republishId });
      return { status: 202, body: answerOf(job) };
    },
  });
}

/** GET `/whatsapp-republish`: how far a job has come. */
export function republishProgress({ jobs }: Pick<RepublishRequestPorts, 'jobs'>): ApiMethod {
  return apiMethod({
    input: { query: republishQuerySchema },
    async handle({ organizationId, republishId }) {
      const stored = await jobs.find(organizationId, republishId);
      if (!stored) {
        throw new Problem('not-found', {
          detail: 'This organisation has asked for no such thing in the last 30 days.',
          problems: [{ path: 'republishId', detail: 'is not known' }],
        });
      }
      return { status: 200, body: answerOf(stored.job) };
    },
  });
}

/** @throws Problem `not-found` where the conversation is not the organisation's */
async function rangeOf(
  { organizationId, conversationId, from, to }: RepublishRequest,
  ports: RepublishRequestPorts,
): Promise<RepublishRange> {
  if (from !== undefined) {
    return { by: 'time', from, to: to ?? endOfRange(from, ports.now()) };
  }
  const address = { conversationId: conversationId ?? '' };
  await ownConversation(organizationId, address, ports);
  return { by: 'conversation', ...address };
}

function answerOf({ range, cursor, ...job }: RepublishJob): RepublishAnswer {
  const { by, ...what } = range;
  return { ...job, ...what };
}
