import { Readable } from 'node:stream';
import { Problem } from '../../../shared/http/problem.ts';
import type { RouteTable } from '../../../shared/routing/route.port.ts';
import { type FileHandOverPorts, fileHandOverMs, handFileOver } from '../media/hand-file-over.ts';
import type { MetaMedia } from '../media/meta-media.port.ts';
import { assertConnected, ownNumber } from '../refusals.ts';
import type { GraphSender } from './graph-messages.ts';
import { type GraphEvent, graphUploadSchema } from './graph-request.schema.ts';
import { validated } from './validated.ts';

/** What the façade's uploads need from outside. */
export interface GraphMediaPorts extends FileHandOverPorts {
  routes: RouteTable;
  metaMedia: MetaMedia;
}

/**
 * Answers POST `/<phone number id>/media`: hands the form's file to Meta, whose id of it is nobody else's
 * to send. What kind and size a file may have is for Meta to say. Source: Meta, "Upload media".
 * @throws Problem
 */
export async function postMedia(
  event: GraphEvent,
  sender: GraphSender,
  ports: GraphMediaPorts,
): Promise<object> {
  const { organizationId, phoneNumberId } = sender;
  const { wabaId } = await ownNumber(ports.routes, organizationId, phoneNumberId);
  const form = await formOf(event);
  const { type, file } = validated(graphUploadSchema, { ...event.queryStringParameters, ...form });
  const found = await ports.credentials.find(organizationId, wabaId);
  const bytes = Buffer.from(await file.arrayBuffer());
  const id = await handFileOver(
    {
      phoneNumberId,
      mimeType: type ?? (file.type || 'application/octet-stream'),
      sizeBytes: bytes.length,
      bytes: Readable.from([bytes]),
    },
    assertConnected(found),
    ports,
    AbortSignal.timeout(fileHandOverMs),
  );
  await ports.metaMedia.remember({ mediaId: id, organizationId, phoneNumberId });
  return { id };
}

/** Node's own parser: it is loaded at the first upload. @throws Problem `unsupported-media-type` */
async function formOf({ body, isBase64Encoded, headers }: GraphEvent) {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const contentType = headers['content-type'] ?? '';
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    return Object.fromEntries(form);
  } catch {
    throw new Problem('unsupported-media-type', {
      detail:
        'Send the file as multipart/form-data, with the fields messaging_product, type, file.',
    });
  }
}
