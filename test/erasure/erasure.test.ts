import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { aliasKey } from '../../shared/conversations/alias-key.ts';
import { hash } from '../../shared/hash.ts';
import { callbackDataOf } from '../../shared/sends/send-id.ts';
import type { TableItem } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { type ErasureWorld, openErasureWorld } from './erasure-world.ts';

const organizationId = 'north';
const phoneNumberId = '2001';
const wabaId = '1001';
const number = { organizationId, wabaId, phoneNumberId };

/** Somebody who writes. */
interface Person {
  /** Makes every text of theirs their own. */
  mark: string;
  phone?: string | undefined;
  userId?: string | undefined;
  kinds: readonly Kind[];
  by: 'phone' | 'userId' | 'conversationId';
  /** Whose voice note it is, where it is not their own. */
  sound?: string;
}

const kinds = ['text', 'image', 'voice', 'reaction', 'hologram', 'sent', 'preference'] as const;
type Kind = (typeof kinds)[number];

const people: fc.Arbitrary<Person[]> = fc
  .array(
    fc.record({
      has: fc.constantFrom('phone', 'userId', 'both'),
      kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
      by: fc.constantFrom('first', 'conversationId'),
    }),
    { minLength: 220, maxLength: 220 },
  )
  .map((drafts) =>
    drafts.map(({ has, kinds, by }, index) => ({
      mark: `mark${index}x`,
      kinds,
      ...(has === 'userId' ? {} : { phone: `9665${String(10_000_000 + index)}` }),
      ...(has === 'phone' ? {} : { userId: `SA.9${String(10_000_000 + index)}` }),
      by: by === 'conversationId' ? by : has === 'userId' ? 'userId' : 'phone',
    })),
  );

let world: ErasureWorld;

const atOnce = pLimit(20);

let engines: Engines;

beforeAll(async () => {
  engines = await startEngines();
}, 60_000);

afterAll(() => engines.stop());

beforeEach(async () => {
  world = await openErasureWorld(engines, [number]);
});

const seconds = (iso: string) => String(Math.floor(Date.parse(iso) / 1000));

function webhook(field: string, value: object): unknown {
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: wabaId, time: Number(seconds(world.now().toISOString())), changes: [change] }],
  };
}

function contactOf({ mark, phone, userId }: Person) {
  return { profile: { name: `Name ${mark}` }, wa_id: phone, user_id: userId };
}

function messageId({ mark }: Person, index: number): string {
  return `wamid.${mark}${index}`;
}

function sendIdOf(person: Person, index: number): string {
  return hash(person.mark, String(index));
}

function statusOf(person: Person, index: number, status: string): unknown {
  const { phone, userId } = person;
  const ids = { recipient_id: phone, recipient_user_id: userId };
  const sendId = sendIdOf(person, index);
  const send = { biz_opaque_callback_data: callbackDataOf({ sendId }) };
  const timestamp = seconds(world.now().toISOString());
  return webhook('messages', {
    contacts: [contactOf(person)],
    statuses: [{ id: messageId(person, index), status, timestamp, ...ids, ...send }],
  });
}

/** What Meta tells of one thing that somebody does. */
function webhookOf(person: Person, kind: Kind, index: number): unknown {
  const { mark, phone, userId, sound } = person;
  const timestamp = seconds(world.now().toISOString());
  const common = { id: messageId(person, index), timestamp, from: phone, from_user_id: userId };
  const sha256 = Buffer.from(`sha of ${mark}`).toString('base64');
  const of = (content: object) =>
    webhook('messages', {
      contacts: [contactOf(person)],
      messages: [{ ...common, ...content }],
    });
  switch (kind) {
    case 'text':
      return of({ type: 'text', text: { body: `Text of ${mark}` } });
    case 'image':
      return of({ type: 'image', image: { id: `10${mark}${index}`, mime_type: 'image/jpeg' } });
    case 'voice': {
      const audio = {
        id: `20${sound ?? `${mark}${index}`}-${mark}`,
        mime_type: 'audio/ogg',
        voice: true,
      };
      return of({ type: 'audio', audio });
    }
    case 'reaction':
      return of({ type: 'reaction', reaction: { message_id: `wamid.${mark}r`, emoji: '👍' } });
    case 'hologram':
      return of({ type: 'hologram', hologram: { is: `Hologram of ${mark} ${sha256}` } });
    case 'sent':
      return statusOf(person, index, 'sent');
    case 'preference':
      return webhook('user_preferences', {
        contacts: [contactOf(person)],
        user_preferences: [
          {
            ...{ wa_id: phone, user_id: userId, detail: `Detail of ${mark}`, timestamp },
            ...{ category: 'marketing_messages', value: 'stop' },
          },
        ],
      });
  }
}

