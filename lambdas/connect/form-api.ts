import { type ApiMethod, type HttpAnswer, jsonApi } from '../../shared/http/api.ts';
import { type ApiEvent, apiEventSchema } from '../../shared/http/api-event.schema.ts';
import { Problem } from '../../shared/http/problem.ts';

const maxBodyBytes = 16 * 1024;

/**
 * Answers the events of an address that takes a form by POST, and what `methods` has besides. Never rejects.
 * Source: Meta, "Data deletion request callback": application/x-www-form-urlencoded.
 * @param handle answers the form. @throws Problem, or what else went wrong
 */
export function formApi(
  handle: (form: URLSearchParams) => ReturnType<ApiMethod>,
  options: { methods?: { GET: ApiMethod }; onError(error: unknown): void },
): (event: unknown) => Promise<HttpAnswer> {
  const { methods = {}, onError } = options;
  return (event) =>
    jsonApi(
      { ...methods, POST: async () => handle(formOf(apiEventSchema.parse(event))) },
      { organizationsClaim: undefined, onError },
    )(event);
}

function formOf({ body, isBase64Encoded, headers }: ApiEvent): URLSearchParams {
  const contentType = Object.entries(headers).find(
    ([name]) => name.toLowerCase() === 'content-type',
  );
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType?.[1] ?? '')) {
    throw new Problem('unsupported-media-type', { detail: 'Send the body as a form.' });
  }
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  if (text.length > maxBodyBytes) {
    throw new Problem('request-too-large', { detail: `At most ${maxBodyBytes} bytes are taken.` });
  }
  return new URLSearchParams(text);
}
