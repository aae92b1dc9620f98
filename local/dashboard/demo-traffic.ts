import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** The organisation that the traffic is of, and where its stack is. */
export interface DemoAddress {
  url: string;
  organizationId: string;
  wabaId: string;
  phoneNumberId: string;
}

/** Rounds, each with a moment between, so that the graphs have a shape. */
const rounds = 10;

const customer = '+966500000001';

const orderReady = (...texts: string[]) => ({
  name: 'order_ready',
  language: { code: 'en' },
  components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }],
});

/** What customers send beside texts. */
const rarities = [
  ...['image', 'video', 'document', 'sticker', 'audio', 'unsupported'].map((type) => ({ type })),
  { type: 'image', image: { id: 'not an id' } },
  { type: 'location', location: { latitude: 24.7136, longitude: 46.6753 } },
  { type: 'button', button: { payload: 'Yes', text: 'Yes' } },
  ...['APPROVED', 'REJECTED', 'PAUSED'].map((event) => ({
    ...{ type: 'change', field: 'message_template_status_update' },
    value: { event, message_template_id: 1, message_template_name: 'order_ready' },
  })),
  { type: 'change', field: 'messages', entryId: '9', value: numberOfNobody() },
];

/**
 * Sends what a day may bring: rounds of customers' messages, of sends, and of what goes wrong with them.
 * Resolves when all of it was answered.
 * @param onRound is called when a round is done, with how many there are
 */
export async function driveTraffic(
  { url, organizationId, wabaId, phoneNumberId }: DemoAddress,
  onRound: (done: number, all: number) => void,
): Promise<void> {
  const post = (path: string, body: object, headers = {}) =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const arrange = async (path: string, body: object) => {
    const answer = await post(`/_local/${path}`, body);
    if (!answer.ok) throw new Error(`The simulated Meta refused ${path}: ${await answer.text()}`);
  };
  const simulate = (body: object) => arrange('simulate', body);
  const fail = (fault: object) => arrange('graph/faults', { path: '/messages', ...fault });
  const send = (path: string, message: object, options = {}) =>
    post(
      path,
      { organizationId, phoneNumberId, message: { to: customer, ...message }, ...options },
      { 'idempotency-key': randomUUID() },
    );
  const sendText = (body: string, options = {}) =>
    send('/whatsapp-send-message', { type: 'text', text: { body } }, options);
  const sendTemplate = (template: object) =>
    send('/whatsapp-send-template', { type: 'template', template });

  for (const rarity of rarities) {
    await simulate(rarity);
  }
  await post('/whatsapp-media/retry', { organizationId, phoneNumberId, messageId: 'wamid.none' });
  await arrange('transcribe/faults', { kind: 'fail' });
  await simulate({ type: 'voice', voice: 'en' });
  await fail({ kind: 'garbage' });
  await sendText('Whether Meta has it nobody knows');
  await post('/wa-es-start', { organizationId, userId: 'demo' });
  await post('/save-whatsapp-credentials', {
    ...{ organizationId, wabaId, accessToken: 'EAA-of-nobody' },
  });
  for (let round = 1; round <= rounds; round++) {
    await simulate({ type: 'text', text: { body: 'Hello' }, count: 10 * round });
    await simulate({ type: 'voice', voice: 'ar' });
    await simulate({ type: 'ladder', statuses: ['sent', 'delivered', 'read', 'played'] });
    await post('/whatsapp-webhook', {});
    await sendText('Hello');
    await sendText('Later', { delivery: 'queued' });
    await sendTemplate(orderReady('Aisha', 'A-1042'));
    await sendTemplate(orderReady('one of two'));
    await fail({ code: 130_429 });
    await sendText('Throttled', { delivery: 'now' });
    await fail({ code: 131_026 });
    await sendText('Refused');
    await fail({ code: 131_026, kind: 'failed-status' });
    await sendText('Not delivered');
    onRound(round, rounds);
    await delay(1000);
  }
  await fail({ code: 190, subcode: 467 });
  await sendText('The token is dead from here on');
}

/** A message for a number that no organisation has connected. */
function numberOfNobody() {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550009999', phone_number_id: '99' },
    messages: [
      {
        ...{ from: customer.slice(1), id: `wamid.${randomUUID()}`, type: 'text' },
        ...{ timestamp: String(Math.floor(Date.now() / 1000)), text: { body: 'Hello?' } },
      },
    ],
  };
}
