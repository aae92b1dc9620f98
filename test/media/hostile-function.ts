/**
 * The function in a process of its own, whose memory is then nobody else's: `mirror-media` with everything
 * real but the table, and with Meta and S3 on this machine. Each message is a job to end, each answer how.
 */
import { request as httpRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { mediaDownloadFromMeta } from '../../lambdas/media/media-download.graph.ts';
import { mediaStoreInS3 } from '../../lambdas/media/media-store.s3.ts';
import { mirrorMedia } from '../../lambdas/media/mirror-media.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import type { MediaEvent } from '../../shared/media/media-ledger.port.ts';
import { type MediaRecord, mediaJobSchema } from '../../shared/media/media-record.schema.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryMediaErrors } from '../fakes/memory-media.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { messageOf, receiver, receiverToken, sentAt } from './media-fixtures.ts';

/** How a job ended. */
export interface HostileEnd {
  record?: MediaRecord | undefined;
  attempts: number;
  told: MediaEvent[];
  /** The most memory that the process had so far, in bytes. */
  peakBytes: number;
}

const [, , graphUrl = '', cdnPort = ''] = process.argv;

/** Names of Meta's whose addresses are not public. */
const internalNames = new Map([
  ['metadata.fbsbx.com', ['169.254.169.254']],
  ['loopback.fbsbx.com', ['127.0.0.1']],
  ['mapped.whatsapp.net', ['::ffff:10.0.0.1']],
  ['half.whatsapp.net', ['157.240.0.35', '10.0.0.1']],
]);

async function resolve(hostname: string) {
  const addresses = internalNames.get(hostname) ?? ['157.240.0.35'];
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** In place of HTTPS to the Internet: the name is looked up as it would be, then the CDN here is called. */
function request(url: URL, { lookup, signal, headers }: RequestOptions) {
  return httpRequest({
    ...(signal ? { signal } : {}),
    agent: false,
    host: url.hostname,
    port: cdnPort,
    path: `${url.pathname}${url.search}`,
    headers: { ...(Array.isArray(headers) ? {} : headers), host: url.host },
    lookup: (hostname, options, done) => {
      if (!lookup) throw new Error('The name would be looked up unseen');
      lookup(hostname, options, (error) =>
        error ? done(error, '') : done(null, [{ address: '127.0.0.1', family: 4 }]),
      );
    },
  });
}

const betweenAttemptsMs = 8 * 60 * 60 * 1000;

/** Attempts, eight hours apart, until the file has ended. */
async function end(message: unknown): Promise<HostileEnd> {
  const job = mediaJobSchema.parse(message);
  const ledger = new MemoryMediaLedger();
  ledger.add(messageOf(job));
  const credentials = new MemoryCredentials();
  credentials.connect(receiver.organizationId, receiver.wabaId, receiverToken);
  const queuedAt = new Date(sentAt);
  let nowMs = queuedAt.getTime();
  const appSecret = { read: async () => ({ appSecrets: ['secret'], verifyTokens: ['token'] }) };
  const ports = {
    ledger,
    credentials,
    routes: { byPhoneNumber: async () => receiver, byWaba: async () => [receiver] },
    errors: new MemoryMediaErrors(),
    graph: graphOverHttps({ url: graphUrl, version: 'v25.0', appSecret }),
    download: mediaDownloadFromMeta({
      ...{ graphUrl, resolve, request },
      ...{ connectTimeoutMs: 1000, stallMs: 1000, timeoutMs: 60_000 },
    }),
    store: mediaStoreInS3('media'),
    settings: new MemorySettings(),
    now: () => new Date(nowMs),
    report: () => undefined,
  };
  let attempts = 0;
  let outcome: string;
  do {
    attempts++;
    ({ outcome } = await mirrorMedia(job, { receives: attempts, queuedAt }, ports));
    nowMs += betweenAttemptsMs;
  } while (outcome === 'again' && attempts < 100);
  const { phoneNumberId, messageId } = job.message;
  const record = (await ledger.find(phoneNumberId, messageId))?.record;
  // Its unit is KiB.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { record, attempts, told: ledger.told, peakBytes };
}

process.on('message', (message) => {
  end(message).then(
    (ended) => process.send?.(ended),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.('ready');
