import { WhatsappApiError } from './api-error.ts';
import { exchange, untilAnswered } from './attempts.ts';
import {
  type AwsCredentials,
  type Provided,
  provided,
  regionOf,
  signedHeaders,
} from './authorization.ts';
import type { EventQueue } from './consumer.ts';

/** Which queue, and who receives from it. */
export interface SqsOptions {
  /** The output `InboxEventsQueueUrl` or `InboxHistoryQueueUrl` of the stage. */
  queueUrl: string;
  /** They may `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:ChangeMessageVisibility`. */
  credentials: Provided<AwsCredentials>;
  /** Needed where the queue's URL is not one of AWS's own. */
  region?: string;
  /** Where SQS is, if not where the queue's URL says. */
  endpoint?: string;
  fetch?: typeof globalThis.fetch;
}

interface Received {
  Messages?: {
    Body: string;
    ReceiptHandle: string;
    Attributes?: { MessageGroupId?: string; ApproximateReceiveCount?: string };
  }[];
}

/** How long SQS waits for a message, in seconds: the most that it does. */
const waitSeconds = 20;

/**
 * A queue in SQS, without AWS's SDK. Throws where it knows no region to sign for. Its methods throw
 * `WhatsappApiError` with SQS's error as `code`.
 * Source: Amazon SQS Developer Guide, "Making Query API requests using AWS JSON protocol".
 */
export function sqsQueue(options: SqsOptions): EventQueue {
  const { queueUrl: QueueUrl, credentials, fetch = globalThis.fetch } = options;
  const url = new URL(options.endpoint ?? new URL(QueueUrl).origin);
  const region = options.region ?? regionOf(url.hostname, 'sqs');
  if (region === undefined) {
    throw new TypeError('Give a region: the queueUrl does not say which one to sign for');
  }
  const scope = { service: 'sqs', region } as const;

  async function ask(action: string, input: object, signal: AbortSignal): Promise<string> {
    const body = JSON.stringify({ QueueUrl, ...input });
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    };
    const request = { method: 'POST', url, headers, body };
    const signed = await signedHeaders(request, await provided(credentials), scope);
    const init = { method: 'POST', headers: signed, body, signal };
    const { status, text } = await exchange(fetch, url, init);
    if (status !== 200) {
      const code = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? `http-${status}`;
      throw new WhatsappApiError({ status, code, detail: `SQS has refused ${action}.` });
    }
    return text;
  }

  async function change(action: string, input: object): Promise<void> {
    await untilAnswered({
      ...{ retries: 3, timeoutMs: 5000, deadlineMs: 15_000 },
      attempt: (signal) => ask(action, input, signal),
      mayRepeat: ({ status }) => status === undefined || status >= 500 || status === 429,
    });
  }

  return {
    async receive(signal) {
      const input = {
        ...{ MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds },
        MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount'],
      };
      const text = await untilAnswered({
        ...{ retries: 0, timeoutMs: (waitSeconds + 10) * 1000, deadlineMs: 60_000, signal },
        attempt: (attemptSignal) => ask('ReceiveMessage', input, attemptSignal),
        mayRepeat: () => false,
      });
      const { Messages = [] }: Received = JSON.parse(text);
      return Messages.map(({ Body, ReceiptHandle, Attributes = {} }) => ({
        ...{ body: Body, receipt: ReceiptHandle, groupId: Attributes.MessageGroupId },
        receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
      }));
    },
    delete: ({ receipt }) => change('DeleteMessage', { ReceiptHandle: receipt }),
    hide: ({ receipt }, seconds) =>
      change('ChangeMessageVisibility', { ReceiptHandle: receipt, VisibilityTimeout: seconds }),
  };
}
