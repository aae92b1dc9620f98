import { expect, it } from '@jest/globals';
import { readFixtures } from '../../local/meta/fixtures.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { Pipeline } from './pipeline.ts';

const number = {
  organizationId: 'north',
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
};
const off = settingsSchema.parse({ historyImport: { enabled: false } });
const on = settingsSchema.parse({});
const webhooks = readFixtures()
  .filter(({ name }) => name.startsWith('history-'))
  .map(({ webhook }) => webhook);

async function posted(pipeline: Pipeline): Promise<string[]> {
  for (const webhook of webhooks) {
    await pipeline.post(webhook);
  }
  await pipeline.settle();
  return pipeline.inbox.events.map(({ type }) => type);
}

it('a history that is not imported leaves nothing, and can still be imported later', async () => {
  const pipeline = new Pipeline([number]);
  await pipeline.settings.write(number.organizationId, off);
  expect(new Set(await posted(pipeline))).toEqual(new Set(['message.received']));
  expect(pipeline.unwanted).toBeGreaterThanOrEqual(webhooks.length);
  expect(pipeline.store.objects.size).toBe(0);

  const dropped = pipeline.unwanted;
  await pipeline.settings.write(number.organizationId, on);
  expect(new Set(await posted(pipeline))).toEqual(
    new Set(['message.received', 'message.imported', 'history.progress', 'webhook.unrecognised']),
  );
  expect(pipeline.unwanted).toBe(dropped);
});
