import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readOutput, type Spoken } from '../../lambdas/transcribe/transcript-output.ts';

const read = (output: unknown, of: Parameters<typeof readOutput>[1] = planned()) =>
  readOutput(Buffer.from(JSON.stringify(output)), of);

function planned(): Parameters<typeof readOutput>[1] {
  return { plan: { mode: 'identified', languages: ['ar-SA', 'en-US'] }, durationMs: 5000 };
}

function word(content: string, confidence: string, start: number, end: number) {
  return {
    type: 'pronunciation',
    start_time: start.toFixed(2),
    end_time: end.toFixed(2),
    alternatives: [{ confidence, content }],
  };
}

const stop = { type: 'punctuation', alternatives: [{ confidence: '0.0', content: '.' }] };

/** As Transcribe wrote it for a job with IdentifyLanguage. */
const identified = {
  jobName: 'my-job-1',
  accountId: '111122223333',
  status: 'COMPLETED',
  results: {
    language_code: 'ar-SA',
    language_identification: [
      { score: '0.9312', code: 'ar-SA' },
      { score: '0.0688', code: 'en-US' },
    ],
    transcripts: [{ transcript: ' مرحبا بكم. ' }],
    items: [word('مرحبا', '0.9', 0, 1), word('بكم', '0.5', 1, 4), stop],
    audio_segments: [{ id: 0, transcript: 'مرحبا بكم.', start_time: '0.0', end_time: '4.0' }],
  },
};

describe('an output', () => {
  it('is read', () => {
    expect(read(identified)).toEqual({
      text: 'مرحبا بكم.',
      language: 'ar-SA',
      // The second word takes three times as long as the first.
      confidence: expect.closeTo(0.6, 5),
      lowConfidence: false,
      durationMs: 4000,
    });
  });

  const results = identified.results;
  it.each<[string, object, Partial<Spoken>]>([
    [
      'with several languages: the one that is spoken longest',
      {
        language_code: undefined,
        language_codes: [
          { language_code: 'en-US', duration_in_seconds: 2.5 },
          { language_code: 'ar-AE', duration_in_seconds: 8 },
        ],
      },
      { language: 'ar-AE' },
    ],
    [
      'without a language: the first of the plan',
      { language_code: undefined },
      { language: 'ar-SA' },
    ],
    [
      'of which the language is a guess',
      { language_identification: [{ code: 'ar-SA', score: '0.55' }] },
      { lowConfidence: true },
    ],
    [
      'of which the words are a guess',
      { items: [word('x', '0.41', 0, 1)] },
      { confidence: 0.41, lowConfidence: true },
    ],
    [
      'in which nobody speaks',
      { transcripts: [{ transcript: '' }], items: [] },
      { text: '', confidence: 0, durationMs: 5000 },
    ],
    ['with items of a shape that we do not know', { items: 'none' }, { text: 'مرحبا بكم.' }],
    ['with words of no length', { items: [word('x', '0.8', 1, 1)] }, { confidence: 0.8 }],
  ])('%s', (_what, differences, spoken) => {
    expect(read({ results: { ...results, ...differences } })).toMatchObject(spoken);
  });

  it('of hours is cut between two letters', () => {
    const transcript = 'كلام '.repeat(8000);
    const { text = '' } = read({ results: { ...results, transcripts: [{ transcript }] } }) ?? {};
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(32 * 1024 - 10);
    expect(transcript.startsWith(text.replace(/ …$/, ''))).toBe(true);
    expect(text.endsWith(' …')).toBe(true);
  });

  it.each(['', '{', '[]', '{"results":{}}', '{"results":{"transcripts":[{}]}}'])(
    'that is none: %j',
    (text) => {
      expect(readOutput(Buffer.from(text), planned())).toBeUndefined();
    },
  );

  it('gives numbers in their range, whatever it says', () => {
    const text = fc.oneof(fc.string(), fc.double().map(String), fc.constant(undefined));
    const items = fc.array(
      fc.record({
        type: text,
        start_time: text,
        end_time: text,
        alternatives: fc.array(fc.record({ confidence: text })),
      }),
    );
    fc.assert(
      fc.property(items, (all) => {
        const spoken = read({ results: { ...results, items: all } });
        expect(spoken?.confidence).toBeGreaterThanOrEqual(0);
        expect(spoken?.confidence).toBeLessThanOrEqual(1);
        expect(Number.isSafeInteger(spoken?.durationMs)).toBe(true);
        expect(spoken?.durationMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
