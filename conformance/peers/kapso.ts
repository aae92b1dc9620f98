import { buffer } from 'node:stream/consumers';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { isJsonObject } from '../../shared/json.ts';
import { recordOfMessage } from '../record-of-message.ts';
import { packageAndVersion, type WebhookServer } from './webhook-server.ts';

const parsing = 'its README leaves JSON.parse to the application';

/** The server of its README, "Webhooks". */
export const kapso: WebhookServer = {
  name: packageAndVersion('@kapso/whatsapp-cloud-api'),
  notClaimed: {
    handshake: 'its README has no GET',
    duplicates: 'its README says nothing of repeats',
    'status-order': 'it hands on each status as it came',
    tenants: 'it hands on messages without their number',
    'batch-names-of-two-people': 'it hands on contacts apart from messages',
    'garbage-empty-body': parsing,
    'garbage-not-json': parsing,
    'garbage-cut-json': parsing,
  },
  app:
    ({ appSecret, deliver }) =>
    async (request, response) => {
      const rawBody = await buffer(request);
      const signatureHeader = String(request.headers['x-hub-signature-256'] ?? '');
      if (!verifySignature({ appSecret, rawBody, signatureHeader })) {
        response.statusCode = 401;
        return;
      }
      const { messages, statuses, calls, raw } = normalizeWebhook(
        JSON.parse(rawBody.toString('utf8')),
      );
      for (const message of messages) {
        const record = recordOfMessage(inMetasForm(message));
        const { direction } = isJsonObject(message['kapso']) ? message['kapso'] : {};
        deliver(direction === 'outbound' ? { kind: 'other', message } : record);
      }
      for (const { id, status, errors, participantId, recipientParticipantId } of statuses) {
        const participant = recipientParticipantId ?? participantId;
        deliver({
          ...{ kind: 'status', id, status },
          ...(typeof participant === 'string' && { participant }),
          ...(errors?.[0] && { error: Number(errors[0]['code']) }),
        });
      }
      for (const call of calls) deliver({ kind: 'other', call });
      for (const [field, values] of Object.entries(raw)) {
        if (['messages', 'smbMessageEchoes', 'calls'].includes(field)) continue;
        for (const value of values) deliver({ kind: 'other', field, value });
      }
    },
};

/** Its camel case made snake case again. */
function inMetasForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMetasForm);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inMetasForm(inner),
    ]),
  );
}
