import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Download, MediaDownload } from './media-download.port.ts';
import { isPublicAddress } from './public-address.ts';
import { type CheckedUrl, checkedUrl } from './url-guard.ts';

/** How files are asked for. */
export interface MediaDownloadConfig {
  /** The configured Graph API: its files are asked for without looking at its address. */
  graphUrl: string;
  /** All addresses of a name. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>;
  /** Node's own, for everything but the configured Graph API. */
  request?: (url: URL, options: RequestOptions) => ClientRequest;
  /** For the name, the connection and its encryption, in ms. */
  connectTimeoutMs?: number;
  /** For the answer, and then for every `steadyBytes`, in ms: at least 16 KB a second. */
  stallMs?: number;
  /** For everything, in ms. */
  timeoutMs?: number;
}

/** See `stallMs`. */
const steadyBytes = 160 * 1024;

const maxRedirects = 2;

const redirects = [301, 302, 303, 307, 308];

class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/**
 * Meta's files over HTTPS (HTTP only for a simulator). The token goes to the host that the file's URL
 * names, if it is Meta's own, and no further; redirects are followed twice, each checked as the first.
 */
export function mediaDownloadFromMeta({
  graphUrl,
  resolve = (hostname) => dnsLookup(hostname, { all: true }),
  request = httpsRequest,
  connectTimeoutMs = 2000,
  stallMs = 10_000,
  timeoutMs = 120_000,
}: MediaDownloadConfig): MediaDownload {
  /** The connection is made to what this answers: a second look at the name could find something else. */
  const publicLookup: LookupFunction = (hostname, { all }, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
          done(new AddressRefusedError('The name has an address that is not public'), '', 0);
        } else if (all) {
          done(null, addresses);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: Error) => done(error, '', 0),
    );
  };

  function get(
    { url, isConfigured }: CheckedUrl,
    token: AccessToken | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const options = {
      agent: false,
      signal,
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        // Source: Meta, "Media": without one its servers answer with an error.
        'user-agent': 'nexus-whatsapp/1',
        ...(token && { authorization: `Bearer ${token.reveal()}` }),
      },
    } as const;
    if (!isConfigured) {
      return answerTo(request(url, { ...options, lookup: publicLookup }));
    }
    const requestOf = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return answerTo(requestOf(url, options));
  }

  function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const end = (problem: string) => () => sent.destroy(new Error(problem));
    let timer = setTimeout(end('Connecting took too long'), connectTimeoutMs);
    sent.once('socket', (socket) => {
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = setTimeout(end('The answer took too long'), stallMs);
      });
    });
    sent.once('response', resolve);
    // It stays: an error after the response is the response's too, and here nobody's.
    sent.on('error', reject);
    sent.end();
    return promise.finally(() => clearTimeout(timer));
  }

  async function follow(text: string, token: AccessToken): Promise<Download> {
    const signal = AbortSignal.timeout(timeoutMs);
    let target = checkedUrl(text, graphUrl);
    const tokenHost = target?.getsToken ? target.url.host : undefined;
    for (let hops = 0; target; hops++) {
      const isTokenHost = target.url.host === tokenHost;
      const response = await get(target, isTokenHost ? token : undefined, signal);
      const { statusCode: status = 0, headers } = response;
      if (!redirects.includes(status) || hops === maxRedirects) {
        return downloadOf(response, stallMs);
      }
      response.destroy();
      target = checkedUrl(headers.location ?? '', graphUrl, target.url);
    }
    return { kind: 'address-refused' };
  }

  return {
    async open(url, token) {
      try {
        return await follow(url, token);
      } catch (error) {
        return error instanceof AddressRefusedError
          ? { kind: 'address-refused' }
          : { kind: 'failed', problem: error instanceof Error ? error.name : typeof error };
      }
    },
  };
}

function downloadOf(response: IncomingMessage, stallMs: number): Download {
  const { statusCode: status = 0, headers } = response;
  if (status !== 200) {
    response.destroy();
    const { 'retry-after': retryAfter = '' } = headers;
    const retryAfterMs = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
    return { kind: 'refused', status, retryAfterMs };
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    response.destroy();
    return { kind: 'encoded' };
  }
  const length = headers['content-length'];
  return {
    kind: 'open',
    bytes: steadily(response, stallMs),
    sizeBytes: length === undefined ? undefined : Number(length),
    close: () => response.destroy(),
  };
}

/** Counts only the time that is spent waiting for Meta: whoever reads may be slower. */
async function* steadily(response: IncomingMessage, stallMs: number): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  let leftMs = stallMs;
  let arrived = 0;
  for (;;) {
    const askedAt = performance.now();
    const timer = setTimeout(
      () => response.destroy(new Error('The file comes too slowly')),
      Math.max(leftMs, 0),
    );
    const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
    if (done) {
      return;
    }
    leftMs -= performance.now() - askedAt;
    arrived += value.length;
    if (arrived >= steadyBytes) {
      leftMs = stallMs;
      arrived = 0;
    }
    yield value;
  }
}
