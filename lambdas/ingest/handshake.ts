import { createHash, timingSafeEqual } from 'node:crypto';

/** What Meta's challenges look like, and nothing that a browser would take for a page. */
const challengeFormat = /^[A-Za-z0-9_-]{1,256}$/;

/**
 * Answers Meta's verification of the callback URL.
 * Source: Meta, "Create a webhook endpoint", Verification requests.
 * @returns the challenge to echo, or undefined where the request is to be refused
 */
export function acceptedChallenge(
  query: Readonly<Record<string, string | undefined>>,
  verifyTokens: readonly string[],
): string | undefined {
  const token = query['hub.verify_token'] ?? '';
  const challenge = query['hub.challenge'] ?? '';
  let known = false;
  for (const valid of verifyTokens) {
    known = isSame(token, valid) || known;
  }
  const accepted = known && query['hub.mode'] === 'subscribe' && challengeFormat.test(challenge);
  return accepted ? challenge : undefined;
}

/** Compares in a time that depends on neither text: digests have one length. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
