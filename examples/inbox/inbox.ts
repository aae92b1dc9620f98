import { existsSync, readFileSync } from 'node:fs';
import { createClient } from '../../client/src/client.ts';
import { consumeEvents } from '../../client/src/consumer.ts';
import { textOf } from '../../client/src/event.ts';
import { sqsQueue } from '../../client/src/sqs.ts';
import type { InboxEvent, MessageReceived } from '../../client/src/types.ts';

// A stage in AWS is told by the environment, the local run by what "npm start" has written down.
const { WHATSAPP_API_URL, INBOX_QUEUE_URL, AWS_ENDPOINT_URL, AWS_REGION, ...env } = process.env;
const stackFile = new URL('../../.local/stack.json', import.meta.url);
if (!WHATSAPP_API_URL && !existsSync(stackFile)) throw new Error('Run "npm start" beside this');
const { apiUrl, inboxQueueUrl, awsEndpoint } = WHATSAPP_API_URL
  ? { apiUrl: WHATSAPP_API_URL, inboxQueueUrl: INBOX_QUEUE_URL, awsEndpoint: AWS_ENDPOINT_URL }
  : JSON.parse(readFileSync(stackFile, 'utf8'));
const credentials = {
  accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? 'local',
  secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
  ...(env['AWS_SESSION_TOKEN'] && { sessionToken: env['AWS_SESSION_TOKEN'] }),
};
const region = AWS_REGION ?? 'eu-west-1';
const client = createClient({ baseUrl: apiUrl, auth: { credentials }, region });

async function reply(event: MessageReceived): Promise<void> {
  const { eventId, organizationId, phoneNumberId = '', contact, message } = event;
  const own = { organizationId, phoneNumberId };
  const text = textOf(message);
  console.log(`${contact?.name ?? 'somebody'} writes: ${text ?? `(${message['type']})`}`);
  await client.markMessageRead({ ...own, messageId: message.id, typing: text !== undefined });
  if (text === undefined) return;
  const to = contact?.phone ? { to: contact.phone } : { recipient: contact?.userId ?? '' };
  const echo = { ...to, type: 'text', text: { body: `You wrote: ${text}` } } as const;
  // One key for one event: where it comes again, because this crashed here, nothing is sent twice.
  const sent = await client.sendMessage({ ...own, message: echo }, { idempotencyKey: eventId });
  console.log(`answered: ${sent.status}`);
}

async function show(event: InboxEvent): Promise<void> {
  if (event.type === 'message.received') await reply(event);
  if (event.type === 'message.status') console.log(`answer is ${event.status}`);
  if (event.type === 'transcript.ready') console.log(`voice note says: ${event.text}`);
  if (event.type === 'media.stored') {
    const { organizationId, phoneNumberId = '', messageId, mimeType } = event;
    const link = await client.getMediaLink({ organizationId, phoneNumberId, messageId });
    console.log(`${mimeType}, ${link.sizeBytes} bytes: ${link.url}`);
  }
}

/** What is refused for good, such as an answer to an old message, is refused the next time, too. */
const handler = (event: InboxEvent) =>
  show(event).catch((error) => {
    if (![404, 422].includes(error.status)) throw error;
    console.log(`${event.type} of ${event.occurredAt}: ${error.code}`);
  });

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());
console.log('Waiting for events. Ctrl-C ends it.');
const queue = sqsQueue({ queueUrl: inboxQueueUrl, endpoint: awsEndpoint, region, credentials });
await consumeEvents({ ...queue, handler, signal: stopping.signal });
