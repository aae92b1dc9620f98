import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws-client.ts';
import type { DeliveryStream } from '../resources/delivery-stream.ts';
import type { LocalService } from './secrets.ts';

const inputSchema = z.object({
  DeliveryStreamName: z.string(),
  Record: z.object({ Data: z.base64().transform((data) => Buffer.from(data, 'base64')) }),
});

const maxRecordBytes = 1000 * 1024;

/** How long a stream gathers records here, in ms: on AWS it is minutes. */
export const bufferMs = 200;

/** Records that will be one object. */
interface Gathered {
  since: Date;
  records: Buffer[];
  timer: NodeJS.Timeout;
}

/** What the engine works with. */
export interface FirehoseOptions {
  /** The address of S3. */
  s3Address: string;
  log: (line: string) => void;
}

/**
 * Firehose with PutRecord. Source: Firehose API Reference; Firehose Developer Guide, "Amazon S3 object name
 * format".
 */
export function createFirehose(
  streams: readonly DeliveryStream[],
  { s3Address, log }: FirehoseOptions,
): {
  service: LocalService;
  /** Writes what is gathered. */
  stop(): Promise<void>;
} {
  const gathered = new Map<DeliveryStream, Gathered>();
  const writing = new Set<Promise<void>>();

  function write(stream: DeliveryStream): void {
    const ready = gathered.get(stream);
    if (!ready) return;
    const { since, records, timer } = ready;
    gathered.delete(stream);
    clearTimeout(timer);
    const { name, bucket, prefix, fileExtension } = stream;
    const suffix = `${name}-1-${timestamp('yyyy-MM-dd-HH-mm-ss', since)}-${randomUUID()}`;
    const key = `${evaluatedPrefix(prefix, since)}${suffix}${fileExtension}`;
    const written = fetch(`${s3Address}/${bucket}/${key}`, {
      method: 'PUT',
      body: Buffer.concat(records),
    })
      .then((answer) => (answer.ok ? undefined : Promise.reject(new Error(`${answer.status}`))))
      .catch((error) => log(`Firehose lost ${records.length} records of ${name}: ${error}`))
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  return {
    service(action, json) {
      if (action !== 'PutRecord') {
        throw new AwsError('UnknownOperationException', `There is no ${action} here`);
      }
      const { data, error } = inputSchema.safeParse(JSON.parse(json));
      if (!data) throw new AwsError('ValidationException', z.prettifyError(error));
      const { DeliveryStreamName, Record } = data;
      const stream = streams.find(({ name }) => name === DeliveryStreamName);
      if (!stream) {
        throw new AwsError('ResourceNotFoundException', `There is no ${DeliveryStreamName}`);
      }
      if (Record.Data.length > maxRecordBytes) {
        throw new AwsError('ValidationException', `A record has ${maxRecordBytes} bytes at most`);
      }
      const into = gathered.get(stream) ?? {
        ...{ since: new Date(), records: [] },
        timer: setTimeout(() => write(stream), bufferMs),
      };
      into.records.push(Record.Data);
      gathered.set(stream, into);
      return { RecordId: randomUUID(), Encrypted: true };
    },
    async stop() {
      for (const stream of [...gathered.keys()]) write(stream);
      await Promise.all(writing);
    },
  };
}

/** The beginning of an object's key. Source: Firehose Developer Guide, "Custom prefixes for Amazon S3 objects". */
export function evaluatedPrefix(prefix: string, since: Date): string {
  return prefix.replace(/!\{timestamp:([^}]*)\}/g, (_, pattern: string) =>
    timestamp(pattern, since),
  );
}

function timestamp(pattern: string, at: Date): string {
  const [yyyy = '', MM = '', dd = '', HH = '', mm = '', ss = ''] = at.toISOString().split(/[-T:.]/);
  const fields: Record<string, string> = { yyyy, MM, dd, HH, mm, ss };
  return pattern.replace(/yyyy|MM|dd|HH|mm|ss/g, (field) => fields[field] ?? '');
}
