import { gzipSync } from 'node:zlib';
import { hash } from '../../shared/hash.ts';
import { byteLength } from '../../shared/sqs.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { type ChangeBundle, messageBytes } from './split.ts';
import type { PackedMessage } from './webhook-message.schema.ts';
import type { QueuedMessage } from './webhook-queue.port.ts';

/** Makes a bundle a queue message. One that is too large is compressed, and stored where that is not enough. */
export async function pack(bundle: ChangeBundle, store: ObjectStore): Promise<QueuedMessage> {
  return { groupId: groupIdOf(bundle.owner), body: await packBody(bundle.json, store) };
}

/** A message as it travels: as JSON, compressed, or as the key of the object that holds it. */
export async function packBody(json: string, store: ObjectStore): Promise<string> {
  if (byteLength(json) <= messageBytes) {
    return json;
  }
  const compressed = gzipSync(json);
  const inline: PackedMessage = { schemaVersion: 1, gzip: compressed.toString('base64') };
  const body = JSON.stringify(inline);
  if (byteLength(body) <= messageBytes) {
    return body;
  }
  // First the object, then its key: a message never points at nothing.
  const objectKey = `oversize/${hash(json)}.json.gz`;
  await store.put(objectKey, compressed);
  const pointer: PackedMessage = { schemaVersion: 1, objectKey };
  return JSON.stringify(pointer);
}

/** Meta's ids are digits; whatever else stands there must not make SQS refuse the message. */
function groupIdOf(owner: string): string {
  return /^\d{1,64}$/.test(owner) ? owner : hash(owner);
}
