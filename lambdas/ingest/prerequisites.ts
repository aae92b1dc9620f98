import pLimit from 'p-limit';
import type { ConnectionOwner } from '../../shared/connections/connection.schema.ts';
import {
  afterChange,
  type ConnectionChange,
  connectionChange,
} from '../../shared/connections/connection-change.ts';
import type { Connections } from '../../shared/connections/connections.port.ts';
import { isJsonObject } from '../../shared/json.ts';
import { acceptByStatus, type StatusOfSend } from '../../shared/sends/accept-by-status.ts';
import type { SendLedger } from '../../shared/sends/send-ledger.port.ts';
import type { Draft, EventBody } from './interpret/interpretation.ts';
import { windowFrom } from './interpret/message.ts';
import type { NumberConversation, ReceivedMedia, SendFacts } from './send-facts.port.ts';
import {
  type Located,
  placeOf,
  type Reading,
  type RoutedFacts,
  type StorePorts,
} from './store-interpretation.ts';

/** What has to be written before an event or a status is: whoever has seen that finds this. */
export type Prerequisite =
  | { kind: 'window'; conversation: NumberConversation; expiresAt: string }
  | {
      kind: 'marketing';
      conversation: NumberConversation;
      marketing: { value: string; at: string };
    }
  | { kind: 'template'; wabaId: string }
  | { kind: 'media'; media: ReceivedMedia }
  | { kind: 'connection'; owner: ConnectionOwner; change: ConnectionChange; at: string }
  | { kind: 'acceptance'; status: Omit<StatusOfSend, 'at'> };

/** What fulfilling needs from outside. */
export interface PrerequisitePorts {
  sendFacts: SendFacts;
  sends: Pick<SendLedger, 'find' | 'replace'>;
  connections: Pick<Connections, 'change'>;
  now(): Date;
}

type Lookup = Pick<StorePorts, 'conversationOf'>;

/** Sends that are settled at once: as many as one request reads. */
const concurrentAcceptances = 100;

/** What has to be written before a reading is stored. */
export async function prerequisitesOf(
  { interpretation, facts }: Reading,
  ports: Lookup,
): Promise<Prerequisite[]> {
  switch (interpretation.kind) {
    case 'events': {
      const each = interpretation.drafts.map((draft) => ofEvent(draft, facts, ports));
      return (await Promise.all(each)).flat();
    }
    case 'statuses':
      return interpretation.drafts.flatMap(({ entry: { sendId }, messageId }) => {
        const { organizationId, phoneNumberId = '' } = facts;
        return sendId === undefined
          ? []
          : [
              {
                kind: 'acceptance',
                status: { organizationId, phoneNumberId, sendId, messageId },
              },
            ];
      });
    case 'unrecognised': {
      const { origin } = interpretation;
      const { change, collection } = facts;
      return origin && change.field === 'messages' && collection === 'messages'
        ? windowAfter(origin, facts, ports)
        : [];
    }
    case 'quarantined':
      return [];
  }
}

async function ofEvent(draft: Draft, facts: RoutedFacts, ports: Lookup): Promise<Prerequisite[]> {
  const { body } = draft;
  switch (body.type) {
    case 'message.received':
      return [...(await windowAfter(draft, facts, ports)), ...mediaIn(body, facts)];
    case 'message.echoed':
      return mediaIn(body, facts);
    case 'message.reaction':
    case 'message.edited':
    case 'message.revoked':
      return body.direction === 'inbound' ? windowAfter(draft, facts, ports) : [];
    case 'call.updated':
      return body.window ? windowAfter(draft, facts, ports) : [];
    case 'preference.updated':
      return marketingWord(body, draft, facts, ports);
    case 'account.updated':
      return accountNews(body, draft, facts, ports);
    case 'template.updated': {
      const { wabaId } = (await placeOf(draft, facts, ports)).place;
      return wabaId === undefined ? [] : [{ kind: 'template', wabaId }];
    }
    default:
      return [];
  }
}

/**
 * Whatever a customer does may open a window: it is taken for closed only where that is certain.
 * Source: Meta, "Send messages", Customer service windows: 24 hours from the last message or call.
 */
