import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { mediaFailureReasons } from '../../shared/media/media-record.schema.ts';
import { transcriptFailureReasons } from '../../shared/media/transcript.schema.ts';

it('docs/media-reasons.md lists every reason, and none that there is not', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/media-reasons.md');
  const sections = readFileSync(file, 'utf8').split(/^## /m);
  const listed = ['Files', 'Transcripts'].map((title) => {
    const section = sections.find((text) => text.startsWith(title)) ?? '';
    return [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, reason]) => reason);
  });
  expect(listed).toEqual([[...mediaFailureReasons], [...transcriptFailureReasons]]);
});
