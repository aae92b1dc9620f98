import * as z from 'zod';
import type { AccessToken } from '../../../shared/credentials/access-token.ts';
import type { Graph, GraphError, GraphUsage } from '../../../shared/graph/graph.port.ts';
import { type TemplateDefinition, templateDefinitionSchema } from './template-definition.schema.ts';

/** How fetching templates ended, and how much of Meta's limits is used up since. */
export type FetchedTemplates = { usage?: GraphUsage | undefined } & (
  | { kind: 'fetched'; definitions: TemplateDefinition[] }
  | { kind: 'refused'; error: GraphError }
  /** Meta could not be asked, or is better left alone for now. */
  | { kind: 'unavailable' }
  /** Meta has answered, and nobody can read it. */
  | { kind: 'unreadable'; problem: string }
);

/** Only some of these come by themselves. Source: Graph API reference, message_templates. */
const fields = [
  'id',
  'name',
  'language',
  'status',
  'category',
  'components',
  'parameter_format',
  'quality_score',
  'rejected_reason',
  'previous_category',
  'sub_category',
  'message_send_ttl_seconds',
].join();

const pageSchema = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({
      next: z.string().optional(),
      cursors: z.object({ after: z.string().optional() }).optional(),
    })
    .optional(),
});

const pageSize = 100;
/** Three times what a verified business may have: more is no list but a circle. */
const maxPages = 200;
/** From how many percent of Meta's limits on, calls are left to those who need them. */
export const busyPercent = 90;

/**
 * Fetches a WABA's templates, all or those of one name, page by page.
 * @param name only this template, in all its languages
 * @param isPatient stops between two pages where Meta's limits are nearly used up
 */
export async function fetchTemplates(
  graph: Graph,
  {
    token,
    wabaId,
    name,
    isPatient,
  }: { token: AccessToken; wabaId: string; name?: string | undefined; isPatient: boolean },
): Promise<FetchedTemplates> {
  const definitions: TemplateDefinition[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const answer = await graph.call({
      method: 'GET',
      path: `${wabaId}/message_templates`,
      query: {
        fields,
        limit: String(pageSize),
        ...(name === undefined ? {} : { name }),
        ...(after === undefined ? {} : { after }),
      },
      token,
    });
    const { usage } = answer;
    if (answer.kind === 'refused') {
      return { kind: 'refused', error: answer.error, usage };
    }
    if (answer.kind !== 'ok') {
      return { kind: 'unavailable', usage };
    }
    const page = pageSchema.safeParse(answer.body);
    if (!page.success) {
      return { kind: 'unreadable', problem: 'its answer is no list of templates', usage };
    }
    definitions.push(...page.data.data.flatMap((row) => readable(row, name)));
    const { next, cursors } = page.data.paging ?? {};
    if (next === undefined) {
      return { kind: 'fetched', definitions, usage };
    }
    // By cursor and not by the URL, which carries the token.
    after = cursors?.after;
    if (after === undefined) {
      return { kind: 'unreadable', problem: 'a page of templates has no cursor', usage };
    }
    if (isPatient && usage && usage.percent >= busyPercent) {
      return { kind: 'unavailable', usage };
    }
  }
  return { kind: 'unreadable', problem: `the templates do not end after ${maxPages} pages` };
}

/** Meta's filter finds names that only contain the one that is asked for. */
function readable(row: unknown, name: string | undefined): TemplateDefinition[] {
  const { data } = templateDefinitionSchema.safeParse(row);
  return data && (name === undefined || data.name === name) ? [data] : [];
}
