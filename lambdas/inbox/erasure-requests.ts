import { randomUUID } from 'node:crypto';
import type { Connections } from '../../shared/connections/connections.port.ts';
import { aliasKey } from '../../shared/conversations/alias-key.ts';
import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { ErasureData } from './erasure-data.port.ts';
import type { ErasureJob, ErasureMessage, ErasureTarget } from './erasure-job.schema.ts';
import { remainsOf } from './erasure-remains.ts';
import {
  type ErasedContact,
  type ErasureAnswer,
  type ErasureRequest,
  erasureQuerySchema,
  erasureRequestSchema,
} from './erasure-request.schema.ts';
import type { JobQueue, Jobs } from './jobs.port.ts';
import { type ConversationPorts, ownConversation } from './own-conversation.ts';

/** What asking for an erasure needs from outside. */
export interface ErasureRequestPorts extends ConversationPorts {
  erasures: Pick<Jobs<ErasureJob>, 'create' | 'find'>;
  erasureData: Pick<ErasureData, 'conversationOf' | 'eraseAlias'>;
  erasureQueue: JobQueue<ErasureMessage>;
  connections: Pick<Connections, 'list'>;
  now(): Date;
}

const pageConnections = 100;

/** POST `/whatsapp-erasure`: from its answer on nothing of the past comes in any more; the rest follows. */
export function requestErasure(ports: ErasureRequestPorts): ApiMethod {
  return apiMethod({
    input: { body: erasureRequestSchema },
    async handle(request) {
      const { erasures, erasureData, erasureQueue, now } = ports;
      const { organizationId } = request;
      const target = await targetOf(request, ports);
      const at = now().toISOString();
      const erasureId = randomUUID();
      const job: ErasureJob = {
        ...{ erasureId, organizationId, target, status: 'requested', erasedAt: at, updatedAt: at },
        counts: { conversations: 0, messages: 0, sends: 0, files: 0 },
      };
      await erasures.create(job);
      // Before the tombstones: who asks again because this failed has to find the conversations once more.
      await erasureQueue.send({ schemaVersion: 1, organizationId, erasureId });
      if (target.kind === 'contact') {
        const { aliasKeys, conversationIds } = target;
        await Promise.all(aliasKeys.map((key) => erasureData.eraseAlias(key, conversationIds, at)));
      }
      return { status: 202, body: answerOf(job) };
    },
  });
}

/** GET `/whatsapp-erasure`: how far an erasure has come. */
export function erasureProgress({ erasures }: Pick<ErasureRequestPorts, 'erasures'>): ApiMethod {
  return apiMethod({
    input: { query: erasureQuerySchema },
    async handle({ organizationId, erasureId }) {
      const stored = await erasures.find(organizationId, erasureId);
      if (!stored) {
        throw new Problem('not-found', {
          detail: 'This organisation has asked for no such erasure in the last 100 days.',
          problems: [{ path: 'erasureId', detail: 'is not known' }],
        });
      }
      return { status: 200, body: answerOf(stored.job) };
    },
  });
}

/** @throws Problem `not-found`, or `still-connected` */
async function targetOf(
  { organizationId, contact }: ErasureRequest,
  ports: ErasureRequestPorts,
): Promise<ErasureTarget> {
  const connections = await connectionsOf(organizationId, ports);
  if (contact) {
    const numbers = connections.flatMap((connection) => connection.numbers);
    const known = [...new Set(numbers.map(({ phoneNumberId }) => phoneNumberId))];
    return contactTarget(organizationId, contact, known, ports);
  }
  if (connections.some(({ state }) => state !== 'disconnected')) {
    throw new Problem('still-connected', {
      detail: 'Disconnect every WhatsApp Business Account of the organisation first.',
    });
  }
  return { kind: 'organization', wabaIds: connections.map(({ wabaId }) => wabaId) };
}

async function contactTarget(
  organizationId: string,
  { conversationId, phoneNumberId, phone, userId }: ErasedContact,
  numbers: readonly string[],
  ports: ErasureRequestPorts,
): Promise<ErasureTarget> {
  if (conversationId !== undefined) {
    await ownConversation(organizationId, { conversationId }, ports);
    return { kind: 'contact', aliasKeys: [], conversationIds: [conversationId] };
  }
  const aliasKeys = (phoneNumberId === undefined ? numbers : [phoneNumberId]).map((number) =>
    phone === undefined
      ? aliasKey(organizationId, number, 'user', userId ?? '')
      : aliasKey(organizationId, number, 'phone', phone.replace('+', '')),
  );
  if (aliasKeys.length === 0) {
    throw new Problem('not-found', {
      detail: 'This organisation has no business number.',
      problems: [{ path: 'contact', detail: 'has written to none' }],
    });
  }
  const found = await Promise.all(aliasKeys.map(ports.erasureData.conversationOf));
  const conversationIds = [...new Set(found.filter((id) => id !== undefined))];
  return { kind: 'contact', aliasKeys, conversationIds };
}

async function connectionsOf(
  organizationId: string,
  { connections }: Pick<ErasureRequestPorts, 'connections'>,
) {
  const all: Awaited<ReturnType<Connections['list']>>['connections'] = [];
  let after: string | undefined;
  do {
    const page = await connections.list(organizationId, { after, limit: pageConnections });
    all.push(...page.connections);
    after = page.next;
  } while (after !== undefined);
  return all;
}

function answerOf(job: ErasureJob): ErasureAnswer {
  const { organizationId, erasureId, status, counts, erasedAt, updatedAt, doneAt } = job;
  return {
    ...{ organizationId, erasureId, status, counts },
    remains: remainsOf(job),
    ...{ requestedAt: erasedAt, updatedAt },
    ...(doneAt === undefined ? {} : { doneAt }),
  };
}
