import * as z from 'zod';
import type { GraphState } from '../state.ts';

/** What happens to tokens, as POST `/_local/graph/tokens` takes it. */
export const tokenChange = z
  .strictObject({
    token: z.string().optional(),
    wabaId: z.string().optional(),
    action: z.enum(['revoke', 'expire', 'unshare']),
  })
  .refine(({ token, wabaId }) => token !== undefined || wabaId !== undefined, {
    error: 'token or wabaId must be given',
  });

/**
 * Changes one token, or all that reach an account, and tells how many. `unshare` takes the account, or
 * all of them, from the token: that is how a business withdraws access.
 */
export function changeTokens(
  state: GraphState,
  { token, wabaId, action }: z.output<typeof tokenChange>,
): number {
  const chosen = [...state.tokens].filter(
    ([key, grant]) =>
      (token === undefined || key === token) &&
      (wabaId === undefined || grant.wabaIds.includes(wabaId)),
  );
  for (const [, grant] of chosen) {
    if (action === 'revoke') grant.revoked = true;
    if (action === 'expire') grant.expiresAt = state.now();
    if (action === 'unshare') {
      grant.wabaIds = wabaId === undefined ? [] : grant.wabaIds.filter((id) => id !== wabaId);
    }
  }
  return chosen.length;
}
