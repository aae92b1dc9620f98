import type {
  ConversationAddress,
  ConversationLookup,
  KnownConversation,
} from '../../lambdas/inbox/conversation-lookup.port.ts';
import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import { listMessages } from '../../lambdas/inbox/list-messages.ts';
import { readConversation } from '../../lambdas/inbox/read-conversation.ts';
import { republishProgress, requestRepublish } from '../../lambdas/inbox/republish-requests.ts';
import { type ApiMethod, jsonApi } from '../../shared/http/api.ts';
import { MemoryRepublishJobs, MemoryRepublishQueue } from '../fakes/memory-republish-jobs.ts';
import { memoryStoredEvents } from '../fakes/memory-stored-events.ts';

/** An answer, its body parsed. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The reading routes over items in memory. */
export class ReadingWorld implements ConversationLookup {
  readonly items: ItemImage[] = [];
  /** Those that have an item of their own, by id. */
  readonly conversations = new Map<string, KnownConversation>();
  /** Conversation ids by organisation, number, and phone or BSUID. */
  readonly aliases = new Map<string, Pick<KnownConversation, 'conversationId' | 'profile'>>();
  readonly jobs = new MemoryRepublishJobs();
  readonly queue = new MemoryRepublishQueue();
  readonly reported: unknown[] = [];
  now = new Date('2026-11-22T12:00:00.000Z');

  async find(
    organizationId: string,
    address: ConversationAddress,
  ): Promise<KnownConversation | undefined> {
    if ('conversationId' in address) {
      return this.conversations.get(address.conversationId) ?? address;
    }
    const id = 'phone' in address ? address.phone : address.userId;
    const alias = this.aliases.get(`${organizationId} ${address.phoneNumberId} ${id}`);
    return alias && { ...alias, ...this.conversations.get(alias.conversationId) };
  }

  #ports() {
    return {
      conversations: this,
      events: memoryStoredEvents(() => this.items.map((after) => ({ after }))),
      jobs: this.jobs,
      queue: this.queue,
      now: () => this.now,
      report: (error: unknown) => this.reported.push(error),
    };
  }

  conversation(query: Record<string, string>): Promise<Answer> {
    return ask(readConversation(this.#ports()), { queryStringParameters: query });
  }

  messages(query: Record<string, string>): Promise<Answer> {
    return ask(listMessages(this.#ports()), { queryStringParameters: query });
  }

  republish(body: object): Promise<Answer> {
    return ask(requestRepublish(this.#ports()), { body: JSON.stringify(body) });
  }

  progress(query: Record<string, string>): Promise<Answer> {
    return ask(republishProgress(this.#ports()), { queryStringParameters: query });
  }
}

async function ask(method: ApiMethod, event: object): Promise<Answer> {
  const errors: unknown[] = [];
  const api = jsonApi(
    { GET: method },
    { organizationsClaim: undefined, onError: (error) => errors.push(error) },
  );
  const { statusCode, body } = await api({
    requestContext: { http: { method: 'GET' } },
    headers: { 'content-type': 'application/json' },
    ...event,
  });
  if (errors.length > 0) {
    throw errors[0];
  }
  return { status: statusCode, body: JSON.parse(body) };
}
