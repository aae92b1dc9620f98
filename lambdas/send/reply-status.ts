import type { Credentials } from '../../shared/credentials/credential.port.ts';
import type { StatusEntry } from '../../shared/events/message-item.ts';
import { mergedStatus, timestampsOf } from '../../shared/events/status-merge.ts';
import type { Graph } from '../../shared/graph/graph.port.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import { sendStatusOf } from '../../shared/sends/send-event.ts';
import type { SendLedger } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { markRead } from './cloud-api.ts';
import type { MessageItem, Messages } from './messages.port.ts';
import {
  answerOf,
  assertConnected,
  noteDeadToken,
  notFound,
  openToken,
  ownNumber,
} from './refusals.ts';
import type { MarkReadRequest, ReplyStatusQuery } from './reply-status.schema.ts';

/** What reply status needs from outside. */
export interface ReplyStatusPorts {
  ledger: SendLedger;
  messages: Messages;
  routes: RouteTable;
  credentials: Credentials;
  graph: Graph;
  now(): Date;
  report(error: unknown): void;
}

/** Where a send stands, and every status that Meta has reported of it. */
export interface ReplyStatus {
  sendId?: string | undefined;
  clientReference?: string | undefined;
  messageId?: string | undefined;
  phoneNumberId: string;
  /** The merged status of the message; before Meta has reported one, that of the send. */
  status: string;
  /** Where the send itself stands; absent where the message was not sent through this system. */
  send?: { status: string; at: string } | undefined;
  timestamps: ReturnType<typeof timestampsOf>;
  /** In Meta's order of time. */
  history: Omit<StatusEntry, 'sendId' | 'clientReference' | 'orderKey'>[];
  error?: SendRecord['error'];
}

/** Sends by one kind of id, and which of the ids nobody knows. */
export interface ReplyStatuses {
  data: ReplyStatus[];
  notFound: string[];
}

/**
 * Tells where sends stand.
 * @throws Problem `not-found` where none of them is known
 */
export async function replyStatuses(
  query: ReplyStatusQuery,
  ports: ReplyStatusPorts,
): Promise<ReplyStatuses> {
  const { organizationId, sendId, clientReference, messageId, phoneNumberId = '' } = query;
  const asked = [
    { name: 'sendId', ids: sendId, read: (id: string) => bySend(organizationId, id, ports) },
    {
      name: 'clientReference',
      ids: clientReference,
      read: (id: string) => byReference(organizationId, id, ports),
    },
    {
      name: 'messageId',
      ids: messageId,
      read: (id: string) => byMessage(organizationId, phoneNumberId, id, ports),
    },
  ];
  const found = await Promise.all(
    asked.flatMap(({ ids = [], read }) =>
      [...new Set(ids)].map(async (id) => ({ id, statuses: await read(id) })),
    ),
  );
  const data = found.flatMap(({ statuses }) => statuses);
  if (data.length === 0) {
    const name = asked.find(({ ids }) => ids !== undefined)?.name ?? '';
    throw notFound(name, 'This organisation has sent nothing under this id in the last 30 days.');
  }
  return {
    data,
    notFound: found.filter(({ statuses }) => statuses.length === 0).map(({ id }) => id),
  };
}

async function bySend(
  organizationId: string,
  sendId: string,
  { ledger, messages }: ReplyStatusPorts,
): Promise<ReplyStatus[]> {
  const stored = await ledger.find(organizationId, sendId);
  if (!stored) {
    return [];
  }
  const { record } = stored;
  const { phoneNumberId, messageId } = record;
  const item = messageId === undefined ? undefined : await messages.find(phoneNumberId, messageId);
  return [replyStatus(record, item)];
}

async function byReference(
  organizationId: string,
  clientReference: string,
  ports: ReplyStatusPorts,
): Promise<ReplyStatus[]> {
  const sendIds = await ports.ledger.byClientReference(organizationId, clientReference);
  const found = await Promise.all(sendIds.map((id) => bySend(organizationId, id, ports)));
  return found.flat();
}

async function byMessage(
  organizationId: string,
  phoneNumberId: string,
  messageId: string,
  { ledger, messages }: ReplyStatusPorts,
): Promise<ReplyStatus[]> {
  const item = await messages.find(phoneNumberId, messageId);
  if (item?.organizationId !== organizationId) {
    return [];
  }
  const { sent, statuses } = item;
  const sendId = sent?.sendId ?? statuses.find((entry) => entry.sendId !== undefined)?.sendId;
  const stored = sendId === undefined ? undefined : await ledger.find(organizationId, sendId);
  // An inbound message has no status to tell of.
  return stored || sent || statuses.length > 0
    ? [{ ...replyStatus(stored?.record, item), sendId, messageId, phoneNumberId }]
    : [];
}

function replyStatus(record: SendRecord | undefined, item: MessageItem | undefined): ReplyStatus {
  const statuses = [...(item?.statuses ?? [])].sort((one, other) =>
    one.orderKey < other.orderKey ? -1 : 1,
  );
  const failed = statuses.find(({ error }) => error !== undefined);
  const status = mergedStatus(statuses) ?? statuses.at(-1)?.status;
  return {
    sendId: record?.sendId,
    clientReference: record?.clientReference ?? item?.sent?.clientReference,
    messageId: record?.messageId,
    phoneNumberId: record?.phoneNumberId ?? '',
    status: status ?? (record ? sendStatusOf(record.state) : 'accepted'),
    send: record && { status: sendStatusOf(record.state), at: record.stateAt },
    timestamps: timestampsOf(statuses),
    history: statuses.map(({ sendId, clientReference, orderKey, ...entry }) => entry),
    error: record?.error ?? failed?.error,
  };
}

/**
 * Marks a customer's message as read, and shows that somebody is typing. Repeating it does no harm.
 * @throws Problem
 */
export async function markMessageRead(
  { organizationId, phoneNumberId, messageId, typing = false }: MarkReadRequest,
  ports: Omit<ReplyStatusPorts, 'ledger' | 'messages'>,
): Promise<void> {
  const { routes, credentials, graph, report } = ports;
  const { wabaId } = await ownNumber(routes, organizationId, phoneNumberId);
  const credential = assertConnected(await credentials.find(organizationId, wabaId));
  const token = await openToken(credentials, credential, report);
  const answer = await markRead(graph, { phoneNumberId, messageId, typing }, token);
  await noteDeadToken(answer, credential, ports);
  answerOf(answer);
}
