import * as z from 'zod';

/**
 * One thing that a receiver has delivered, in the order of delivery. `id` is Meta's; fields that a
 * receiver has beyond these are welcome.
 */
export const deliveredSchema = z.looseObject({
  /** `message`: a customer's, live. `status`: of a message. `other`: everything else. */
  kind: z.enum(['message', 'status', 'other']),
  id: z.string().optional(),
  /** Whose it is, in the receiver's own word. */
  tenant: z.string().optional(),
  /** Meta's type of the message: `text`, `reaction`, `edit`, ... */
  type: z.string().optional(),
  /** The customer's phone number, digits. */
  from: z.string().optional(),
  /** The customer's BSUID. */
  userId: z.string().optional(),
  name: z.string().optional(),
  /** What a person reads: text, caption, title of a choice, new text of an edit. */
  text: z.string().optional(),
  /** The message that a reaction, edit, deletion or reply is about. */
  target: z.string().optional(),
  emoji: z.string().nullish(),
  /** The id of the file. */
  media: z.string().optional(),
  voice: z.boolean().optional(),
  /** What all statuses of the message so far amount to. */
  status: z.string().optional(),
  /** The status that this record adds, where that is another word than `status`. */
  changed: z.string().optional(),
  /** In a group: whose status it is, digits. */
  participant: z.string().optional(),
  /** Meta's code of the failure. */
  error: z.number().optional(),
});

/** One thing that a receiver has delivered. */
export type Delivered = z.output<typeof deliveredSchema>;
