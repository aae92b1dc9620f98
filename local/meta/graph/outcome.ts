import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { typeOf } from './message-rules.ts';
import { identityKeyHashOf, type Recipient } from './recipient.ts';
import type { GraphSettings } from './settings.ts';

/** Why a message fails after Meta has accepted it. */
export interface LateFailure {
  code: number;
  details?: string | undefined;
}

/** What a message's fate depends on besides itself. */
export interface Circumstances {
  /** Whether the customer wrote in the last 24 hours. */
  hasWindow: boolean;
  /** Why a media id cannot be sent; undefined where it can. */
  mediaProblem: (id: string) => string | undefined;
}

/**
 * What becomes of a message that was accepted, by what Meta finds out only then: undefined for one that
 * arrives. Source: Meta, "Error codes", "Send messages" (customer service windows).
 */
export function lateFailure(
  body: JsonObject,
  recipient: Recipient,
  { hasWindow, mediaProblem }: Circumstances,
): LateFailure | undefined {
  const hash = body['recipient_identity_key_hash'];
  if (hash !== undefined && hash !== identityKeyHashOf(recipient.id)) {
    return { code: 137000, details: 'The identity key hash of the recipient has changed.' };
  }
  if (!hasWindow && recipient.kind !== 'group' && typeOf(body) !== 'template') {
    return {
      code: 131047,
      details:
        'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    };
  }
  const files = filesIn(body);
  if (files.some(({ link }) => link !== undefined && isUnreachable(link))) {
    return {
      code: 131053,
      details:
        'Downloading media from weblink failed with http code 503, status message Service Unavailable',
    };
  }
  const problems = files.map(({ id }) => (typeof id === 'string' ? mediaProblem(id) : undefined));
  const details = problems.find((problem) => problem !== undefined);
  return details === undefined ? undefined : { code: 131053, details };
}

const mediaKinds = /^(image|video|gif|audio|document|sticker)$/;

/** Every media object in a message, however deep. */
function filesIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    mediaKinds.test(name) && isJsonObject(inner) ? [inner] : filesIn(inner),
  );
}

/** Links are never fetched here. Names in `.invalid` never resolve (RFC 2606). */
function isUnreachable(link: unknown): boolean {
  return URL.parse(String(link))?.hostname.endsWith('.invalid') ?? true;
}

/**
 * The statuses that follow an accepted message: of a reaction or a pin only `sent`; a voice note that is
 * read is played too. Source: Meta, "Reaction messages", "Audio messages".
 */
export function stepsOf(body: JsonObject, { ladder }: Pick<GraphSettings, 'ladder'>): string[] {
  const type = typeOf(body);
  if (type === 'reaction' || type === 'pin') return ladder.filter((step) => step === 'sent');
  const audio = body['audio'];
  const isVoice = isJsonObject(audio) && audio['voice'] === true;
  return isVoice && ladder.at(-1) === 'read' ? [...ladder, 'played'] : [...ladder];
}
