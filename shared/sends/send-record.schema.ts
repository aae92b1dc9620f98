import * as z from 'zod';
import { metaErrorSchema } from '../events/event-parts.schema.ts';
import { organizationIdSchema } from '../organization-id.schema.ts';

const instant = z.iso.datetime({ precision: 3 });

/**
 * Where a send stands:
 * - `PENDING`: in a queue: Meta has never been asked, or has refused for now;
 * - `DISPATCHED`: written before Meta is called. From here on nobody sends it again by himself;
 * - `ACCEPTED`: Meta has given it a message id;
 * - `FAILED`: Meta has refused it for good, or its number is gone;
 * - `UNKNOWN`: the call ended without an answer that settles it; a status webhook may;
 * - `UNRESOLVED`: unknown, and nothing came in time; a late webhook still settles it;
 * - `EXPIRED`: its time was over while it waited.
 */
export const sendStates = [
  'PENDING',
  'DISPATCHED',
  'ACCEPTED',
  'FAILED',
  'UNKNOWN',
  'UNRESOLVED',
  'EXPIRED',
] as const;

/** Who waits for a send: an agent's reply goes before bulk. */
export const sendLanes = ['agent', 'bulk'] as const;

/** What is kept of a send for 30 days: its state machine, and nothing of its content. */
export const sendRecordSchema = z.strictObject({
  sendId: z.string().min(1),
  organizationId: organizationIdSchema,
  phoneNumberId: z.string().min(1),
  wabaId: z.string().min(1),
  conversationId: z.string().optional(),
  clientReference: z.string().optional(),
  /** SHA-256 of the request: the same key with another request is refused. */
  requestHash: z.string(),
  state: z.enum(sendStates),
  lane: z.enum(sendLanes),
  /** Hash of the business number and the recipient: sends with the same one keep their order. */
  laneKey: z.string(),
  /** It is one of the queued sends that later ones to its recipient wait behind. */
  holdsLane: z.boolean(),
  /** How often it was handed to Meta. */
  attempts: z.int().min(0),
  /** How often Meta had an error of its own. */
  errors: z.int().min(0).optional(),
  /** Meta has asked to wait until then. */
  notBefore: instant.optional(),
  createdAt: instant,
  /** When the state was reached. */
  stateAt: instant,
  /** When it is no longer to be sent. */
  sendBy: instant,
  /** When `settle` has to look at it; absent once nothing is open. */
  settleAt: instant.optional(),
  messageId: z.string().optional(),
  /** Why it failed: Meta's error, or ours with `code` 0. */
  error: metaErrorSchema.optional(),
  /** What else Meta said of its refusal. */
  refusal: z
    .strictObject({ subcode: z.number().optional(), fbtraceId: z.string().optional() })
    .optional(),
});

/** What is kept of a send. */
export type SendRecord = z.output<typeof sendRecordSchema>;

/** Where a send stands. */
export type SendState = SendRecord['state'];
