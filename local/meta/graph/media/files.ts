import { randomInt } from 'node:crypto';
import { Readable } from 'node:stream';
import { grantOf, reachableNumber, unsupportedObject } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import { checkMessagingProduct, parametersOf, requiredText } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { attachmentUrl, redirectsSoFar, redirectUrl } from './attachment-url.ts';
import { bareType, contentProblem, sizeProblem, uploadTypes } from './file-rules.ts';
import { faultyDownload, redirect, takeMediaFault } from './media-faults.ts';
import { forgetReceived, type ReceivedMedia } from './received.ts';
import { findMedia, type MediaState, type UploadedMedia, uploadLifetimeMs } from './state.ts';
import { fileOf } from './stored-file.ts';

/**
 * Answers POST `/{phone}/media`: keeps a file for one number. Throws 100 for a missing part or a type
 * that is not taken, 131053 for a file that is too large; content that is not of its type is found out
 * only when it is sent. The type is that of the file's own part, as in practice.
 * Source: Meta, "Media".
 */
export async function uploadMedia(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): Promise<GraphAnswerOut> {
  const { id: phoneNumberId } = reachableNumber(state, call, id);
  checkMessagingProduct(call);
  const { file } = parametersOf(call);
  if (!(file instanceof File)) {
    throw graphError(100, { message: '(#100) The parameter file is required.' });
  }
  requiredText(call, 'type');
  const mimeType = bareType(file.type);
  if (!uploadTypes.includes(mimeType)) {
    throw graphError(100, {
      message: `(#100) Param file must be a file with one of the following types: ${uploadTypes.join(', ')}. Received file of type '${mimeType}'.`,
    });
  }
  const bytes = Buffer.from(await file.arrayBuffer());
  const details = sizeProblem(mimeType, bytes);
  if (details !== undefined) throw graphError(131053, { details });
  const mediaId = `8${String(randomInt(1e14)).padStart(14, '0')}`;
  media.uploaded.set(mediaId, {
    ...fileOf(bytes, mimeType),
    phoneNumberId,
    expiresAt: state.now() + uploadLifetimeMs,
    contentProblem: contentProblem(mimeType, bytes),
  });
  return ok({ id: mediaId });
}

/**
 * Answers GET `/{media}`; undefined for what no id looks like. Throws 100/33 for an unknown id, media
 * that the token does not reach, or of another number than `phone_number_id`. Source: Meta, "Media".
 */
export function getMedia(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut | undefined {
  if (!/^\d+$/.test(id)) return undefined;
  const file = reachableMedia(state, media, call, id);
  return ok({
    messaging_product: 'whatsapp',
    url: attachmentUrl(`http://${call.headers.host}`, id, state.now()),
    mime_type: file.mimeType,
    sha256: file.sha256.toString('hex'),
    file_size: file.size,
    id,
  });
}

/** Answers DELETE `/{media}`. Throws 100/33 where GET does. */
export function deleteMedia(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  reachableMedia(state, media, call, id);
  if (!media.uploaded.delete(id)) forgetReceived(id);
  return ok({ success: true });
}

function reachableMedia(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): UploadedMedia | ReceivedMedia {
  const { wabaIds } = grantOf(state, call);
  const file = findMedia(state, media, id);
  const named = call.query.get('phone_number_id') ?? file?.phoneNumberId;
  const isReached = wabaIds.includes(state.numbers.get(file?.phoneNumberId ?? '')?.wabaId ?? '');
  if (file && isReached && named === file.phoneNumberId) return file;
  throw unsupportedObject(call.method, id);
}

/**
 * Answers GET of an attachment's URL with its bytes, or what the next media fault makes of them. Throws
 * 190 for a call without a live token in its Authorization header; 404 for an address that has expired,
 * or that another business was given.
 */
export function downloadMedia(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
): GraphAnswerOut {
  const { query, headers } = call;
  const redirects = redirectsSoFar(state.appSecret, query);
  const token = headers.authorization === undefined ? undefined : call.token;
  const grant = redirects > 0 ? undefined : grantOf(state, { ...call, token });
  const file = findMedia(state, media, query.get('mid') ?? '');
  const expired = Number(query.get('ext')) * 1000 <= state.now();
  const { wabaId = '' } = state.numbers.get(file?.phoneNumberId ?? '') ?? {};
  if (!file || expired || (grant && !grant.wabaIds.includes(wabaId))) {
    return { status: 404, body: Buffer.alloc(0) };
  }
  const onwards = redirectUrl(`http://${headers.host}`, state.appSecret, query, redirects + 1);
  if (redirects === 1) return redirect(onwards);
  const fault = redirects > 0 ? undefined : takeMediaFault(media);
  if (fault) return faultyDownload(fault, file, onwards);
  const { content, mimeType, size } = file;
  return {
    status: 200,
    body: Buffer.isBuffer(content) ? content : Readable.from(content()),
    headers: { 'content-type': mimeType, 'content-length': String(size) },
  };
}
