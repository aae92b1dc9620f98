import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { type GraphAnswerOut, type GraphCallIn, type GraphEdge, graphError } from './edge.ts';

type Answering = GraphAnswerOut | undefined | Promise<GraphAnswerOut | undefined>;

/** An edge at one method and path, such as `:id/register`; `handle` gets the segment at `:id`. */
export function edgeAt(
  method: string,
  pattern: string,
  handle: (call: GraphCallIn, id: string) => Answering,
): GraphEdge {
  const segments = pattern.split('/');
  return (call) => {
    const fits =
      call.method === method &&
      call.path.length === segments.length &&
      segments.every((segment, index) => segment === ':id' || segment === call.path[index]);
    return fits ? handle(call, call.path[segments.indexOf(':id')] ?? '') : undefined;
  };
}

/** All parameters of a call: Graph takes them in the query as well as in the body. */
export function parametersOf({ query, body }: GraphCallIn): JsonObject {
  return { ...Object.fromEntries(query), ...(isJsonObject(body) && body) };
}

/** A parameter that is a text of at least one character. Throws 100 where it is missing or is none. */
export function requiredText(call: GraphCallIn, name: string): string {
  const value = parametersOf(call)[name];
  if (value === undefined || value === '') {
    throw graphError(100, { message: `(#100) The parameter ${name} is required.` });
  }
  if (typeof value !== 'string') {
    throw graphError(100, { message: `(#100) Param ${name} must be a string.` });
  }
  return value;
}

/** Throws 100 for a call without `messaging_product: whatsapp`. */
export function checkMessagingProduct(call: GraphCallIn): void {
  if (requiredText(call, 'messaging_product') !== 'whatsapp') {
    throw graphError(100, {
      message: "(#100) Param messaging_product must be one of {'WHATSAPP'}",
    });
  }
}
