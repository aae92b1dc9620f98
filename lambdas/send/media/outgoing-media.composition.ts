import { appSecretInSecretsManager } from '../../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../../shared/app-secret/app-secret-cache.ts';
import { toVoiceMessage } from '../../../shared/media/remux.ts';
import { uploadsInDynamoDb } from '../../../shared/media/uploads.dynamodb.ts';
import { readEnv } from '../../../shared/runtime/env.ts';
import type { SendAdapters } from '../send.composition.ts';
import { sendMessageEnvSchema } from '../send.env.ts';
import { lazyMediaFiles } from './lazy-media-files.ts';
import { mediaUploadOverHttps } from './media-upload.graph.ts';
import { metaMediaInDynamoDb } from './meta-media.dynamodb.ts';
import type { OutgoingMedia } from './outgoing-media.port.ts';
import { outgoingMedia } from './outgoing-media.ts';
import { receivedFilesInDynamoDb } from './received-files.dynamodb.ts';

/** The organisations' files on their way to Meta. S3's client is loaded when needed. */
export function outgoingMediaOf({
  client,
  reader,
  credentials,
  now,
  report,
}: SendAdapters): OutgoingMedia {
  const env = readEnv(sendMessageEnvSchema);
  const table = { client, tableName: env.TABLE_NAME, reader, now };
  return outgoingMedia({
    uploads: uploadsInDynamoDb(table),
    received: receivedFilesInDynamoDb(table.reader),
    files: lazyMediaFiles(env.MEDIA_BUCKET),
    metaMedia: metaMediaInDynamoDb(table),
    upload: mediaUploadOverHttps({
      url: env.GRAPH_URL,
      version: env.GRAPH_VERSION,
      appSecret: cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now),
    }),
    toVoiceMessage,
    ...{ credentials, now, report },
  });
}
