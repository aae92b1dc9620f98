import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ofType, parsed, templates } from './template.ts';

const streamMappingSchema = z.object({
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
});

/** What each reader of the stream is called for. */
const wanted: Record<string, unknown[]> = {
  Publish: ['MSG#', 'EVENT#', 'SEND#', 'ORG#'].map((prefix) => ({
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { Keys: { pk: { S: [{ prefix }] } } },
  })),
  Drain: ['ROUTE#', 'WABA#'].map((prefix) => ({
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { Keys: { pk: { S: [{ prefix }] } }, NewImage: { state: { S: ['ACTIVE'] } } },
  })),
};

describe.each(templates)('stream mappings of $stage', ({ resources }) => {
  const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => properties['EventSourceArn'] === 'Table.StreamArn',
  );

  describe.each(mappings)('$properties.FunctionName', (mapping) => {
    it('misses nothing that was written while it was being made', () => {
      expect(mapping.properties).toMatchObject({ StartingPosition: 'TRIM_HORIZON' });
      expect(mapping.properties['Enabled'] ?? true).toBe(true);
    });

    it('tries again for 20 of the 24 hours that the stream remembers, in ever smaller batches', () => {
      expect(mapping.properties).toMatchObject({
        MaximumRetryAttempts: -1,
        MaximumRecordAgeInSeconds: 20 * 60 * 60,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    });

    it('leaves what it gave up on, whole, in the bucket', () => {
      expect(mapping.properties).toMatchObject({
        DestinationConfig: { OnFailure: { Destination: 'RawBucket.Arn' } },
      });
    });

    it('is called for the items that its reader works on when they were written, and for nothing else', () => {
      const { Filters } = parsed(mapping, streamMappingSchema).FilterCriteria;
      const patterns: unknown[] = Filters.map(({ Pattern }) => JSON.parse(Pattern));
      expect(patterns).toEqual(wanted[String(mapping.properties['FunctionName'])]);
    });
  });

  it('are two at most, as many as a stream serves', () => {
    expect(mappings.map(({ properties }) => properties['FunctionName']).sort()).toEqual(
      Object.keys(wanted).sort(),
    );
    expect(mappings.length).toBeLessThanOrEqual(2);
  });
});
