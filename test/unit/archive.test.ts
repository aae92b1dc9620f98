import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { archiveDone, archivedMessages, archivedSince } from '../../lambdas/ingest/archive.ts';

const at = new Date('2026-11-22T10:05:07.089Z');

const received = (body: string, isArchived = false) => ({
  messageId: body,
  body,
  messageAttributes: isArchived ? { archived: {} } : {},
});

function world() {
  const records: Uint8Array[] = [];
  const errors: unknown[] = [];
  const archive = { put: async (record: Uint8Array) => void records.push(record) };
  return {
    records,
    errors,
    archive,
    now: () => at,
    report: (error: unknown) => errors.push(error),
  };
}

const [done, failed, again] = [received('{"a":1}'), received('{"b":2}'), received('{"c":3}', true)];

it('adds one record, with what is done and was not archived before', async () => {
  const { records, ...ports } = world();
  expect(await archiveDone([done, failed, again], [failed.messageId], ports)).toEqual([failed]);
  expect(records.map(archivedMessages)).toEqual([
    [{ archivedAt: at.toISOString(), body: done.body }],
  ]);
});

it('adds nothing where there is nothing to archive', async () => {
  const { records, ...ports } = world();
  await archiveDone([again, failed], [failed.messageId], ports);
  expect(records).toEqual([]);
});

it('has everything come again that it cannot archive, and no more', async () => {
  const { errors, ...ports } = world();
  const archive = { put: () => Promise.reject(new Error('down')) };
  const messages = [done, failed, again];
  expect(await archiveDone(messages, [failed.messageId], { ...ports, archive })).toEqual([
    done,
    failed,
  ]);
  expect(errors).toEqual([new Error('down')]);
});

it('gives back what any batches said, in one object', async () => {
  const body = fc.oneof(fc.json(), fc.string({ unit: 'binary' }));
  const batch = fc.array(body, { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), async (batches) => {
      const { records, ...ports } = world();
      for (const bodies of batches)
        await archiveDone(
          bodies.map((text) => received(text)),
          [],
          ports,
        );
      const read = archivedMessages(Buffer.concat(records));
      expect(read.map((message) => message.body)).toEqual(batches.flat());
    }),
  );
});

it('adds no record that is too large for Firehose', async () => {
  const { records, ...ports } = world();
  // Ten of the largest messages, of what hardly any compression makes less.
  const bodies = Array.from({ length: 10 }, () => randomBytes(150 * 1024).toString('base64'));
  await archiveDone(
    bodies.map((body) => received(JSON.stringify({ body }))),
    [],
    ports,
  );
  expect(records.flatMap(archivedMessages)).toHaveLength(bodies.length);
  for (const { length } of records) expect(length).toBeLessThanOrEqual(1000 * 1024);
});

it('knows since when an object’s messages came, by its key', () => {
  expect(archivedSince('archive/2026-11-22/10/0507-Archive-1-2026.jsonl.gz')).toEqual(
    new Date('2026-11-22T10:05:07Z'),
  );
});

it.each([
  'archive/',
  'archive/2026-11-22/10/',
  'archive/processing-failed/a',
  'oversize/a.json.gz',
])('%s is no key of it', (key) => {
  expect(archivedSince(key)).toBeUndefined();
});
