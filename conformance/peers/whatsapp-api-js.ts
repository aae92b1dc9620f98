import { WhatsAppAPI } from 'whatsapp-api-js/middleware/node-http';
import { recordOfMessage } from '../record-of-message.ts';
import { packageAndVersion, type WebhookServer } from './webhook-server.ts';

/** The server of its documentation of `middleware/node-http`, with the emitters of its README. */
export const whatsappApiJs: WebhookServer = {
  name: packageAndVersion('whatsapp-api-js'),
  notClaimed: {
    duplicates: 'its documentation says nothing of repeats',
    'status-order': 'it hands on each status as it came',
    coexistence: 'it has no emitter for echoes or history',
    'group-created': 'it has no emitter for changes of groups',
    'group-status-of-two-members': 'it names a status’s group and not the member',
    'unknown-field': 'it has no emitter for other fields',
    'tenants-number-of-nobody': 'it names the number; which ones are known is the application’s',
  },
  app({ appSecret, verifyToken: webhookVerifyToken, deliver }) {
    const api = new WhatsAppAPI({ token: 'none', appSecret, webhookVerifyToken, v: 'v24.0' });
    api.on.message = ({ phoneID: tenant, message, contact }) =>
      deliver({
        ...recordOfMessage(message),
        ...{ tenant, from: contact.wa_id, userId: contact.user_id, name: contact.profile?.name },
      });
    api.on.status = ({ phoneID: tenant, id, status, error }) =>
      deliver({ kind: 'status', tenant, id, status, error: error?.code });
    api.on.call.connect = ({ call }) => deliver({ kind: 'other', call });
    api.on.call.terminate = ({ call }) => deliver({ kind: 'other', call });
    api.on.call.status = ({ id, status }) => deliver({ kind: 'other', id, word: status });
    return async (request, response) => {
      if (request.method === 'POST') {
        response.statusCode = await api.handle_post(request);
        return;
      }
      try {
        response.write(api.handle_get(request));
      } catch (error) {
        response.statusCode = Number(error);
      }
    };
  },
};
