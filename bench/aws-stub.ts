import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { listenLocally, stopServer } from '../local/servers.ts';
import type { AppSecret } from '../shared/app-secret/app-secret.schema.ts';

const batchSchema = z.object({
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })),
});

/** What `whatsapp-webhook` calls of AWS: a queue that answers after `queueMs`, and the app secret. */
export async function startAwsStub({ queueMs, secret }: { queueMs: number; secret: AppSecret }) {
  const queued: string[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    switch (request.headers['x-amz-target']) {
      case 'AmazonSQS.SendMessageBatch': {
        await delay(queueMs);
        const { Entries } = batchSchema.parse(body);
        queued.push(...Entries.map(({ MessageBody }) => MessageBody));
        const Successful = Entries.map(({ Id }) => ({ Id, MessageId: Id }));
        response.end(JSON.stringify({ Successful }));
        break;
      }
      case 'secretsmanager.GetSecretValue':
        response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
        break;
      default:
        response.end('{}');
    }
  });
  return {
    url: await listenLocally(server),
    /** Takes the bodies of all messages that came since it was asked last. */
    take: () => queued.splice(0),
    stop: () => stopServer(server),
  };
}
