import { interleaved } from './interleaved.ts';
import {
  jsonParse,
  kapso,
  unverified,
  verified,
  type WebhookParser,
  whatsappApiJs,
} from './webhook-parsers.ts';
import { mixedWebhook, type SignedWebhook, statusWebhook, textWebhook } from './webhook-samples.ts';

/** What one process measured of one webhook. */
export interface ParseTimes {
  webhook: string;
  readers: {
    reader: string;
    /** In microseconds, a call's share of each round. */
    times: number[];
    /** How many messages and statuses the reader gives. */
    delivers: number;
  }[];
}

const rounds = 21;

const parsers: Record<string, WebhookParser> = {
  'JSON.parse alone': jsonParse,
  'parse, validate, normalise': unverified,
  'verify, parse, validate, normalise': verified,
  '@kapso/whatsapp-cloud-api: verify, parse, normalise': kapso,
  'whatsapp-api-js: verify, parse': whatsappApiJs,
};

async function measured(webhook: string, sample: SignedWebhook): Promise<ParseTimes> {
  const readers = Object.entries(parsers);
  const times = await interleaved(
    readers.map(
      ([, parse]) =>
        () =>
          parse(sample),
    ),
    rounds,
  );
  return {
    webhook,
    readers: await Promise.all(
      readers.map(async ([reader, parse], index) => ({
        ...{ reader, times: times[index] ?? [], delivers: await parse(sample) },
      })),
    ),
  };
}

const found: ParseTimes[] = [
  await measured('text', textWebhook()),
  await measured('status', statusWebhook()),
  await measured('1,000 updates', mixedWebhook(1000)),
];
process.stdout.write(JSON.stringify(found));
