import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import type { Settings } from '../../shared/settings/settings.schema.ts';
import type { LanguagePlan } from './transcription.schema.ts';

/**
 * Decides what Transcribe is told of a voice note's language, by the organisation's settings.
 * @param override what somebody asked for, in place of the setting
 * Source: Transcribe Developer Guide, "Supported languages": of the Arabics only ar-AE is identified
 * among several in one sound.
 */
export function languagePlan(
  { languages, arabic, english }: Settings['transcription'],
  override?: TranscribeJob['languages'],
): LanguagePlan {
  switch (override ?? languages) {
    case 'ar':
      return { mode: 'given', language: arabic };
    case 'en':
      return { mode: 'given', language: english };
    case 'mixed':
      return { mode: 'mixed', languages: ['ar-AE', english] };
    case 'auto':
      return { mode: 'identified', languages: [arabic, english] };
  }
}
