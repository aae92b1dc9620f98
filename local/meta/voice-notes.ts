import * as z from 'zod';
import { sampleFiles } from './graph/media/samples.ts';

/** A language in which the simulated customers speak. */
export const voiceLanguage = z.enum(['ar', 'en']);

type VoiceLanguage = z.output<typeof voiceLanguage>;

/**
 * What the recordings say. The voices are synthetic (eSpeak NG, which reads the Arabic with its vowel
 * marks). The last one passes for one that was hard to understand.
 */
const spoken = [
  {
    sample: 'voice-ar',
    language: 'ar-SA',
    text: 'مرحبا، أريد أن أعرف متى يصل طلبي.',
    confidence: 0.96,
  },
  {
    sample: 'voice-ar-2',
    language: 'ar-SA',
    text: 'شكرا جزيلا، سأنتظر اتصالكم غدا صباحا.',
    confidence: 0.91,
  },
  {
    sample: 'voice-en',
    language: 'en-US',
    text: 'Hello, I would like to know when my order arrives.',
    confidence: 0.98,
  },
  {
    sample: 'voice-en-2',
    language: 'en-US',
    text: 'Thank you, please call me back tomorrow morning.',
    confidence: 0.52,
  },
] as const;

/** What Amazon Transcribe would make of a recording. */
export interface VoiceNote {
  /** Of the file: lower-case hexadecimal. */
  sha256: string;
  text: string;
  language: 'ar-SA' | 'en-US';
  /** From 0 to 1. */
  confidence: number;
}

/** Every voice note that the simulator can send. */
export const voiceNotes: readonly VoiceNote[] = spoken.map(({ sample, ...note }) => ({
  ...note,
  sha256: sampleFiles.get(sample)?.sha256.toString('hex') ?? '',
}));

const sentSoFar = { ar: 0, en: 0 };

/** The name of the sample to send next in a language: each in turn. */
export function nextVoiceNote(language: VoiceLanguage): string {
  const inLanguage = spoken.filter((note) => note.language.startsWith(language));
  return inLanguage[sentSoFar[language]++ % inLanguage.length]?.sample ?? '';
}
