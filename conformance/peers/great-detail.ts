import { text } from 'node:stream/consumers';
import { Client } from '@great-detail/whatsapp';
import { recordOfMessage } from '../record-of-message.ts';
import { packageAndVersion, type WebhookServer } from './webhook-server.ts';

const parsed = 'it hands on the body as one object; reading it is the application’s';

/** The server of its README, "Listen for Webhook Requests with Express", and `await` where it has none. */
export const greatDetail: WebhookServer = {
  name: packageAndVersion('@great-detail/whatsapp'),
  notClaimed: Object.fromEntries(
    [
      ...['batches', 'messages', 'corrections', 'people', 'statuses', 'status-order'],
      ...[
        'duplicates',
        'tenants',
        'coexistence',
        'groups',
        'calls',
        'unknown',
        'limits',
        'garbage',
      ],
    ].map((area) => [area, parsed]),
  ),
  app({ appSecret, verifyToken, deliver }) {
    const { webhook } = new Client();
    return async (request, response) => {
      const { method = '', headers } = request;
      const plain = {
        method,
        query: Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        ),
      };
      if (method === 'GET') {
        const registration = await webhook.register(plain);
        if (registration.verifyToken === verifyToken) response.write(registration.accept());
        return;
      }
      const event = await webhook.eventNotification({ ...plain, body: await text(request) });
      await event.verifySignature(appSecret);
      for (const { changes } of event.eventNotification.entry) {
        for (const change of changes) {
          const messages = change.field === 'messages' ? change.value.messages : [];
          for (const message of messages ?? []) deliver(recordOfMessage(message));
        }
      }
    };
  },
};
