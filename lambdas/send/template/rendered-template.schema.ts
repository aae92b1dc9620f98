import * as z from 'zod';

const headerSchema = z.looseObject({
  /** `text`, `image`, `video`, `document`, `location`, `product`: beside it a field of that name. */
  kind: z.string(),
  text: z.string().optional(),
});

const buttonSchema = z.object({
  /** Meta's type in lower case: `url`, `quick_reply`, `copy_code`, `otp`, `flow`, ... */
  kind: z.string(),
  text: z.string(),
  /** Where a tap leads. */
  url: z.string().optional(),
  phoneNumber: z.string().optional(),
  /** What comes back with a tap. */
  payload: z.string().optional(),
  /** What a tap copies. */
  code: z.string().optional(),
});

const partFields = {
  header: headerSchema.optional(),
  body: z.string().optional(),
  buttons: z.array(buttonSchema),
};

/** What the customer will see of a template message. */
export const renderedTemplateSchema = z.object({
  ...partFields,
  footer: z.string().optional(),
  limitedTimeOffer: z.object({ text: z.string(), expiresAt: z.string().optional() }).optional(),
  cards: z.array(z.object(partFields)).optional(),
});
