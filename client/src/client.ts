import { WhatsappApiError } from './api-error.ts';
import { exchange, untilAnswered } from './attempts.ts';
import { type CallOptions, type ClientOptions, callerOf, patienceOf } from './call.ts';
import { type Operations, operations, type UploadForm, type UploadRequest } from './types.ts';

// biome-ignore lint/performance/noBarrelFile: the package's entry, which whoever catches an error imports anyway.
export { WhatsappApiError } from './api-error.ts';
export type { CallOptions, ClientOptions } from './call.ts';

/** One operation of the API. @throws WhatsappApiError, or the reason of `signal` */
export type Method<Id extends keyof Operations> = (
  request: Operations[Id]['request'],
  options?: CallOptions,
) => Promise<Operations[Id]['answer']>;

/** A file to upload: `sizeBytes` is told from its bytes. */
export type Upload = Omit<UploadRequest, 'sizeBytes'> & { bytes: Uint8Array<ArrayBuffer> | Blob };

/** The API: every operation by the name that docs/api.md gives it. */
export type WhatsappClient = { [Id in keyof Operations]: Method<Id> } & {
  /** Uploads a file. @returns its `uploadId`, which a send's `media` names for a day */
  uploadMedia(file: Upload, options?: { signal?: AbortSignal }): Promise<string>;
};

/** A client of the API. Throws where it knows no region to sign for. */
export function createClient(options: ClientOptions): WhatsappClient {
  const call = callerOf(options);
  function method<Id extends keyof Operations>(id: Id): Method<Id> {
    return (request, callOptions) => call(operations[id], request, callOptions);
  }
  const createUpload = method('createUpload');
  return {
    sendMessage: method('sendMessage'),
    sendTemplate: method('sendTemplate'),
    sendReaction: method('sendReaction'),
    getReplyStatus: method('getReplyStatus'),
    markMessageRead: method('markMessageRead'),
    getTemplates: method('getTemplates'),
    listTemplates: method('listTemplates'),
    readConversation: method('readConversation'),
    listMessages: method('listMessages'),
    republish: method('republish'),
    readRepublishing: method('readRepublishing'),
    erase: method('erase'),
    readErasure: method('readErasure'),
    getMediaLink: method('getMediaLink'),
    createUpload,
    retryMedia: method('retryMedia'),
    transcribeAgain: method('transcribeAgain'),
    readSettings: method('readSettings'),
    writeSettings: method('writeSettings'),
    readHealth: method('readHealth'),
    startSignup: method('startSignup'),
    finishSignup: method('finishSignup'),
    resumeConnection: method('resumeConnection'),
    listConnections: method('listConnections'),
    saveCredentials: method('saveCredentials'),
    disconnect: method('disconnect'),
    issueGraphToken: method('issueGraphToken'),
    listGraphTokens: method('listGraphTokens'),
    revokeGraphToken: method('revokeGraphToken'),
    async uploadMedia({ bytes, ...file }, { signal } = {}) {
      const content = bytes instanceof Blob ? bytes : new Blob([bytes]);
      const request = { ...file, sizeBytes: content.size };
      const form = await createUpload(request, signal && { signal });
      await untilAnswered({
        ...{ ...patienceOf(options), signal },
        attempt: (attemptSignal) => post(form, content, attemptSignal, options.fetch),
        mayRepeat: ({ status }) => status === undefined || status >= 500,
      });
      return form.uploadId;
    },
  };
}

/**
 * Everything that a list has, page by page as it is read.
 * @example for await (const message of eachItem(client.listMessages, { organizationId, conversationId }))
 */
export async function* eachItem<Request extends { cursor?: string }, Item>(
  list: (request: Request, options?: CallOptions) => Promise<{ data: Item[]; nextCursor?: string }>,
  request: Request,
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  for (let page = await list(request, options); ; ) {
    yield* page.data;
    if (page.nextCursor === undefined) return;
    page = await list({ ...request, cursor: page.nextCursor }, options);
  }
}

/** Source: Amazon S3 API Reference, "POST Object". */
async function post(
  { url, fields }: UploadForm,
  content: Blob,
  signal: AbortSignal,
  fetch = globalThis.fetch,
): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', content);
  const { status } = await exchange(fetch, url, { method: 'POST', body, signal });
  if (status >= 300) {
    const detail = 'The store has refused the file.';
    throw new WhatsappApiError({ status, code: 'upload-refused', detail });
  }
}
