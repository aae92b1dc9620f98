import * as z from 'zod';

/** The kinds of files that messages refer to. */
export const mediaKindSchema = z.enum(['image', 'video', 'audio', 'document', 'sticker']);

/** A kind of file. */
export type MediaKind = z.output<typeof mediaKindSchema>;

/** Why a file will not come. Words are added, never changed; docs/media-reasons.md has them. */
export const mediaFailureReasons = [
  'expired',
  'not-found',
  'corrupt',
  'too-large',
  'address-refused',
  'unavailable',
  'connection-invalid',
] as const;

/**
 * What is known of a message's file, attribute `media` of its item; none yet: the file is on its way.
 * `PENDING` is one that somebody asked for again.
 */
export const mediaRecordSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('PENDING'), revision: z.int().min(0), at: z.string() }),
  z.strictObject({
    state: z.literal('STORED'),
    revision: z.int().min(0),
    at: z.string(),
    kind: mediaKindSchema,
    voice: z.boolean().optional(),
    /** In the media bucket. */
    key: z.string(),
    /** What the bytes are. */
    mimeType: z.string(),
    sizeBytes: z.int().min(0),
    /** Hexadecimal. */
    sha256: z.string(),
    filename: z.string().optional(),
  }),
  z.strictObject({
    state: z.literal('FAILED'),
    revision: z.int().min(0),
    at: z.string(),
    kind: mediaKindSchema,
    reason: z.string(),
  }),
]);

/** What is known of a message's file. */
export type MediaRecord = z.output<typeof mediaRecordSchema>;

/** Whose message something belongs to: the envelope of its events. */
export const messageReferenceSchema = z.strictObject({
  organizationId: z.string(),
  wabaId: z.string().optional(),
  phoneNumberId: z.string(),
  conversationId: z.string().optional(),
  messageId: z.string(),
});

/** Whose message something belongs to. */
export type MessageReference = z.output<typeof messageReferenceSchema>;

/** A message of the queue `media-jobs`: one file to fetch. */
export const mediaJobSchema = z.strictObject({
  schemaVersion: z.literal(1),
  message: messageReferenceSchema,
  /** Of the request: 0 for the message itself, then one more each time somebody asks again. */
  revision: z.int().min(0),
  /** Meta's id of the file: it lives for 7 days. */
  mediaId: z.string(),
  kind: mediaKindSchema,
  /** What the sender called it. */
  mimeType: z.string(),
  voice: z.boolean().optional(),
  filename: z.string().optional(),
  /** As Meta gave it, base64 or hexadecimal. */
  sha256: z.string().optional(),
  /** When the message was sent: a file's age counts from here. */
  occurredAt: z.string(),
});

/** One file to fetch. */
export type MediaJob = z.output<typeof mediaJobSchema>;

/** A message of the queue `transcribe-jobs`: one voice note to write down. */
export const transcribeJobSchema = z.strictObject({
  schemaVersion: z.literal(1),
  message: messageReferenceSchema,
  /** 0 for the first transcript, then one more each time somebody asks for another. */
  revision: z.int().min(0),
  key: z.string(),
  mimeType: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string(),
  /** In place of the organisation's setting. */
  languages: z.enum(['ar', 'en', 'mixed', 'auto']).optional(),
});

/** One voice note to write down. */
export type TranscribeJob = z.output<typeof transcribeJobSchema>;
