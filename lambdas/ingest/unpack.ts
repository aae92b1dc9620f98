import { gunzipSync } from 'node:zlib';
import { parseJson } from '../../shared/json.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import {
  packedMessageSchema,
  type WebhookMessage,
  webhookMessageSchema,
} from './webhook-message.schema.ts';

/**
 * Reads a queue message as `pack` made it.
 * @throws PermanentError when it is none, any other error when the stored part cannot be read now.
 */
export async function unpack(
  body: string,
  store: Pick<ObjectStore, 'get'>,
): Promise<WebhookMessage> {
  const packed = packedMessageSchema.safeParse(parsed(body));
  if (!packed.success) {
    throw new PermanentError('Not a message of webhook-events');
  }
  if ('changes' in packed.data) {
    return packed.data;
  }
  const compressed =
    'gzip' in packed.data
      ? Buffer.from(packed.data.gzip, 'base64')
      : await store.get(packed.data.objectKey);
  const message = webhookMessageSchema.safeParse(parsed(gunzipSync(compressed).toString()));
  if (!message.success) {
    throw new PermanentError('Not a message of webhook-events');
  }
  return message.data;
}

function parsed(text: string): unknown {
  const json = parseJson(text);
  return json.ok ? json.value : undefined;
}
