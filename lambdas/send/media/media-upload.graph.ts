import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { AccessToken } from '../../../shared/credentials/access-token.ts';
import type { GraphConfig } from '../../../shared/graph/graph.graph.ts';
import { graphAnswer } from '../../../shared/graph/graph-answer.ts';
import type { MediaUpload, OutgoingFile } from './media-upload.port.ts';

type UploadConfig = Pick<GraphConfig, 'url' | 'version' | 'appSecret'>;

/** Uploads to the Graph API, streaming: a file is never in memory as a whole. Source: Meta, "Upload media". */
export function mediaUploadOverHttps(config: UploadConfig): MediaUpload {
  return {
    async upload(file, token, signal) {
      const ended = new AbortController();
      const either = AbortSignal.any([signal, ended.signal]);
      try {
        const { appSecrets } = await config.appSecret.read();
        const target = uploadUrl(config, file.phoneNumberId, proof(appSecrets[0] ?? '', token));
        const { type, head, tail } = form(file.mimeType);
        const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
          method: 'POST',
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${token.reveal()}`,
            'content-type': type,
            'content-length': head.length + file.sizeBytes + tail.length,
          },
          signal: either,
        });
        // Whoever waits hears of it; without this line one that nobody waits for would end the process.
        request.on('error', () => {});
        const answered = responseOf(request, either);
        // An answer may come before the file is through: then it is what counts.
        const response = await Promise.race([
          answered,
          write(request, { head, bytes: file.bytes, tail }, either).then(() => answered),
        ]);
        const { statusCode: status = 0, headers } = response;
        return graphAnswer({ status, headers, text: await text(response) }, Date.now());
      } catch {
        return { kind: 'ambiguous', problem: 'The file could not be handed over as a whole' };
      } finally {
        ended.abort();
      }
    },
  };
}

function uploadUrl({ url, version }: UploadConfig, phoneNumberId: string, proof: string): URL {
  const target = new URL(`${url}/${version}/${phoneNumberId}/media`);
  target.searchParams.set('appsecret_proof', proof);
  return target;
}

/** Source: Graph API, "Secure Graph API calls". */
function proof(appSecret: string, token: AccessToken): string {
  return createHmac('sha256', appSecret).update(token.reveal()).digest('hex');
}

/** What stands around the file. Its own name is nothing to Meta: a document's stands in the message. */
function form(mimeType: string): { type: string; head: Buffer; tail: Buffer } {
  const boundary = randomUUID();
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: ${mimeType}\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(field('messaging_product', 'whatsapp') + field('type', mimeType) + file),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

async function responseOf(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const [response] = await once(request, 'response', { signal });
  return response;
}

async function write(
  request: ClientRequest,
  { head, bytes, tail }: { head: Buffer; bytes: OutgoingFile['bytes']; tail: Buffer },
  signal: AbortSignal,
): Promise<void> {
  request.write(head);
  for await (const chunk of bytes) {
    if (!request.write(chunk)) {
      await once(request, 'drain', { signal });
    }
  }
  request.end(tail);
}
