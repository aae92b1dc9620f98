import { Problem } from '../../shared/http/problem.ts';
import type { MediaLedger, StoredMedia } from '../../shared/media/media-ledger.port.ts';
import type { RetryRequest } from './whatsapp-media.schema.ts';
import { notFound } from './whatsapp-media-refusals.ts';

/** What asking for a file again needs from outside. */
export interface RetryMediaPorts {
  ledger: MediaLedger;
  now(): Date;
}

/** Where a file stands. */
export interface MediaState {
  state: 'pending' | 'stored' | 'failed';
  revision: number;
}

/** How long Meta keeps the file of a message, in days. Source: Meta, "Media". */
const keptDays = 7;

/**
 * Asks for a file again that could not be fetched: the table's stream makes a job of it. One that is
 * stored, or on its way, is left as it is.
 * @returns where the file stands now
 * @throws Problem `not-found`, or `media-expired` where Meta has forgotten the file
 */
export async function retryMedia(
  { organizationId, phoneNumberId, messageId }: RetryRequest,
  { ledger, now }: RetryMediaPorts,
): Promise<MediaState> {
  const stored = await ledger.find(phoneNumberId, messageId);
  if (stored?.event.organizationId !== organizationId || !stored.event.media) {
    throw notFound('messageId', 'This phone number has no such message, or it has no file.');
  }
  const { record, event } = stored;
  if (record?.state !== 'FAILED') {
    return stateOf(stored);
  }
  const at = now();
  if (at.getTime() - Date.parse(event.occurredAt) > keptDays * 24 * 60 * 60 * 1000) {
    const detail = `The message is older than ${keptDays} days, and Meta keeps its file no longer. Ask the customer to send it again.`;
    throw new Problem('media-expired', { detail, problems: [{ path: 'messageId', detail }] });
  }
  const revision = record.revision + 1;
  const next = { state: 'PENDING', revision, at: at.toISOString() } as const;
  if (await ledger.replace(stored, next)) {
    return { state: 'pending', revision };
  }
  const changed = await ledger.find(phoneNumberId, messageId);
  return changed ? stateOf(changed) : { state: 'pending', revision };
}

function stateOf({ record }: StoredMedia): MediaState {
  const { state = 'PENDING', revision = 0 } = record ?? {};
  const names = { PENDING: 'pending', STORED: 'stored', FAILED: 'failed' } as const;
  return { state: names[state], revision };
}
