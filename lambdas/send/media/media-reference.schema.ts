import * as z from 'zod';
import { isJsonObject } from '../../../shared/json.ts';
import { mediaKindSchema } from '../../../shared/media/media-record.schema.ts';
import { evenIfWrong } from '../message/fields.schema.ts';

/** A file of the organisation's own, in place of Meta's id or a link: an upload, or a message's stored file. */
export const mediaReferenceSchema = z
  .strictObject({
    uploadId: z.string().min(1).max(64).optional(),
    messageId: z.string().min(1).max(512).optional(),
  })
  .refine((media) => 'uploadId' in media !== 'messageId' in media, {
    error: 'must have either uploadId or messageId',
    ...evenIfWrong,
  });

/** A file of the organisation's own. */
export type MediaReference = z.output<typeof mediaReferenceSchema>;

/** Stands in the message for the id that Meta is yet to give. */
const idToCome = 'id-to-come';

/**
 * Makes a message whole whose file is named beside it, so that all else in it can be checked. Changes
 * nothing where it names a file itself, or has none.
 */
export function withIdToCome(body: unknown): unknown {
  if (!isJsonObject(body) || body['media'] === undefined || !isJsonObject(body['message'])) {
    return body;
  }
  const { message } = body;
  const kind = mediaKindSchema.safeParse(message['type']).data;
  const content = kind && (message[kind] ?? {});
  return kind && isJsonObject(content) && !('id' in content) && !('link' in content)
    ? { ...body, message: { ...message, [kind]: { ...content, id: idToCome } } }
    : body;
}

/** Why a message takes no file from beside it; undefined where it does. */
export function fileBesideProblem(message: { type: string }): string | undefined {
  const kind = mediaKindSchema.safeParse(message.type).data;
  if (!kind) {
    return `is for messages of type ${mediaKindSchema.options.join(', ')}; elsewhere give Meta's id or a link in the message`;
  }
  const content = Object.entries(message).find(([name]) => name === kind)?.[1];
  return isJsonObject(content) && content['id'] === idToCome
    ? undefined
    : `must not be given beside an id or a link in message.${kind}`;
}
