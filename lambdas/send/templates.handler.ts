import { apiMethod } from '../../shared/http/api.ts';
import { templateListQuerySchema } from './template/templates-query.schema.ts';
import { templatesHandler } from './templates.composition.ts';

/** `whatsapp-templates`: an organisation's message templates by status, category, language and name. */
export const handler = templatesHandler((lists) =>
  apiMethod({
    input: { query: templateListQuerySchema },
    handle: async (query) => ({ status: 200, body: await lists.ofOrganization(query) }),
  }),
);
