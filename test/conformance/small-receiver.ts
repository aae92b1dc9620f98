import { timingSafeEqual } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Delivered } from '../../conformance/delivered.schema.ts';
import type { WebhookServer } from '../../conformance/peers/webhook-server.ts';
import { recordOfMessage } from '../../conformance/record-of-message.ts';
import { signature } from '../../local/meta/webhook.ts';
import { isJsonObject } from '../../shared/json.ts';

/** What a small receiver of messages and statuses does wrong. */
export type Mistake = 'none' | 'first-only' | 'no-dedupe' | 'no-signature';

/** A receiver that is right but for one mistake. */
export function smallReceiver(mistake: Mistake): WebhookServer {
  return {
    name: mistake,
    notClaimed: { 'batch-names-of-two-people': 'it tells no names' },
    app({ appSecret, deliver }) {
      const seen = new Set<string>();
      return async (request, response) => {
        const body = await buffer(request);
        const right = Buffer.from(signature(body, appSecret));
        const given = Buffer.from(String(request.headers['x-hub-signature-256']));
        const isSigned = right.length === given.length && timingSafeEqual(right, given);
        if (!isSigned && mistake !== 'no-signature') {
          response.statusCode = 401;
          return;
        }
        const records = recordsIn(JSON.parse(body.toString()));
        for (const record of mistake === 'first-only' ? records.slice(0, 1) : records) {
          const key = [record.kind, record.id, record.status].join();
          if (mistake === 'no-dedupe' || !seen.has(key)) deliver(record);
          seen.add(key);
        }
      };
    },
  };
}

function recordsIn(webhook: unknown): Delivered[] {
  const values = listIn(webhook, 'entry')
    .flatMap((entry) => listIn(entry, 'changes'))
    .map((change) => (isJsonObject(change) ? change['value'] : undefined));
  return values.flatMap((value) => [
    ...listIn(value, 'messages').map(recordOfMessage),
    ...listIn(value, 'statuses')
      .filter(isJsonObject)
      .map(
        ({ id, status }): Delivered => ({ kind: 'status', id: String(id), status: String(status) }),
      ),
  ]);
}

function listIn(holder: unknown, name: string): unknown[] {
  const list = isJsonObject(holder) ? holder[name] : undefined;
  return Array.isArray(list) ? list : [];
}
