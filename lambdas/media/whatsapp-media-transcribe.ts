import { Problem } from '../../shared/http/problem.ts';
import type { MediaLedger } from '../../shared/media/media-ledger.port.ts';
import type { TranscribeAgainRequest } from './whatsapp-media.schema.ts';
import { notFound } from './whatsapp-media-refusals.ts';
import type { Transcripts } from './whatsapp-media-transcripts.port.ts';

/** What asking for a transcript needs from outside. */
export interface TranscribeAgainPorts {
  ledger: Pick<MediaLedger, 'find'>;
  transcripts: Transcripts;
  now(): Date;
}

/** Two who ask at once take turns; more than that is no coincidence. */
const maxAttempts = 3;

/**
 * Asks for another transcript of a message's sound, beside those that there are.
 * @returns its revision
 * @throws Problem `not-found`, or `media-unusable` where there is no sound to transcribe (yet)
 */
export async function transcribeAgain(
  { organizationId, phoneNumberId, messageId, languages }: TranscribeAgainRequest,
  { ledger, transcripts, now }: TranscribeAgainPorts,
): Promise<number> {
  const stored = await ledger.find(phoneNumberId, messageId);
  if (stored?.event.organizationId !== organizationId) {
    throw notFound('messageId', 'This phone number has no such message.');
  }
  if (stored.record?.state !== 'STORED' || stored.record.kind !== 'audio') {
    const detail = 'The message has no audio file in store, so there is nothing to transcribe.';
    throw new Problem('media-unusable', { detail, problems: [{ path: 'messageId', detail }] });
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await transcripts.find(phoneNumberId, messageId);
    const taken = [
      ...(found?.transcripts ?? []).map((transcript) => transcript.revision),
      ...(found?.asked ?? []),
    ];
    // Revision 0 is the one that nobody has to ask for.
    const revision = Math.max(0, ...taken) + 1;
    const request = { revision, languages, at: now().toISOString() };
    if (await transcripts.ask(phoneNumberId, messageId, request)) {
      return revision;
    }
  }
  throw new Problem('unavailable', {
    detail: 'Others ask for transcripts of this message at the same time. Repeat the request.',
    retryAfterSeconds: 1,
  });
}
