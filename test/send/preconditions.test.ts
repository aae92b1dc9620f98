import { describe, expect, it } from '@jest/globals';
import type { Conversation } from '../../lambdas/send/conversations.port.ts';
import {
  assertMarketingWanted,
  assertOwnMedia,
  assertReactionTarget,
  isWindowClosed,
  mediaIdsIn,
} from '../../lambdas/send/preconditions.ts';
import { Problem } from '../../shared/http/problem.ts';
import { MemoryMediaOwners, MemoryMessages } from '../fakes/memory-messages.ts';
import { customer, requestOf, sender } from './send-world.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const group = { recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' };
const person = { to: customer };
const text = { type: 'text', text: { body: 'hi' } };

function messageOf(message: object) {
  return requestOf(message).message;
}

function template(components: object[]) {
  return messageOf({
    ...person,
    type: 'template',
    template: { name: 'a', language: { code: 'en' }, components },
  });
}

function header(kind: string, id: string) {
  return { type: 'header', parameters: [{ type: kind, [kind]: { id } }] };
}

async function problemOf(work: Promise<void>): Promise<Problem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Problem) {
      return error;
    }
    throw error;
  }
}

describe('media ids', () => {
  it.each(['image', 'video', 'audio', 'document', 'sticker'])('of %s', (type) => {
    const message = messageOf({ ...person, type, [type]: { id: '700' } });
    expect(mediaIdsIn(message, 'message')).toEqual([{ id: '700', path: `message.${type}.id` }]);
  });

  it('are none in a link', () => {
    const image = { link: 'https://example.com/a.png' };
    expect(mediaIdsIn(messageOf({ ...person, type: 'image', image }), 'message')).toEqual([]);
  });

  it('of the header of an interactive message, and none of its buttons', () => {
    const message = messageOf({
      ...person,
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'image', image: { id: '700' } },
        body: { text: 'Choose' },
        action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
      },
    });
    expect(mediaIdsIn(message, 'message')).toEqual([
      { id: '700', path: 'message.interactive.header.image.id' },
    ]);
  });

  it('of the headers of a template and of its cards', () => {
    const cards = ['701', '702'].map((id, index) => ({
      card_index: index,
      components: [header('video', id)],
    }));
    const message = template([header('document', '700'), { type: 'carousel', cards }]);
    const path = 'message.template.components';
    expect(mediaIdsIn(message, 'message')).toEqual([
      { id: '700', path: `${path}[0].parameters[0].document.id` },
      { id: '701', path: `${path}[1].cards[0].components[0].parameters[0].video.id` },
      { id: '702', path: `${path}[1].cards[1].components[0].parameters[0].video.id` },
    ]);
  });

  it('one that is another organisation’s is not found, wherever it stands', async () => {
    const owners = new MemoryMediaOwners();
    owners.put('700', sender);
    owners.put('701', { organizationId: 'org-2', phoneNumberId: sender.phoneNumberId });
    const cards = ['700', '701', '702'].map((id, index) => ({
      card_index: index,
      components: [header('image', id)],
    }));
    const message = template([{ type: 'carousel', cards }]);
    expect(await problemOf(assertOwnMedia(message, sender, owners))).toMatchObject({
      code: 'not-found',
      details: {
        problems: [
          { path: 'message.template.components[0].cards[1].components[0].parameters[0].image.id' },
        ],
      },
    });
  });
});

describe('the customer service window', () => {
  const closed: Conversation = { conversationId: 'c', windowUpTo: '2026-11-22T09:59:59.999Z' };
  const button = {
    type: 'button',
    body: { text: 'Choose' },
    action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
  };

  it.each<[string, object, boolean]>([
    ['a text', { ...person, ...text }, true],
    ['an image', { ...person, type: 'image', image: { id: '700' } }, true],
    [
      'a reaction',
      { ...person, type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } },
      true,
    ],
    ['buttons', { ...person, type: 'interactive', interactive: button }, true],
    ['a text sent directly', { ...person, ...text, category: 'utility' }, false],
    [
      'buttons sent directly',
      { ...person, type: 'interactive', interactive: button, category: 'utility' },
      false,
    ],
    ['a text in a group', { ...group, ...text }, false],
    [
      'a template',
      { ...person, type: 'template', template: { name: 'a', language: { code: 'en' } } },
      false,
    ],
  ])('that is closed for certain, for %s', (_name, message, isClosed) => {
    expect(isWindowClosed(messageOf(message), closed, now)).toBe(isClosed);
  });

  it.each<[string, Conversation | undefined]>([
    ['that ends now', { conversationId: 'c', windowUpTo: now.toISOString() }],
    ['that nobody knows of', { conversationId: 'c' }],
    ['of somebody who has never written', undefined],
  ])('%s is not closed', (_name, conversation) => {
    expect(isWindowClosed(messageOf({ ...person, ...text }), conversation, now)).toBe(false);
  });
});

describe('marketing', () => {
  const stopped: Conversation = { conversationId: 'c', marketing: 'stop' };

  it.each(['MARKETING', 'marketing'])('is not for who has stopped it: %s', (category) => {
    expect(() => assertMarketingWanted(category, stopped)).toThrow(Problem);
  });

  it.each<[string, Conversation | undefined]>([
    ['UTILITY', stopped],
    ['AUTHENTICATION', stopped],
    ['SOMETHING_NEW', stopped],
    ['MARKETING', { conversationId: 'c', marketing: 'resume' }],
    ['MARKETING', { conversationId: 'c' }],
    ['MARKETING', undefined],
  ])('%s to %j is taken', (category, conversation) => {
    expect(() => assertMarketingWanted(category, conversation)).not.toThrow();
  });
});

describe('the message that is reacted to', () => {
  const dayMs = 24 * 60 * 60 * 1000;

  async function reactTo(message: { type: string }, ageMs: number) {
    const messages = new MemoryMessages();
    const acceptedAt = new Date(now.getTime() - ageMs).toISOString();
    await messages.recordSent({
      ...{ ...sender, messageId: 'wamid.x', sendId: 'x', acceptedAt, message },
    });
    const reaction = messageOf({
      ...{ ...person, type: 'reaction' },
      reaction: { message_id: 'wamid.x', emoji: '👍' },
    });
    return problemOf(assertReactionTarget(reaction, sender, messages, now));
  }

  it('may be 30 days old', async () => {
    expect(await reactTo(text, 30 * dayMs)).toBeUndefined();
  });

  it.each<[string, { type: string }, number]>([
    ['older than 30 days', text, 30 * dayMs + 1],
    ['a reaction', { type: 'reaction' }, 0],
  ])('may not be %s', async (_name, message, ageMs) => {
    expect(await reactTo(message, ageMs)).toMatchObject({
      code: 'reaction-target-invalid',
      details: { problems: [{ path: 'message.reaction.message_id', meta: { code: 131009 } }] },
    });
  });

  it('is looked for among the messages of the number alone', async () => {
    const messages = new MemoryMessages();
    messages.put('another number', 'wamid.x', { organizationId: 'org-2', statuses: [] });
    const reaction = messageOf({
      ...{ ...person, type: 'reaction' },
      reaction: { message_id: 'wamid.x', emoji: '👍' },
    });
    expect(await problemOf(assertReactionTarget(reaction, sender, messages, now))).toBeUndefined();
  });
});
