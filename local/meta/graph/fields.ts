import type { JsonObject } from '../../../shared/json.ts';
import { graphError } from './edge.ts';

/**
 * The fields of a node that `?fields=` names, the node's id always among them. Throws 100 for a field
 * that the type of node does not have. Source: Meta, "Graph API: field expansion and errors".
 */
export function selectFields(
  node: JsonObject,
  fields: readonly string[],
  known: ReadonlySet<string>,
  nodeType: string,
): JsonObject {
  const unknown = fields.find((field) => !known.has(field));
  if (unknown !== undefined) {
    throw graphError(100, {
      message: `(#100) Tried accessing nonexisting field (${unknown}) on node type (${nodeType})`,
    });
  }
  const selected = new Set([...fields, 'id']);
  return Object.fromEntries(Object.entries(node).filter(([name]) => selected.has(name)));
}

/** The names in `?fields=`, without what stands in braces or behind a dot; undefined where it is not given. */
export function namedFields(query: URLSearchParams): string[] | undefined {
  const fields = query.get('fields');
  if (!fields) return undefined;
  const names = fields.replace(/\{[^}]*\}|\.[^,]*/g, '').split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
