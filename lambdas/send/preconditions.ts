import { type MetaSays, Problem } from '../../shared/http/problem.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Conversation } from './conversations.port.ts';
import type { MediaOwners } from './media-owner.port.ts';
import { isFreeForm } from './message/free-form.ts';
import type { OutboundMessage } from './message/outbound-message.schema.ts';
import type { Messages } from './messages.port.ts';
import { notFound } from './refusals.ts';

/** The business number that sends. */
interface Sender {
  organizationId: string;
  phoneNumberId: string;
}

const mediaKinds = ['image', 'video', 'audio', 'document', 'sticker'];

/** The media ids in a message, each with its path, wherever its type has them: headers, cards, parameters. */
export function mediaIdsIn(value: unknown, path: string): { id: string; path: string }[] {
  if (Array.isArray(value)) {
    return value.flatMap((inner, index) => mediaIdsIn(inner, `${path}[${index}]`));
  }
  if (!isJsonObject(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([name, inner]) => {
    const innerPath = `${path}.${name}`;
    const id = mediaKinds.includes(name) && isJsonObject(inner) ? inner['id'] : undefined;
    return [
      ...(typeof id === 'string' ? [{ id, path: `${innerPath}.id` }] : []),
      ...mediaIdsIn(inner, innerPath),
    ];
  });
}

/**
 * Refuses media that came to, or were uploaded for, another number: Meta's ids hold for one number.
 * What is not known is left to Meta.
 * @throws Problem `not-found`
 */
export async function assertOwnMedia(
  message: OutboundMessage,
  { organizationId, phoneNumberId }: Sender,
  owners: MediaOwners,
): Promise<void> {
  await Promise.all(
    mediaIdsIn(message, 'message').map(async ({ id, path }) => {
      const owner = await owners.ownerOf(id);
      if (
        owner &&
        (owner.organizationId !== organizationId || owner.phoneNumberId !== phoneNumberId)
      ) {
        throw notFound(path, 'This phone number has no such media.');
      }
    }),
  );
}

/** Source: Meta, "Error codes", 131047. */
const windowClosed: MetaSays = {
  code: 131047,
  title: 'Re-engagement message',
  details:
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
};

/** Tells whether the customer service window is closed for a message: for certain, not only perhaps. */
export function isWindowClosed(
  message: OutboundMessage,
  conversation: Conversation | undefined,
  now: Date,
): boolean {
  const { windowUpTo } = conversation ?? {};
  return windowUpTo !== undefined && Date.parse(windowUpTo) < now.getTime() && isFreeForm(message);
}

/** @throws Problem `window-closed` where Meta would take the message and fail it later */
export function assertWindow(
  message: OutboundMessage,
  conversation: Conversation | undefined,
  now: Date,
): void {
  if (isWindowClosed(message, conversation, now)) {
    throw new Problem('window-closed', {
      detail:
        'The customer wrote more than 24 hours ago, so Meta delivers templates only. Send a template, or wait for the customer to write.',
      meta: windowClosed,
    });
  }
}

/** @throws Problem `recipient-opted-out` where the person has stopped marketing messages */
export function assertMarketingWanted(
  category: string,
  conversation: Conversation | undefined,
): void {
  if (category.toUpperCase() === 'MARKETING' && conversation?.marketing === 'stop') {
    throw new Problem('recipient-opted-out', {
      detail:
        'The customer has stopped marketing messages from this business. Send no marketing template until they resume.',
      meta: {
        code: 131050,
        title: 'User has stopped receiving marketing messages from this business',
      },
    });
  }
}

const reactionDays = 30;

/**
 * Refuses a reaction to what Meta allows none to, where the message is known.
 * Source: Meta, "Reaction messages": not older than 30 days, not itself a reaction.
 * @throws Problem `reaction-target-invalid`, or `not-found` where the message is another organisation's
 */
export async function assertReactionTarget(
  message: OutboundMessage,
  { organizationId, phoneNumberId }: Sender,
  messages: Messages,
  now: Date,
): Promise<void> {
  if (message.type !== 'reaction') {
    return;
  }
  const path = 'message.reaction.message_id';
  const target = await messages.find(phoneNumberId, message.reaction.message_id);
  if (!target) {
    return;
  }
  if (target.organizationId !== organizationId) {
    throw notFound(path, 'This phone number has no such message.');
  }
  const at = target.sent?.acceptedAt ?? target.event?.occurredAt;
  const isOld =
    at !== undefined && now.getTime() - Date.parse(at) > reactionDays * 24 * 60 * 60 * 1000;
  const isReaction = target.sent?.message['type'] === 'reaction';
  if (isOld || isReaction) {
    const detail = isOld
      ? `The message is older than ${reactionDays} days: Meta allows no reaction to it any more.`
      : 'The message is a reaction itself: react to the message that it is about.';
    const meta = { code: 131009, title: 'Parameter value is not valid' };
    throw new Problem('reaction-target-invalid', { detail, problems: [{ path, detail, meta }] });
  }
}
