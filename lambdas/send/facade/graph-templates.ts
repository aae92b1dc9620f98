import type { Credentials } from '../../../shared/credentials/credential.port.ts';
import type { Graph } from '../../../shared/graph/graph.port.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { answerOf, assertConnected, noteDeadToken, notFound, openToken } from '../refusals.ts';
import { type GraphEvent, templatePageSchema } from './graph-request.schema.ts';

/** What the façade's list of templates needs from outside. */
export interface GraphTemplatePorts {
  credentials: Credentials;
  graph: Graph;
  now(): Date;
  report(error: unknown): void;
}

/** No others are passed on: `method` and `access_token` would make another call of it. */
const parameters = [
  ...['fields', 'limit', 'after', 'before', 'summary', 'since', 'until'],
  ...['name', 'name_or_content', 'content', 'language', 'status', 'category', 'quality_score'],
  ...['source', 'correct_category'],
];

/**
 * Answers GET `/<waba id>/message_templates` with what Meta answers. Its links to other pages, which
 * carry our token, lead here instead. Source: Graph API reference, message_templates.
 * @throws Problem
 */
export async function getTemplates(
  event: GraphEvent,
  { organizationId, wabaId }: { organizationId: string; wabaId: string },
  ports: GraphTemplatePorts,
): Promise<object> {
  const { credentials, graph, report } = ports;
  const found = await credentials.find(organizationId, wabaId);
  if (!found) {
    throw notFound('wabaId', 'This organisation has no such WhatsApp Business Account.');
  }
  const credential = assertConnected(found);
  const query = Object.fromEntries(
    Object.entries(event.queryStringParameters).filter(([name]) => parameters.includes(name)),
  );
  const token = await openToken(credentials, credential, report);
  const path = `${wabaId}/message_templates`;
  const answer = await graph.call({ method: 'GET', path, query, token });
  await noteDeadToken(answer, credential, ports);
  const page = templatePageSchema.safeParse(answerOf(answer)).data;
  if (!page) {
    throw new Problem('meta-error', { detail: "Meta's answer is no list of templates." });
  }
  const { paging, ...rest } = page;
  return paging ? { ...rest, paging: pagesHere(paging, event, query) } : rest;
}

type Paging = NonNullable<ReturnType<typeof templatePageSchema.parse>['paging']>;

function pagesHere(
  { cursors, next, previous }: Paging,
  { headers, requestContext, rawPath }: GraphEvent,
  { after: _, before: __, ...query }: Record<string, string>,
): object {
  const origin = `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;
  const address = (cursor: Record<string, string>) =>
    `${origin}${rawPath}?${new URLSearchParams({ ...query, ...cursor })}`;
  return {
    ...(cursors && { cursors }),
    ...(next !== undefined && cursors?.after !== undefined
      ? { next: address({ after: cursors.after }) }
      : {}),
    ...(previous !== undefined && cursors?.before !== undefined
      ? { previous: address({ before: cursors.before }) }
      : {}),
  };
}
