import { buildApp } from 'fauxqs';

/** S3 takes objects up to 5 GiB in one call, fauxqs up to 11 MiB; WhatsApp-sized files fit in this. */
const maxObjectBytes = 256 * 1024 * 1024;

/** Starts SQS and S3, in memory and in this process. `startFauxqs` would listen on every interface. */
export async function startFauxqs(): Promise<{
  address(): Promise<string>;
  stop(): Promise<void>;
}> {
  const app = buildApp({ logger: false });
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxObjectBytes }, (_, body, done) =>
    done(null, body),
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { address: async () => address, stop: () => app.close() };
}
