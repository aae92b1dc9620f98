import type { ClientOptions } from '../../client/src/call.ts';
import { createClient, type WhatsappClient } from '../../client/src/client.ts';

/** What a scripted fetch does once: answers, breaks, or is silent until it is given up. */
export type Scene = Response | 'broken' | 'silent';

/** A request that was made. */
export interface Seen {
  at: number;
  url: URL;
  method: string;
  headers: Headers;
  body: unknown;
}

/** A client whose requests meet the scenes in turn, the last one again and again. */
export function scripted(
  scenes: readonly Scene[],
  options: Partial<ClientOptions> = {},
): { client: WhatsappClient; seen: Seen[] } {
  const seen: Seen[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { method = 'GET', headers, body } = init ?? {};
    seen.push({
      ...{ at: Date.now(), url: new URL(String(input)), method, headers: new Headers(headers) },
      body: body instanceof FormData ? [...body.keys()] : parsed(String(body ?? '')),
    });
    const scene = scenes[Math.min(seen.length, scenes.length) - 1];
    if (scene instanceof Response) return scene.clone();
    if (scene === 'broken') throw new TypeError('fetch failed');
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true });
    });
  };
  const client = createClient({ baseUrl: 'https://api.example.com', fetch, ...options });
  return { client, seen };
}

/** An answer of the API. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** A problem document. */
export function problem(
  status: number,
  code: string,
  headers: Record<string, string> = {},
): Response {
  const type = `urn:nexus-whatsapp:problem:${code}`;
  return json(status, { type, title: code, status, detail: `about ${code}`, code }, headers);
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
