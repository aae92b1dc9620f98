import { describe, expect, it } from '@jest/globals';
import { languagePlan } from '../../lambdas/transcribe/language-plan.ts';
import { mediaFormat } from '../../lambdas/transcribe/media-format.ts';
import {
  jobName,
  readJobName,
  transcriptionName,
} from '../../lambdas/transcribe/transcribe-names.ts';
import type { LanguagePlan } from '../../lambdas/transcribe/transcription.schema.ts';
import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import { type Settings, settingsSchema } from '../../shared/settings/settings.schema.ts';

type Chosen = Partial<Settings['transcription']>;

describe('the plan of languages', () => {
  const saudi = { mode: 'given', language: 'ar-SA' } as const;
  it.each<[string, Chosen, TranscribeJob['languages'], LanguagePlan]>([
    ['nothing is decided', {}, undefined, { mode: 'identified', languages: ['ar-SA', 'en-US'] }],
    ['Arabic', { languages: 'ar' }, undefined, saudi],
    ['English', { languages: 'en' }, undefined, { mode: 'given', language: 'en-US' }],
    [
      'a mixture, whose Arabic is always that of the Emirates',
      { languages: 'mixed', arabic: 'ar-SA', english: 'en-GB' },
      undefined,
      { mode: 'mixed', languages: ['ar-AE', 'en-GB'] },
    ],
    [
      'other dialects',
      { languages: 'auto', arabic: 'ar-AE', english: 'en-IN' },
      undefined,
      { mode: 'identified', languages: ['ar-AE', 'en-IN'] },
    ],
    ['somebody asks for another', { languages: 'en' }, 'ar', saudi],
  ])('%s', (_what, chosen, override, plan) => {
    const { transcription } = settingsSchema.parse({ transcription: chosen });
    expect(languagePlan(transcription, override)).toEqual(plan);
  });
});

describe('the format', () => {
  it.each([
    ['audio/ogg; codecs=opus', 'ogg'],
    ['Audio/OGG', 'ogg'],
    ['audio/mpeg', 'mp3'],
    ['audio/mp4', 'mp4'],
    ['audio/amr', 'amr'],
    ['audio/webm;codecs=opus', 'webm'],
    ['audio/x-wav', 'wav'],
    ['audio/flac', 'flac'],
    ['audio/aac', undefined],
    ['image/jpeg', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('of %j is %j', (mimeType, format) => {
    expect(mediaFormat(mimeType)).toBe(format);
  });
});

describe('the name of a job', () => {
  const plan: LanguagePlan = { mode: 'given', language: 'ar-SA' };
  const sha256 = 'ab'.repeat(32);
  const name = transcriptionName('nexus-dev-', 'north', sha256, plan);

  it('is one that Transcribe takes, and can be read', () => {
    const job = jobName({ name, attempt: 12 });
    expect(job).toMatch(/^nexus-dev-[0-9A-Za-z._-]{1,190}$/);
    expect(readJobName(job)).toEqual({ name, attempt: 12 });
    expect(readJobName('someone-elses')).toBeUndefined();
  });

  it('is the same for the same sound, whichever way its hash is written', () => {
    expect(transcriptionName('nexus-dev-', 'north', sha256.toUpperCase(), plan)).toBe(name);
  });

  it.each<[string, Parameters<typeof transcriptionName>]>([
    ['organisation', ['nexus-dev-', 'south', sha256, plan]],
    ['sound', ['nexus-dev-', 'north', 'cd'.repeat(32), plan]],
    ['plan', ['nexus-dev-', 'north', sha256, { mode: 'given', language: 'en-US' }]],
    ['stage', ['nexus-prod-', 'north', sha256, plan]],
  ])('differs with the %s', (_what, of) => {
    expect(transcriptionName(...of)).not.toBe(name);
  });
});
