import * as z from 'zod';

/**
 * How a request is signed. Only `valid` and `with-sha1` are what Meta sends; docs/conformance.md says
 * what each of the others is.
 */
const signatureKindSchema = z.enum([
  'valid',
  'with-sha1',
  'none',
  'empty',
  'prefix-alone',
  'zeros',
  'other-secret',
  'verify-token',
  'cut-short',
  'no-hex',
  'sha1-only',
  'sha1-right-sha256-wrong',
  'changed-body',
]);

/** How a request is signed. */
export type SignatureKind = z.output<typeof signatureKindSchema>;

/** The answer that a request must get: 200, a status of 400 or more, or any below 500. */
const answer = z.union([z.literal(200), z.enum(['refused', 'below-500'])]).default(200);

const signed = {
  signature: signatureKindSchema.default('valid'),
  /** How many of it are posted at the same moment. */
  copies: z.int().min(1).default(1),
  answer,
};

const postSchema = z.strictObject({
  /** Posted as JSON without white space, everything beyond ASCII as `\uxxxx`, as Meta does. */
  body: z.unknown(),
  ...signed,
});

const rawPostSchema = z.strictObject({
  /** Posted as it is. */
  text: z.string(),
  ...signed,
});

const handshakeSchema = z.strictObject({
  query: z.record(z.string(), z.string()),
  answer,
  /** What the answer must hold. */
  says: z.string().optional(),
});

const requestSchema = z.union([handshakeSchema, rawPostSchema, postSchema]);

/** A request of a case: a POST of a webhook, or Meta's verification of the address. */
export type CaseRequest = z.output<typeof requestSchema>;

/** What one record of the receiver's report must say; a field that is not named may say anything. */
const expectedSchema = z.strictObject({
  kind: z.enum(['message', 'status', 'other']).optional(),
  id: z.string().optional(),
  /** A text that stands somewhere in the record. */
  about: z.string().optional(),
  tenant: z.string().optional(),
  type: z.string().optional(),
  from: z.string().optional(),
  userId: z.string().optional(),
  name: z.string().optional(),
  text: z.string().optional(),
  target: z.string().optional(),
  emoji: z.string().nullable().optional(),
  media: z.string().optional(),
  voice: z.boolean().optional(),
  status: z.string().optional(),
  participant: z.string().optional(),
  error: z.number().optional(),
});

/** What one record of the receiver's report must say. */
export type Expected = z.output<typeof expectedSchema>;

/** An element that stands for `$repeat` ones, in which `{n}` counts from 1. */
export const repeatSchema = z.strictObject({ $repeat: z.int().min(1), of: z.unknown() });

const caseSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  why: z.string(),
  /** The page that says so. */
  source: z.string(),
  requests: z.array(requestSchema).min(1),
  /** Everything that must be delivered; no other message and no other status of the case may be. */
  delivered: z.array(z.union([expectedSchema, repeatSchema])),
});

/** A file of `cases/`. */
export const areaSchema = z.strictObject({
  area: z.string(),
  about: z.string(),
  cases: z.array(caseSchema).min(1),
});

/** Schema of what is delivered when every placeholder is filled in. */
export const expectedListSchema = z.array(expectedSchema);

/** Webhooks, and what has to become of them. */
export type ConformanceCase = z.output<typeof caseSchema> & { area: string };
