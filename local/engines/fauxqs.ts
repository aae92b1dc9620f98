import { buildApp } from 'fauxqs';
import * as z from 'zod';

/** S3 takes objects up to 5 GiB in one call, fauxqs up to 11 MiB; WhatsApp-sized files fit in this. */
const maxObjectBytes = 256 * 1024 * 1024;

const sqsTypesSchema = z.object({ INVALID_MESSAGE_BODY_CHAR: z.instanceof(RegExp) });

/**
 * fauxqs 2.4.1 looks at halves of surrogate pairs and refuses every emoji; SQS takes #x10000 to
 * #x10FFFF. The pattern is a module's constant, so it is compiled anew in place.
 */
async function acceptEmoji(): Promise<void> {
  const sqsTypes = new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR } = sqsTypesSchema.parse({ ...(await import(sqsTypes.href)) });
  INVALID_MESSAGE_BODY_CHAR.compile(
    String.raw`[^\x09\x0A\x0D\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]`,
    'u',
  );
}

/** Starts SQS and S3, in memory and in this process. `startFauxqs` would listen on every interface. */
export async function startFauxqs(): Promise<{
  address(): Promise<string>;
  stop(): Promise<void>;
}> {
  await acceptEmoji();
  const app = buildApp({ logger: false });
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxObjectBytes }, (_, body, done) =>
    done(null, body),
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { address: async () => address, stop: () => app.close() };
}
