import { randomInt } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { graphError } from '../edge.ts';

/** Source: Meta, "Override webhook". */
const maxUriLength = 200;
const timeoutMs = 10_000;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Asks a callback for its `hub.challenge`, if it is on this machine: nothing leaves it. Throws 100 for
 * what is no URL of at most 200 characters, 2200 for a callback that does not echo the challenge.
 * Source: Meta, "Create a webhook endpoint" and "Override webhook"; the wording is from practice.
 */
export async function verifyCallback(uri: string, verifyToken: string): Promise<void> {
  const url = URL.parse(uri);
  if (!url || uri.length > maxUriLength) {
    throw graphError(100, {
      details: `The callback URI must be a URL of at most ${maxUriLength} characters.`,
    });
  }
  if (!loopback.test(url.hostname)) return;
  const challenge = String(randomInt(1e9, 1e10));
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', verifyToken);
  const problem = await problemOf(url, challenge);
  if (problem === undefined) return;
  throw graphError(2200, {
    message: `(#2200) Callback verification failed with the following errors: ${problem}`,
  });
}

async function problemOf(url: URL, challenge: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { redirect: 'manual', signal });
    const answer = await response.text();
    if (response.status !== 200) {
      return `HTTP Status Code = ${response.status}; HTTP Message = ${response.statusText}`;
    }
    return answer === challenge ? undefined : 'the answer is not hub.challenge';
  } catch (error) {
    return `HTTP Status Code = 0; ${isNativeError(error) ? error.message : error}`;
  }
}
