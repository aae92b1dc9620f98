import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { type ApiMethod, apiByPath, apiMethod, jsonApi } from '../../shared/http/api.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import { uploadsInDynamoDb } from '../../shared/media/uploads.dynamodb.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger } from '../../shared/runtime/observability.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { mediaLink } from './media-link.ts';
import { mediaLinksInS3 } from './media-links.s3.ts';
import { retryMedia } from './retry-media.ts';
import { uploadForm } from './upload-form.ts';
import { whatsappMediaEnvSchema } from './whatsapp-media.env.ts';
import {
  mediaLinkQuerySchema,
  retryRequestSchema,
  transcribeAgainSchema,
  uploadRequestSchema,
} from './whatsapp-media.schema.ts';
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

function api(methods: Partial<Record<'GET' | 'POST', ApiMethod>>) {
  return jsonApi(methods, {
    organizationsClaim: env.ORGANIZATIONS_CLAIM,
    onError: (error) => logger.error('A request has failed', errorFields(error)),
  });
}

/** `whatsapp-media`: links to files, forms to upload them, and files and transcripts asked for again. */
export const handler = middy().handler(
  apiByPath({
    '/whatsapp-media': api({ GET: link, POST: upload }),
    '/whatsapp-media/retry': api({ POST: retry }),
    '/whatsapp-media/transcribe': api({ POST: transcribe }),
  }),
);
