import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { apiByPath, apiMethod } from '../../shared/http/api.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import { uploadsInDynamoDb } from '../../shared/media/uploads.dynamodb.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { mediaLink } from './media-link.ts';
import { mediaLinksInS3 } from './media-links.s3.ts';
import { mediaMetrics } from './metrics.ts';
import { retryMedia } from './retry-media.ts';
import { uploadForm } from './upload-form.ts';
import { whatsappMediaEnvSchema } from './whatsapp-media.env.ts';
import {
  mediaLinkQuerySchema,
  retryRequestSchema,
  transcribeAgainSchema,
  uploadRequestSchema,
} from './whatsapp-media.schema.ts';
import { countedApi, countedHandler } from './whatsapp-media-metrics.composition.ts';
import { transcribeAgain } from './whatsapp-media-transcribe.ts';
import { transcriptsInDynamoDb } from './whatsapp-media-transcripts.dynamodb.ts';

const env = readEnv(whatsappMediaEnvSchema);
const { TABLE_NAME: tableName } = env;
const client = new DynamoDBClient(awsClientConfig(interactiveBudget));
const reader = tableReader(client, tableName);
const now = () => new Date();
const ports = {
  ledger: mediaLedgerInDynamoDb(client, { tableName, reader }),
  transcripts: transcriptsInDynamoDb(client, { tableName, reader }),
  uploads: uploadsInDynamoDb({ client, tableName, reader, now }),
  links: mediaLinksInS3(env.MEDIA_BUCKET),
  now,
};

const link = apiMethod({
  input: { query: mediaLinkQuerySchema },
  handle: async (query) => ({ status: 200, body: await mediaLink(query, ports) }),
});

const upload = apiMethod({
  input: { body: uploadRequestSchema },
  handle: async (request) => ({ status: 200, body: await uploadForm(request, ports) }),
});

const retry = apiMethod({
  input: { body: retryRequestSchema },
  handle: async (request) => ({ status: 200, body: await retryMedia(request, ports) }),
});

const transcribe = apiMethod({
  input: { body: transcribeAgainSchema },
  async handle(request) {
    return { status: 202, body: { revision: await transcribeAgain(request, ports) } };
  },
});

const api = (methods: Parameters<typeof countedApi>[0]) =>
  countedApi(methods, env.ORGANIZATIONS_CLAIM);
const { linksGiven, formsGiven, filesRetried, transcriptsRetried } = mediaMetrics;

/** `whatsapp-media`: links to files, forms to upload them, and files and transcripts asked for again. */
export const handler = countedHandler(
  apiByPath({
    '/whatsapp-media': api({ GET: [link, linksGiven], POST: [upload, formsGiven] }),
    '/whatsapp-media/retry': api({ POST: [retry, filesRetried] }),
    '/whatsapp-media/transcribe': api({ POST: [transcribe, transcriptsRetried] }),
  }),
);
