import { randomBytes } from 'node:crypto';
import { grantOf, unsupportedObject } from '../access.ts';
import { type GraphAnswerOut, type GraphCallIn, graphError, ok } from '../edge.ts';
import { parametersOf } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import type { MediaState, UploadSession } from './state.ts';

const fileTypes = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4'];

/**
 * Answers POST `/{app}/uploads`: opens an upload, whose id is the path to send the bytes to. Throws 100
 * for a bad length or type. Source: Meta, "Resumable Upload API".
 */
export function openUpload(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut {
  grantOf(state, call);
  if (id !== state.appId) throw unsupportedObject(call.method, id);
  const { file_length, file_type } = parametersOf(call);
  const fileLength = Number(file_length);
  if (!Number.isSafeInteger(fileLength) || fileLength < 1) {
    throw graphError(100, { message: '(#100) Param file_length must be a positive integer' });
  }
  if (!fileTypes.some((type) => type === file_type)) {
    throw graphError(100, { message: `(#100) Param file_type must be one of {${fileTypes}}` });
  }
  const session = `upload:${randomBytes(24).toString('base64url')}`;
  const sig = randomBytes(16).toString('base64url');
  media.sessions.set(session, { fileLength, sig, receivedBytes: 0 });
  return ok({ id: `${session}?sig=${sig}` });
}

/** Answers GET `/upload:…`: how far the upload has come. Throws 100/33 for one that is not there. */
export function uploadProgress(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut | undefined {
  if (!id.startsWith('upload:')) return undefined;
  const session = openSession(state, media, call, id);
  return ok({ id: `${id}?sig=${session.sig}`, file_offset: session.receivedBytes });
}

/**
 * Answers POST `/upload:…`: takes bytes from `file_offset` on, and gives the handle once all are there.
 * Throws 100/33 for an upload that is not there, 100 for another offset or too many bytes.
 * Source: Meta, "Resumable Upload API".
 */
export function continueUpload(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): GraphAnswerOut | undefined {
  if (!id.startsWith('upload:')) return undefined;
  const session = openSession(state, media, call, id);
  const offset = session.receivedBytes;
  if (call.headers['file_offset'] !== String(offset)) {
    throw graphError(100, { message: `(#100) Header file_offset must be ${offset}` });
  }
  const total = offset + call.raw.length;
  if (total > session.fileLength) {
    throw graphError(100, { message: '(#100) The file is longer than file_length' });
  }
  session.receivedBytes = total;
  if (total < session.fileLength) return uploadProgress(state, media, call, id);
  media.sessions.delete(id);
  return ok({ h: `4::aW${randomBytes(60).toString('base64url')}` });
}

function openSession(
  state: GraphState,
  media: MediaState,
  call: GraphCallIn,
  id: string,
): UploadSession {
  grantOf(state, call);
  const session = media.sessions.get(id);
  if (session && call.query.get('sig') === session.sig) return session;
  throw unsupportedObject(call.method, id);
}