async function windowAfter(
  located: Located,
  facts: RoutedFacts,
  ports: Lookup,
): Promise<Prerequisite[]> {
  const conversation = await numberConversation(located, facts, ports);
  const { expiresAt } = windowFrom(Date.parse(located.occurredAt));
  return conversation ? [{ kind: 'window', conversation, expiresAt }] : [];
}

/** What becomes of the connection itself. */
async function accountNews(
  body: Extract<EventBody, { type: 'account.updated' }>,
  draft: Draft,
  facts: RoutedFacts,
  ports: Lookup,
): Promise<Prerequisite[]> {
  const change = connectionChange(body);
  const { organizationId, wabaId } = (await placeOf(draft, facts, ports)).place;
  return change && wabaId !== undefined
    ? [{ kind: 'connection', owner: { organizationId, wabaId }, change, at: draft.occurredAt }]
    : [];
}

/** What a person says of marketing messages. Source: Meta, Webhooks reference, user_preferences. */
async function marketingWord(
  { category, value }: Extract<EventBody, { type: 'preference.updated' }>,
  draft: Draft,
  facts: RoutedFacts,
  ports: Lookup,
): Promise<Prerequisite[]> {
  if (category !== 'marketing_messages' || !['stop', 'resume'].includes(value)) {
    return [];
  }
  const conversation = await numberConversation(draft, facts, ports);
  return conversation
    ? [{ kind: 'marketing', conversation, marketing: { value, at: draft.occurredAt } }]
    : [];
}

async function numberConversation(
  located: Located,
  facts: RoutedFacts,
  ports: Lookup,
): Promise<NumberConversation | undefined> {
  const { conversationId, organizationId, phoneNumberId } = (await placeOf(located, facts, ports))
    .place;
  return conversationId === undefined || phoneNumberId === undefined
    ? undefined
    : { conversationId, organizationId, phoneNumberId };
}

function mediaIn(
  { media, message }: Extract<EventBody, { type: 'message.received' | 'message.echoed' }>,
  { organizationId, phoneNumberId = '' }: RoutedFacts,
): Prerequisite[] {
  const file = media ? message[String(message['type'])] : undefined;
  const mediaId = isJsonObject(file) ? file['id'] : undefined;
  return typeof mediaId === 'string'
    ? [{ kind: 'media', media: { mediaId, organizationId, phoneNumberId } }]
    : [];
}

/**
 * Fulfils the prerequisites of one queue message, each once however many need it; of a conversation's
 * windows the one that ends last stands for all.
 */
export function fulfilment(
  all: readonly Prerequisite[],
  ports: PrerequisitePorts,
): (prerequisite: Prerequisite) => Promise<void> {
  const windows = latestWindows(all);
  const limit = pLimit(concurrentAcceptances);
  const started = new Map<string, Promise<void>>();

  function fulfil(prerequisite: Prerequisite): Promise<void> {
    const { sendFacts, sends, connections, now } = ports;
    switch (prerequisite.kind) {
      case 'window':
        return sendFacts.openWindow(prerequisite.conversation, prerequisite.expiresAt);
      case 'marketing':
        return sendFacts.recordMarketing(prerequisite.conversation, prerequisite.marketing);
      case 'template':
        return sendFacts.noteTemplateChange(prerequisite.wabaId);
      case 'media':
        return sendFacts.claimMedia(prerequisite.media);
      case 'connection': {
        const { owner, change, at } = prerequisite;
        return connections
          .change(owner, (record) => afterChange(record, change, at))
          .then(() => {});
      }
      case 'acceptance':
        return limit(() =>
          acceptByStatus({ ...prerequisite.status, at: now().toISOString() }, sends),
        );
    }
  }

  return (prerequisite) => {
    const wanted =
      prerequisite.kind === 'window'
        ? (windows.get(prerequisite.conversation.conversationId) ?? prerequisite)
        : prerequisite;
    const key = JSON.stringify(wanted);
    const fulfilled = started.get(key) ?? fulfil(wanted);
    started.set(key, fulfilled);
    return fulfilled;
  };
}

function latestWindows(all: readonly Prerequisite[]): Map<string, Prerequisite> {
  const sorted = all
    .filter((each) => each.kind === 'window')
    .sort((one, other) => (one.expiresAt < other.expiresAt ? -1 : 1));
  return new Map(sorted.map((each) => [each.conversation.conversationId, each]));
}