/** What a send has sent. */
function sentBy(person: Person, index: number, conversationId: string) {
  const ids = { ...number, sendId: sendIdOf(person, index), conversationId };
  return {
    ...{ ...ids, messageId: messageId(person, index), acceptedAt: world.now().toISOString() },
    message: { to: person.phone, type: 'text', text: { body: `Answer to ${person.mark}` } },
  };
}

/** A message that the business sends to somebody it knows. */
async function send(person: Person, index: number, conversationId: string): Promise<void> {
  const at = world.now().toISOString();
  const sendId = sendIdOf(person, index);
  const ids = { ...number, sendId, conversationId, clientReference: `reference ${person.mark}` };
  const laneKey = `lane-${person.mark}`;
  const times = { createdAt: at, stateAt: at, sendBy: at };
  await world.sends.create({
    ...{ ...ids, requestHash: `hash of ${person.mark}`, lane: 'agent', laneKey, ...times },
    ...{ state: 'PENDING', holdsLane: true, attempts: 0, settleAt: at },
  });
  await world.messages.recordSent(sentBy(person, index, conversationId));
}

async function conversationOf({ phone, userId }: Person): Promise<string> {
  const key =
    phone === undefined
      ? aliasKey(organizationId, phoneNumberId, 'user', userId ?? '')
      : aliasKey(organizationId, phoneNumberId, 'phone', phone);
  return (await world.data.conversationOf(key)) ?? '';
}

async function workJobs(): Promise<void> {
  for (const queueName of ['mediaJobs', 'transcribeJobs']) {
    const jobs = (await world.jobs()).filter((each) => each.queueName === queueName);
    await Promise.all(jobs.map((each) => atOnce(() => world.work(each))));
  }
}

/** Every item and object, as text by its key; but for what is only counted, by month. */
async function everything(): Promise<Map<string, string>> {
  const items = (await world.items()).filter(({ pk }) => !pk?.S?.startsWith('USAGE#'));
  return new Map([
    ...items.map((item): [string, string] => [
      `${item['pk']?.S} ${item['sk']?.S}`,
      JSON.stringify(Object.entries(item).sort()),
    ]),
    ...(await world.objects()),
  ]);
}

function isTombstone(item: TableItem): boolean {
  return Object.keys(item).sort().join() === 'erasedAt,expiresAt,pk,sk';
}

/** Lets people do what they do, and everything be worked that follows. @returns the webhooks of it */
async function live(people: readonly Person[]): Promise<unknown[]> {
  const webhooks = await Promise.all(
    people.map((person) =>
      atOnce(async () => {
        const each = person.kinds.map((kind, index) => webhookOf(person, kind, index));
        for (const one of each) {
          await world.post(one);
        }
        const sentAt = person.kinds.indexOf('sent');
        if (sentAt >= 0) {
          await send(person, sentAt, await conversationOf(person));
        }
        return each;
      }),
    ),
  );
  await workJobs();
  await world.endTranscriptions();
  return webhooks.flat();
}

/** Asks for an erasure. @returns its id */
async function ask(person: Person): Promise<string> {
  const contact =
    person.by === 'conversationId'
      ? { conversationId: await conversationOf(person) }
      : { phoneNumberId, [person.by]: person[person.by] };
  const { status, body } = await world.call('POST', { organizationId, contact });
  expect({ status, state: body['status'] }).toEqual({ status: 202, state: 'requested' });
  return String(body['erasureId']);
}

/** Works all erasures until they are done. */
async function eraseAll(): Promise<void> {
  let waiting = world.queued.splice(0);
  for (let pass = 0; waiting.length > 0; pass++) {
    expect(pass).toBeLessThan(6);
    const again: typeof waiting = [];
    await Promise.all(
      waiting.map((message) =>
        atOnce(async () => {
          if ((await world.erase(message)) !== undefined) {
            again.push(message);
          }
        }),
      ),
    );
    waiting = again;
    world.advance(901_000);
  }
}

