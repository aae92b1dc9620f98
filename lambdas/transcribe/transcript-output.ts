import { parseJson } from '../../shared/json.ts';
import { type TranscriptOutput, transcriptOutputSchema } from './transcript-output.schema.ts';
import type { Transcription } from './transcription.schema.ts';

/** What a sound says. */
export interface Spoken {
  /** "" where nobody speaks. */
  text: string;
  language: string;
  /** 0 to 1. */
  confidence: number;
  lowConfidence: boolean;
  durationMs: number;
}

/** Below this, people should listen for themselves. */
const lowConfidence = 0.6;

/**
 * A message's item holds each transcript twice, and 400 KB in all: half an hour of speech, in bytes. The
 * output itself keeps the rest.
 */
const maxTextBytes = 32 * 1024;

const cutMark = ' …';

/** Reads Transcribe's output file; undefined where it is none. */
export function readOutput(
  bytes: Uint8Array,
  { plan, durationMs }: Pick<Transcription, 'plan' | 'durationMs'>,
): Spoken | undefined {
  const json = parseJson(Buffer.from(bytes).toString());
  const output = transcriptOutputSchema.safeParse(json.ok ? json.value : undefined).data;
  if (!output) {
    return undefined;
  }
  const { results } = output;
  const text = results.transcripts[0]?.transcript.trim() ?? '';
  const language = languageOf(results) ?? firstOf(plan);
  const confidence = confidenceOf(results);
  const score = results.language_identification.find(({ code }) => code === language)?.score ?? 1;
  const endMs = Math.round(Math.max(0, ...times(results)) * 1000);
  return {
    text: shortened(text),
    language,
    confidence,
    lowConfidence: Math.min(confidence, score) < lowConfidence,
    durationMs: endMs || durationMs,
  };
}

type Results = TranscriptOutput['results'];

function languageOf({ language_code, language_codes }: Results): string | undefined {
  const longest = language_codes.toSorted(
    (one, other) => other.duration_in_seconds - one.duration_in_seconds,
  )[0];
  return longest?.language_code ?? language_code;
}

function firstOf(plan: Transcription['plan']): string {
  return plan.mode === 'given' ? plan.language : plan.languages[0];
}

/** The mean over what was spoken, each word by the time that it takes. */
function confidenceOf({ items }: Results): number {
  let total = 0;
  let weight = 0;
  for (const { type, start_time = 0, end_time = 0, alternatives } of items) {
    const confidence = alternatives[0]?.confidence;
    if (type !== 'punctuation' && confidence !== undefined) {
      // A word of no length still counts.
      const seconds = Math.max(end_time - start_time, 0.01);
      total += Math.min(Math.max(confidence, 0), 1) * seconds;
      weight += seconds;
    }
  }
  return weight === 0 ? 0 : total / weight;
}

function times({ items }: Results): number[] {
  return items.flatMap(({ end_time }) => (end_time === undefined ? [] : [end_time]));
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxTextBytes) {
    return text;
  }
  const kept = bytes.subarray(0, maxTextBytes - Buffer.byteLength(cutMark));
  // `stream`: what is left of a character that was cut in two is kept back.
  return new TextDecoder().decode(kept, { stream: true }) + cutMark;
}
