import * as z from 'zod';
import type { Credential, Credentials } from '../../../shared/credentials/credential.port.ts';
import { answerOf, noteDeadToken, openToken, unavailable } from '../refusals.ts';
import type { MediaUpload, OutgoingFile } from './media-upload.port.ts';

/** What handing a file to Meta needs from outside. */
export interface FileHandOverPorts {
  upload: MediaUpload;
  credentials: Credentials;
  now(): Date;
  report(error: unknown): void;
}

/** From its first byte to Meta's answer, in ms: what else a request does has to fit beside it. */
export const fileHandOverMs = 12_000;

/** Source: Meta, "Upload media", response. */
const uploadedSchema = z.object({ id: z.string().min(1) });

/**
 * Hands Meta a file. May be repeated: what comes of it is of no consequence until its id is used.
 * @returns Meta's id of it
 * @throws Problem
 */
export async function handFileOver(
  file: OutgoingFile,
  credential: Credential,
  ports: FileHandOverPorts,
  signal: AbortSignal,
): Promise<string> {
  const token = await openToken(ports.credentials, credential, ports.report);
  const answer = await ports.upload.upload(file, token, signal);
  await noteDeadToken(answer, credential, ports);
  if (answer.kind === 'ambiguous') {
    throw unavailable('The file could not be handed to Meta in time.');
  }
  const uploaded = uploadedSchema.safeParse(answerOf(answer)).data;
  if (!uploaded) {
    throw unavailable('Meta has taken the file without giving it an id.');
  }
  return uploaded.id;
}