/** What is another than before, or new. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => before.get(name) !== after.get(name));
}

describe('an erasure of 200 people', () => {
  it('leaves nothing of them, nothing comes back, and nobody else is touched', async () => {
    await fc.assert(
      fc.asyncProperty(people, async (everybody) => {
        const [erased, others] = [everybody.slice(0, 200), everybody.slice(200)];
        await live(others);
        const ofOthers = await everything();
        const webhooks = await live(erased);
        const jobs = await world.jobs();
        const conversations = await Promise.all(erased.map(conversationOf));
        const marks = erased.flatMap(({ mark, phone, userId }, index) =>
          [mark, phone, userId, conversations[index]].filter((one) => one !== undefined),
        );
        const namesSomebody = (text: string) => marks.some((mark) => text.includes(mark));
        const found = [...(await everything())].filter(([, text]) => namesSomebody(text));
        expect(found.length).toBeGreaterThan(500);

        world.advance(60_000);
        const erasures = await Promise.all(erased.map((person) => atOnce(() => ask(person))));
        await eraseAll();
        for (const erasureId of erasures) {
          const { body } = await world.call('GET', { organizationId, erasureId });
          expect(body).toMatchObject({ status: 'done', counts: { conversations: 1 } });
        }

        const after = await everything();
        const isNews = ([, text]: [string, string]) => text.includes('contact.erased');
        const left = [...after].filter((entry) => !isNews(entry) && namesSomebody(entry.join(' ')));
        expect(left).toEqual([]);
        expect([...after].filter(isNews)).toHaveLength(200);
        expect([...ofOthers].filter(([name, text]) => after.get(name) !== text)).toEqual([]);
        const items = new Map(
          (await world.items()).map((item) => [`${item['pk']?.S} ${item['sk']?.S}`, item]),
        );
        const strange = changed(ofOthers, after).filter((name) => {
          const item = items.get(name);
          return !(/^(ERASURE|SEND|EVENT)#/.test(name) || (item && isTombstone(item)));
        });
        expect(strange).toEqual([]);

        await Promise.all(webhooks.map((one) => atOnce(() => world.post(one))));
        for (const person of erased) {
          for (const [index, kind] of person.kinds.entries()) {
            if (kind === 'sent') {
              await world.post(statusOf(person, index, 'read'));
              const conversationId = conversations[erased.indexOf(person)] ?? '';
              await world.messages.recordSent(sentBy(person, index, conversationId));
            }
          }
        }
        await Promise.all(jobs.map((each) => atOnce(() => world.work(each))));
        await world.endTranscriptions();
        expect(changed(after, await everything())).toEqual([]);
      }),
      { numRuns: 1, endOnFailure: true },
    );
  }, 120_000);
});

/** Somebody with everything that can lie somewhere. */
function someone(mark: string, by: Person['by'] = 'phone'): Person {
  const digits = String(hash(mark).charCodeAt(0) + 1000);
  return { mark, phone: `96650000${digits}`, userId: `SA.1000${digits}`, kinds, by };
}

async function marksLeft(...marks: readonly string[]): Promise<string[]> {
  return [...(await everything())]
    .filter(([, text]) => !text.includes('contact.erased'))
    .filter((entry) => marks.some((mark) => entry.join(' ').includes(mark)))
    .map(([name]) => name);
}

