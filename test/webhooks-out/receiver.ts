import { Webhook } from 'standardwebhooks';
import * as z from 'zod';

/** Secrets as an operator makes them. */
export const secrets = [1, 2, 3].map(
  (fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`,
);

const eventSchema = z.looseObject({ eventId: z.string() });

/**
 * Verifies a request as the documents tell a receiver to, by the library.
 * @returns the event. @throws where the signature is not one of `secret`
 */
export function verified(
  headers: Readonly<Record<string, string>>,
  body: string,
  secret = secrets[0] ?? '',
): z.output<typeof eventSchema> {
  const event = eventSchema.parse(new Webhook(secret).verify(body, { ...headers }));
  if (event.eventId !== headers['webhook-id']) {
    throw new Error('The webhook-id is not the eventId');
  }
  return event;
}
