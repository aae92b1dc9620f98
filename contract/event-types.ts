import type { InboxEvent } from '../shared/events/inbox-event.schema.ts';

/** What a type of event is for, and where its example comes from. */
export interface EventType {
  /** Meta's webhook field or type, or what of ours it comes from. */
  from: string;
  /** When it comes, and what an inbox does with it. */
  text: string;
  /** A webhook of the tests that becomes it; of our own events an example. */
  example: { fixture: string } | { event: object };
}

const at = '2026-11-22T10:00:04.120Z';
const number = { wabaId: '102290129340398', phoneNumberId: '106540352242922' };
const wamid = 'wamid.HBgMOTY2NTAwMDAwMDAxFQIAEhgUM0EwMjY2RThCQzc5MTc1RUE0N0YA';
const own = {
  occurredAt: at,
  organizationId: 'north',
  ...number,
  conversationId: 'conversation 1',
};

/** Every type of event, in the order of the documents. */
export const eventTypes: Readonly<Record<InboxEvent['type'], EventType>> = {
  'message.received': {
    from: '`messages`: text, image, video, document, audio, sticker, location, contacts, interactive, button, order, request_welcome, unsupported, unknown',
    text: 'A customer has written. Show `message` by its `type`; show types that you do not know as such.',
    example: { fixture: 'text' },
  },
  'message.reaction': {
    from: '`messages` and echoes of type `reaction`',
    text: 'A reaction to a message, or a reaction taken back. The latest one of each side counts.',
    example: { fixture: 'reaction' },
  },
  'message.status': {
    from: '`statuses` of `messages`',
    text: "Something became of a message of the business's. Show `status`: it is already merged, so that a late `sent` hides no `read`.",
    example: { fixture: 'status-of-a-send' },
  },
  'send.updated': {
    from: 'our sends',
    text: 'A send was queued, or came to an end. `sendId` is that of the answer to the send.',
    example: {
      event: {
        ...own,
        sendId: 'dID3OSD2SiL8Gg1NuzxqNmP56b2GX_ubE_7eXCqN5U4',
        clientReference: 'ticket-7',
        status: 'accepted',
        messageId: wamid,
      },
    },
  },
  'message.edited': {
    from: '`messages` and echoes of type `edit`',
    text: 'A message has new content. It may come before the message itself, and for one that is not known.',
    example: { fixture: 'edit-text' },
  },
  'message.revoked': {
    from: '`messages` and echoes of type `revoke`',
    text: 'A message was deleted for everybody. It may come before the message itself.',
    example: { fixture: 'revoke' },
  },
  'message.echoed': {
    from: '`smb_message_echoes`, `message_echoes`',
    text: "Somebody has written to a customer in the business's phone app. Show it as sent; it opens no window, and no bot should answer.",
    example: { fixture: 'echo-text' },
  },
  'message.observed': {
    from: '`standby`',
    text: 'A copy of a message of a thread that somebody else owns. Record it, never answer it.',
    example: { fixture: 'standby-message' },
  },
  'message.imported': {
    from: '`history`',
    text: 'A message from before the number was connected. Store it silently. In the history queue.',
    example: { fixture: 'history-chunk' },
  },
  'history.progress': {
    from: '`history`',
    text: 'How far the import is, or that it was declined or failed. In the history queue.',
    example: { fixture: 'history-chunk' },
  },
  'contact.changed': {
    from: '`system` messages, `user_id_update`, `smb_app_state_sync`, profiles that differ',
    text: 'A person has another number, user id, device or profile, or an entry in the address book. The conversation stays the same.',
    example: { fixture: 'system-changed-number' },
  },
  'contact.erased': {
    from: 'ours',
    text: 'Everything that was stored of a conversation is erased, as POST `/whatsapp-erasure` has asked. Erase what you have of it. Somebody who writes again gets a new conversation.',
    example: {
      event: { occurredAt: at, organizationId: 'north', conversationId: 'conversation 1' },
    },
  },
  'preference.updated': {
    from: '`user_preferences`',
    text: 'A customer has stopped or resumed marketing messages. Templates of that category are refused meanwhile.',
    example: { fixture: 'preference-stop' },
  },
  'conversation.handover': {
    from: '`messaging_handovers`, `conversation_context`',
    text: 'A thread was passed on or taken, or an assistant has summed it up.',
    example: { fixture: 'handover-control-passed' },
  },
  'conversion.tracked': {
    from: '`automatic_events`, `user_actions`',
    text: 'A lead, a purchase or a click that Meta has noticed.',
    example: { fixture: 'conversion-lead' },
  },
  'call.updated': {
    from: '`calls`',
    text: 'A step or a status of a call. A missed call of a customer opens a window.',
    example: { fixture: 'call-missed' },
  },
  'group.updated': {
    from: '`group_*`',
    text: 'A group, its participants or its settings have changed.',
    example: { fixture: 'group-participants-added-by-link' },
  },
  'payment.updated': {
    from: '`statuses` of type `payment`',
    text: 'A status of a payment.',
    example: { fixture: 'payment-pending' },
  },
  'template.updated': {
    from: '`message_template_*`, `template_*`',
    text: 'Status, quality, category or components of a template have changed. GET `/whatsapp-get-templates` has it whole.',
    example: { fixture: 'template-paused' },
  },
  'number.updated': {
    from: '`phone_number_*`, `business_username_*`, `account_settings_update`, errors that belong to no message',
    text: 'Name, quality, limit, username or settings of a number have changed.',
    example: { fixture: 'number-quality-flagged' },
  },
  'account.updated': {
    from: '`account_*`, `business_capability_update`, `security`, `partner_solutions`, `payment_configuration_update`',
    text: 'Something about the account: a restriction, a review, a ban, a partner.',
    example: { fixture: 'account-restriction' },
  },
  'flow.updated': {
    from: '`flows`',
    text: 'Status, errors or latency of a flow.',
    example: { fixture: 'flow-status-change' },
  },
  'media.stored': {
    from: 'ours',
    text: "A message's file can be fetched: GET `/whatsapp-media` gives a link to it.",
    example: {
      event: {
        ...own,
        messageId: wamid,
        kind: 'image',
        mimeType: 'image/jpeg',
        sizeBytes: 9437,
        sha256: '9efd6bcb22c86c97f550cd50588a4ef993044f8a1d50be958269e9baf01bb740',
      },
    },
  },
  'media.failed': {
    from: 'ours',
    text: "A message's file will not come, unless somebody asks again: POST `/whatsapp-media/retry`.",
    example: { event: { ...own, messageId: wamid, kind: 'video', reason: 'too-large' } },
  },
  'transcript.ready': {
    from: 'ours',
    text: 'What a voice note says. A later revision stands beside the earlier ones: show the latest.',
    example: {
      event: {
        ...own,
        messageId: wamid,
        revision: 0,
        text: 'Is my order ready?',
        language: 'en-US',
        confidence: 0.97,
        lowConfidence: false,
        durationMs: 2340,
        words: `/whatsapp-media?organizationId=north&phoneNumberId=106540352242922&messageId=${wamid}&part=words&revision=0`,
      },
    },
  },
  'transcript.failed': {
    from: 'ours',
    text: 'There is no transcript. POST `/whatsapp-media/transcribe` asks for another one.',
    example: { event: { ...own, messageId: wamid, revision: 0, reason: 'no-speech' } },
  },
  'connection.updated': {
    from: 'ours',
    text: 'A connection has made a step, works, works in part, or was taken apart. Show `whatToDo` to an admin.',
    example: {
      event: {
        occurredAt: at,
        organizationId: 'north',
        wabaId: number.wabaId,
        state: 'connecting',
        step: 'register',
        reason: 'pin-mismatch',
        whatToDo:
          'The number has two-step verification with another PIN. Resume with "pin", or turn it off in WhatsApp Manager.',
      },
    },
  },
  'webhook.unrecognised': {
    from: 'anything else',
    text: 'Meta has sent something that this service does not know, or that is not what it promises. Count it; the operator can read the raw element.',
    example: { fixture: 'flow-without-event' },
  },
};
