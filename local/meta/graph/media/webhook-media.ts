import { randomInt } from 'node:crypto';
import { type SampleFile, sampleFiles } from './samples.ts';

const names = [...sampleFiles.keys()];
const minuteMs = 60_000;
const epochMs = Date.UTC(2020, 0, 1);
const countedUp = 1e6;
let counter = randomInt(countedUp);

/**
 * A new id for a sample in a webhook: 15 digits, which say which sample it is and when it was sent. So
 * the Graph API serves it without having been told, even after a restart.
 */
export function webhookMediaId(sample: string, now: number): string {
  counter = (counter + 1) % countedUp;
  const minutes = Math.floor((now - epochMs) / minuteMs);
  return `9${names.indexOf(sample)}${padded(minutes, 7)}${padded(counter, 6)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** The sample that a webhook's media id stands for, and when it was sent (epoch ms, to the minute). */
export function webhookMedia(id: string): (SampleFile & { sentAt: number }) | undefined {
  const [, sample, minutes] = /^9(\d)(\d{7})\d{6}$/.exec(id) ?? [];
  const file = sampleFiles.get(names[Number(sample)] ?? '');
  return file && { ...file, sentAt: epochMs + Number(minutes) * minuteMs };
}
