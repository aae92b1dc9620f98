import * as z from 'zod/mini';

const oneToThree = z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(3));

/** The secret's JSON. Several values of each are valid at once, so that either can be rotated without a gap. */
export const appSecretSchema = z.object({
  /** The Meta app's secrets, with which webhooks are signed. */
  appSecrets: oneToThree,
  /** What Meta has to repeat when it verifies the callback URL. */
  verifyTokens: oneToThree,
});

/** The Meta app's secrets and verify tokens. */
export type AppSecret = z.output<typeof appSecretSchema>;
