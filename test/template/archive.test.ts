import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { archivedSince } from '../../lambdas/ingest/archive.ts';
import { evaluatedPrefix } from '../../local/engines/firehose.ts';
import { archiveBufferMs } from '../../ops/replay-archive.ts';
import { archivePrefixExpression } from '../fakes/memory-archive.ts';
import { named, parsed, templates } from './template.ts';

const streamSchema = z.object({
  DeliveryStreamEncryptionConfigurationInput: z.object({ KeyARN: z.string() }),
  ExtendedS3DestinationConfiguration: z.object({
    Prefix: z.string(),
    BufferingHints: z.object({ IntervalInSeconds: z.number() }),
  }),
});

it.each(templates)('the archive of $stage is written as a replay reads it', ({ resources }) => {
  const stream = parsed(named(resources, 'Archive'), streamSchema);
  const { Prefix, BufferingHints } = stream.ExtendedS3DestinationConfiguration;
  expect(Prefix).toBe(archivePrefixExpression);
  const at = new Date('2026-11-22T10:05:07Z');
  expect(archivedSince(`${evaluatedPrefix(Prefix, at)}Archive-1.jsonl.gz`)).toEqual(at);
  expect(BufferingHints.IntervalInSeconds * 1000).toBe(archiveBufferMs);
  expect(stream.DeliveryStreamEncryptionConfigurationInput.KeyARN).toBe('DataKey.Arn');
});
