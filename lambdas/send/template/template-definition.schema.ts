import * as z from 'zod';

/** A field that is not what Meta documents is as good as absent. */
const optionalText = z.string().optional().catch(undefined);
const optionalFlag = z.boolean().optional().catch(undefined);
const optionalNumber = z.number().optional().catch(undefined);

const namedExamplesSchema = z
  .array(z.object({ param_name: z.string(), example: z.string() }))
  .optional()
  .catch(undefined);

const exampleSchema = z
  .looseObject({
    header_text: z.array(z.string()).optional().catch(undefined),
    header_text_named_params: namedExamplesSchema,
    header_handle: z.array(z.string()).optional().catch(undefined),
    body_text: z.array(z.array(z.string())).optional().catch(undefined),
    body_text_named_params: namedExamplesSchema,
  })
  .optional()
  .catch(undefined);

const buttonSchema = z.looseObject({
  type: z.string().catch(''),
  text: optionalText,
  url: optionalText,
  phone_number: optionalText,
  example: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
});

const componentFields = {
  type: z.string().catch(''),
  format: optionalText,
  text: optionalText,
  example: exampleSchema,
  buttons: z.array(buttonSchema).optional().catch(undefined),
  add_security_recommendation: optionalFlag,
  code_expiration_minutes: optionalNumber,
};

const cardSchema = z.looseObject({ components: z.array(z.looseObject(componentFields)) });

const componentSchema = z.looseObject({
  ...componentFields,
  limited_time_offer: z
    .looseObject({ text: optionalText, has_expiration: optionalFlag })
    .optional()
    .catch(undefined),
  cards: z.array(cardSchema).optional().catch(undefined),
});

/**
 * A message template as Meta lists it. Statuses, categories, formats and types are open lists, their
 * case varies, and what is not named here is kept as it came.
 * Source: Meta, "Message templates", "Components"; Graph API reference, message_templates.
 */
export const templateDefinitionSchema = z.looseObject({
  id: z.union([z.string(), z.number().transform(String)]).optional(),
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().catch(''),
  category: z.string().catch(''),
  parameter_format: optionalText,
  components: z.array(componentSchema).default([]),
});

/** A message template. */
export type TemplateDefinition = z.output<typeof templateDefinitionSchema>;

/** One of a template's components, or of a card's. */
export type ComponentDefinition = z.output<typeof cardSchema>['components'][number];

/** One of a template's buttons. */
export type ButtonDefinition = z.output<typeof buttonSchema>;
