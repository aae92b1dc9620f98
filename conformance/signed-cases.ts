import { randomUUID } from 'node:crypto';
import type { ConformanceCase, Expected } from './case.schema.ts';
import { fillIn } from './fill-in.ts';
import { knownNumbers, type ReceiverOptions } from './receiver-options.ts';
import { type WireRequest, wireRequest } from './signed-request.ts';

/** A case with nothing left open. */
export interface SignedCase extends Pick<ConformanceCase, 'name' | 'area' | 'why' | 'source'> {
  requests: (WireRequest & { copies: number; answer: 200 | 'refused' | 'below-500' })[];
  delivered: Expected[];
}

/** Cases as requests that any HTTP client can post. @throws CommandError where options are wrong */
export function signedCases(
  cases: readonly ConformanceCase[],
  options: ReceiverOptions,
): SignedCase[] {
  const { secret: appSecret = 'app secret', verifyToken = 'verify token' } = options;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const facts = { run: randomUUID(), numbers: knownNumbers(options), verifyToken, nowSeconds };
  return cases.map((each) => {
    const filledIn = fillIn(each, facts);
    const requests = each.requests.map((request) => ({
      ...wireRequest(request, filledIn, { appSecret, verifyToken }),
      copies: 'copies' in request ? request.copies : 1,
      answer: request.answer,
    }));
    const { name, area, why, source } = each;
    return { name, area, why, source, requests, delivered: filledIn.delivered };
  });
}
