import { apiMethod } from '../../shared/http/api.ts';
import { templatesOfWabaQuerySchema } from './template/templates-query.schema.ts';
import { templatesHandler } from './templates.composition.ts';

/** `whatsapp-get-templates`: the full definitions of one WABA's message templates. */
export const handler = templatesHandler((lists) =>
  apiMethod({
    input: { query: templatesOfWabaQuerySchema },
    handle: async (query) => ({ status: 200, body: await lists.ofWaba(query) }),
  }),
);
