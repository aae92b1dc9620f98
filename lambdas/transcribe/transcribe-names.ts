import { hash } from '../../shared/hash.ts';
import { canonicalJson } from '../../shared/json.ts';
import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import { transcriptFileKey } from '../../shared/media/object-keys.ts';
import type { LanguagePlan, Transcription } from './transcription.schema.ts';

/**
 * The name of a sound with a plan in an organisation: equal sounds have one, in different organisations
 * never. Together with `-<attempt>` it is shorter than Transcribe's 200 characters.
 * @param prefix letters, digits, `.`, `_` and `-`, that no other stage's begins with
 */
export function transcriptionName(
  prefix: string,
  organizationId: string,
  sha256: string,
  plan: LanguagePlan,
): string {
  return `${prefix}${hash(organizationId, sha256.toLowerCase(), canonicalJson(plan))}`;
}

/** The name of a transcription's latest job. */
export function jobName({ name, attempt }: Pick<Transcription, 'name' | 'attempt'>): string {
  return `${name}-${attempt}`;
}

/** Reads the name of a job; undefined for a name of somebody else's. */
export function readJobName(job: string): Pick<Transcription, 'name' | 'attempt'> | undefined {
  const [, name, attempt] = /^(.+)-(\d{1,6})$/.exec(job) ?? [];
  return name === undefined ? undefined : { name, attempt: Number(attempt) };
}

/** Where a sound is put that had to be brought into another container, in the media bucket. */
export function remuxedKey({ message, sha256 }: TranscribeJob): string {
  return `transcripts/${message.organizationId}/sound-${sha256.toLowerCase()}.m4a`;
}

/** Where Transcribe puts the output of a transcription's latest job. */
export function outputKey({ organizationId, name, attempt }: Transcription): string {
  return transcriptFileKey(organizationId, name, attempt);
}
