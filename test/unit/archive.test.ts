import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { archiveDone, archivedAt, archivedBodies } from '../../lambdas/ingest/archive.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';

const at = new Date('2026-11-22T10:05:07.089Z');

const received = (body: string, isArchived = false) => ({
  messageId: body,
  body,
  messageAttributes: isArchived ? { archived: {} } : {},
});

function ports(store = new MemoryObjectStore()) {
  const errors: unknown[] = [];
  return { store, now: () => at, report: (error: unknown) => errors.push(error), errors };
}

it('writes one object, with what is done and was not archived before', async () => {
  const [done, failed, again] = [
    received('{"a":1}'),
    received('{"b":2}'),
    received('{"c":3}', true),
  ];
  const { store, ...others } = ports();
  const messages = [done, failed, again];
  expect(await archiveDone(messages, [failed.messageId], { store, ...others })).toEqual([failed]);
  expect([...store.objects.values()].map(archivedBodies)).toEqual([[done.body]]);
  const [key = ''] = store.objects.keys();
  expect(key).toMatch(/^archive\/2026-11-22\/10\/0507\.089-[\w-]{43}\.jsonl\.gz$/);
  expect(archivedAt(key)).toEqual(at);
});

it('writes nothing where there is nothing to archive', async () => {
  const { store, ...others } = ports();
  await archiveDone([received('{}', true), received('{"b":2}')], ['{"b":2}'], { store, ...others });
  expect(store.objects.size).toBe(0);
});

it('has everything come again that it cannot archive, and no more', async () => {
  const [done, failed, again] = [
    received('{"a":1}'),
    received('{"b":2}'),
    received('{"c":3}', true),
  ];
  const down = { put: () => Promise.reject(new Error('down')) };
  const { errors, ...others } = ports();
  const messages = [done, failed, again];
  expect(await archiveDone(messages, [failed.messageId], { ...others, store: down })).toEqual([
    done,
    failed,
  ]);
  expect(errors).toEqual([new Error('down')]);
});

it('gives back what any batch said', async () => {
  const body = fc.tuple(fc.json(), fc.constantFrom(undefined, '\n', '\t'));
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 10 }), async (batch) => {
      const values = batch.map(([json]): unknown => JSON.parse(json));
      const messages = values.map((value, index) =>
        received(JSON.stringify(value, undefined, batch[index]?.[1])),
      );
      const { store, ...others } = ports();
      await archiveDone(messages, [], { store, ...others });
      const bodies = [...store.objects.values()].flatMap(archivedBodies);
      expect(bodies.map((text): unknown => JSON.parse(text))).toEqual(values);
    }),
  );
});

it.each(['archive/', 'archive/2026-11-22/10/', 'oversize/a.json.gz'])(
  '%s is no key of it',
  (key) => {
    expect(archivedAt(key)).toBeUndefined();
  },
);
