import * as z from 'zod';
import { areUnique, listSchema, textSchema } from './fields.schema.ts';
import {
  bodySchema,
  buttonLabelSchema,
  cardHeaderSchema,
  replySchema,
} from './interactive-parts.schema.ts';
import { webLinkSchema } from './media.schema.ts';

// Meta's page limits ids and URLs to 20 characters, which its own examples exceed.
const urlActionSchema = () =>
  z.strictObject({
    name: z.literal('cta_url'),
    parameters: z.strictObject({ display_text: buttonLabelSchema(), url: webLinkSchema(2000) }),
  });

const replyActionSchema = () =>
  z.strictObject({
    buttons: listSchema(
      z.strictObject({ type: z.literal('quick_reply'), quick_reply: replySchema() }),
      { max: 3, items: 'buttons' },
    ).refine((buttons) => areUnique(buttons, (button) => button.quick_reply.id), {
      error: 'must have buttons with different ids',
    }),
  });

type Action =
  | z.output<ReturnType<typeof urlActionSchema>>
  | z.output<ReturnType<typeof replyActionSchema>>;

/** Equal for actions of the same kind with as many buttons. */
function shapeOf(action: Action): string {
  return 'buttons' in action ? `${action.buttons.length} replies` : 'url';
}

const cardSchema = () =>
  z.strictObject({
    card_index: z.int().min(0).max(9),
    // Of cards with quick replies too, in Meta's examples.
    type: z.literal('cta_url'),
    header: cardHeaderSchema(),
    body: z
      .strictObject({
        text: textSchema(160).refine(
          (text) => text.split('\n').length <= 3,
          'must have at most 2 line breaks',
        ),
      })
      .optional(),
    action: z.union([urlActionSchema(), replyActionSchema()], {
      error: 'must have either name "cta_url" with parameters, or buttons',
    }),
  });

/** Cards with an image or a video. Source: Meta, "Interactive media carousel messages". */
export const carouselSchema = () =>
  z.strictObject({
    type: z.literal('carousel'),
    body: bodySchema(),
    action: z.strictObject({
      cards: listSchema(cardSchema(), { min: 2, max: 10, items: 'cards' })
        .refine((cards) => areUnique(cards, (card) => card.card_index), {
          error: 'must have cards with different card_index',
        })
        .refine((cards) => new Set(cards.map((card) => shapeOf(card.action))).size <= 1, {
          error: 'must have the same kind and number of buttons on all cards',
        }),
    }),
  });