describe('somebody who is erased', () => {
  it('is not told of by what was under way then', async () => {
    const person = someone('Aisha');
    await live([person]);
    const conversationId = await conversationOf(person);
    const [job] = (await world.jobs()).filter(({ queueName }) => queueName === 'mediaJobs');
    const late = webhookOf({ ...person, kinds: ['text'] }, 'text', 99);
    world.advance(1000);
    await ask(person);
    const [message] = world.queued;
    expect(message && (await world.erase(message))).toBe(900_000);
    expect(await marksLeft('Aisha')).toEqual([]);

    // What had begun before ends now: a file that was streaming, and an event whose conversation was read.
    await world.lateWrites(job, conversationId, 'wamid.late of Aisha');
    expect(await marksLeft('Aisha', conversationId)).not.toEqual([]);
    await eraseAll();
    expect(await marksLeft('Aisha', conversationId)).toEqual([]);
    const keys = [...(await everything()).keys()];
    expect(keys.filter((key) => /^(media|transcripts|ERASING)/.test(key))).toEqual([]);
    await world.post(late);
    expect(await marksLeft('Aisha')).toEqual([]);
  });

  it('gets a new conversation by writing again, in which nothing of the old one turns up', async () => {
    const person = someone('Badr');
    const [text] = await live([person]);
    const old = await conversationOf(person);
    world.advance(2000);
    await ask(person);
    await eraseAll();
    await world.post(webhookOf(person, 'text', 50));
    const fresh = await conversationOf(person);
    expect(fresh).not.toBe('');
    expect(fresh).not.toBe(old);

    const before = await everything();
    await world.post(text);
    await world.post(statusOf(person, kinds.indexOf('sent'), 'read'));
    expect(changed(before, await everything())).toEqual([]);
    const { items } = await world.events.ofConversation(fresh, { limit: 10, newestFirst: true });
    expect(items.map(({ image }) => image['event'])).toEqual([
      expect.stringContaining(messageId(person, 50)),
    ]);
  });

  it('goes on being erased where time ran out', async () => {
    const person = someone('Dana', 'conversationId');
    await live([person]);
    await ask(person);
    const [message] = world.queued;
    let steps = 0;
    for (let left = 1; steps < 30; steps++) {
      left = 1 + (steps % 3);
      const waitMs = message && (await world.erase(message, () => left-- > 0));
      if (waitMs === undefined) {
        break;
      }
      world.advance(waitMs);
    }
    expect(steps).toBeGreaterThan(3);
    expect(steps).toBeLessThan(30);
    expect(await marksLeft('Dana')).toEqual([]);
  });

  it('leaves somebody the words of the voice note that both have sent', async () => {
    const [one, other] = [someone('Eman'), someone('Fahd')];
    await live([
      { ...one, kinds: ['voice'], sound: 'same' },
      { ...other, kinds: ['voice'], sound: 'same' },
    ]);
    const words = (all: ReadonlyMap<string, string>) =>
      [...all.keys()].filter((key) => key.startsWith('transcripts/'));
    const both = words(await everything());
    expect(both).toHaveLength(1);
    await ask(one);
    await eraseAll();
    expect(words(await everything())).toEqual(both);
    await ask(other);
    await eraseAll();
    expect(words(await everything())).toEqual([]);
  });

  it('waits for Transcribe, and leaves none of its words', async () => {
    const person = { ...someone('Ghada'), kinds: ['voice'] as const };
    await world.post(webhookOf(person, 'voice', 0));
    await workJobs();
    await ask(person);
    const [message] = world.queued;
    for (let pass = 0; pass < 3; pass++) {
      const waitMs = (message && (await world.erase(message))) ?? 0;
      expect(waitMs).toBeGreaterThan(0);
      world.advance(waitMs);
    }
    await world.endTranscriptions();
    await eraseAll();
    const left = [...(await everything()).keys()];
    expect(left.filter((key) => /^(media|transcripts|TRANSCR|NOTED|ERASING)/.test(key))).toEqual(
      [],
    );
  });
});

describe('an erasure is refused', () => {
  it.each([
    ['nobody', {}, 400],
    ['two ids of one person', { contact: { phone: '+966500000001', userId: 'SA.1' } }, 400],
    ['all, without saying so twice', { all: true }, 400],
    ['all of another', { all: true, confirm: 'south' }, 400],
    ['a conversation that is not known', { contact: { conversationId: 'unknown' } }, 404],
    ['a phone, where there is no number', { contact: { phone: '+966500000001' } }, 404],
  ])('%s', async (_what, input, expected) => {
    const { status } = await world.call('POST', { organizationId, ...input });
    expect(status).toBe(expected);
    expect(world.queued).toEqual([]);
  });

  it('somebody else’s conversation', async () => {
    const person = someone('Huda');
    await live([person]);
    const contact = { conversationId: await conversationOf(person) };
    const { status } = await world.call('POST', { organizationId: 'south', contact });
    expect(status).toBe(404);
  });
});

describe('an organisation', () => {
  it('is erased once it is disconnected, with all that it has', async () => {
    const persons = [someone('Iman'), someone('Jaber'), someone('Khalid')];
    await live(persons);
    await world.connect('active');
    const asked = { organizationId, all: true, confirm: organizationId };
    expect(await world.call('POST', asked)).toMatchObject({
      status: 409,
      body: { code: 'still-connected' },
    });
    const token = { organizationId, tokenId: 'id', name: 'client', createdAt: 'now' };
    await world.graphTokens.add(token, 'a secret');
    await world.connect('disconnected');
    expect(await world.call('POST', asked)).toMatchObject({ status: 202 });
    await eraseAll();
    expect(await marksLeft('Iman', 'Jaber', 'Khalid')).toEqual([]);
    const left = (await world.items()).filter(
      (item) => !isTombstone(item) && !/^(ERASURE|EVENT|SEND)#/.test(item['pk']?.S ?? ''),
    );
    expect(left).toEqual([]);
    expect((await world.objects()).size).toBe(0);
  });
});
