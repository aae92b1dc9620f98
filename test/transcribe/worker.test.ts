import { describe, expect, it } from '@jest/globals';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { transcriptSchema } from '../../shared/media/transcript.schema.ts';
import { type Settings, settingsSchema } from '../../shared/settings/settings.schema.ts';
import { jobOf, type Scenario, TranscribeWorld } from './transcribe-world.ts';

type Chosen = Partial<Settings['transcription']>;

async function worldWith(chosen: Chosen = {}, scenario: Scenario = {}): Promise<TranscribeWorld> {
  const world = new TranscribeWorld(scenario);
  await world.settings.write('north', settingsSchema.parse({ transcription: chosen }));
  return world;
}

async function toldBy(world: TranscribeWorld) {
  await world.quiesce();
  return world.transcriptions.told.map(({ transcript }) => transcript);
}

const note = jobOf('wamid.1');
const failed = (reason: string) => [expect.objectContaining({ state: 'FAILED', reason })];
const ready = [expect.objectContaining({ state: 'READY' })];

describe('a voice note', () => {
  it('gets its words, and the inbox is told them', async () => {
    const world = await worldWith();
    world.request(note);
    const [transcript] = await toldBy(world);
    expect(transcriptSchema.parse(transcript)).toEqual({
      state: 'READY',
      revision: 0,
      at: expect.any(String),
      text: expect.stringMatching(/^words of nexus-test-/),
      language: 'en-US',
      confidence: 0.9,
      lowConfidence: false,
      durationMs: 3200,
      wordsKey: expect.stringMatching(/^transcripts\/north\/nexus-test-.*-1\.json$/),
    });
    const [told] = world.transcriptions.told;
    expect(inboxEventSchema.parse(told?.event)).toMatchObject({
      type: 'transcript.ready',
      ...note.message,
      revision: 0,
      language: 'en-US',
      words:
        '/whatsapp-media?organizationId=north&phoneNumberId=2001&messageId=wamid.1&part=words&revision=0',
    });
    expect(world.counted).toHaveLength(1);
    expect(world.reports).toEqual([]);
  });

  it('has its words once more, with the tag that its lifecycle goes by, where messages are kept for less', async () => {
    const world = new TranscribeWorld();
    const settings = settingsSchema.parse({ retention: { messageDays: 30 } });
    await world.settings.write('north', settings);
    world.request(note);
    const [transcript] = await toldBy(world);
    const told = transcriptSchema.parse(transcript);
    const key = told.state === 'READY' ? told.wordsKey : '';
    expect([...world.media.tags]).toEqual([[key, 'retentionDays=30']]);
    expect(world.media.written.get(key)).toEqual(await world.media.read(key));
  });

  it.each<[string, Chosen, Partial<typeof note>, unknown[]]>([
    ['nothing where transcription is off', { enabled: false }, {}, []],
    ['what somebody asks for, also where it is off', { enabled: false }, { revision: 1 }, ready],
    ['a reason where it is too long', { maxSeconds: 3 }, {}, failed('too-long')],
    ['its words where it is just short enough', { maxSeconds: 4 }, {}, ready],
    ['a reason where the month is used up', { monthlyMinutes: 0 }, {}, failed('cap-reached')],
    [
      'that reason also when it asks',
      { monthlyMinutes: 0 },
      { revision: 1 },
      failed('cap-reached'),
    ],
    [
      'a reason where nobody reads its format',
      {},
      { mimeType: 'audio/x-caf' },
      failed('unsupported-format'),
    ],
    ['its words where it is AAC without a container', {}, { mimeType: 'audio/aac' }, ready],
  ])('gets %s', async (_what, chosen, differences, expected) => {
    const world = await worldWith(chosen);
    world.request({ ...note, ...differences });
    expect(await toldBy(world)).toEqual(expected);
  });

  it.each<[string, Scenario, string]>([
    ['silence', { fates: ['silent'] }, 'no-speech'],
    ['bytes that are no sound', { fates: ['unsupported'] }, 'unsupported-format'],
    ['an error of Transcribe', { fates: ['broken'] }, 'failed'],
    ['a job that does not end', { fates: ['stuck'] }, 'timed-out'],
    ['a job whose turn never comes', { fates: ['queued'] }, 'timed-out'],
  ])('is told of %s', async (_what, scenario, reason) => {
    const world = await worldWith({}, scenario);
    world.request(note);
    expect(await toldBy(world)).toEqual(failed(reason));
  });

  it('may wait hours for its turn', async () => {
    const world = await worldWith({}, { fates: ['queued'] });
    world.request(note);
    await world.work();
    world.advance(5.9 * 60 * 60_000);
    await world.sweep();
    expect(world.transcriptions.told).toEqual([]);
  });

  it('that was erased in between is not told, and costs nothing', async () => {
    const world = await worldWith();
    world.request(note);
    world.transcriptions.erase(note.message);
    expect(await toldBy(world)).toEqual([]);
    expect(world.transcriber.jobs.size).toBe(0);
  });

  it('whose file is gone fails', async () => {
    const world = await worldWith();
    world.media.gone.add(note.key);
    world.request(note);
    expect(await toldBy(world)).toEqual(failed('failed'));
  });
});

describe('the same sound', () => {
  const later = jobOf('wamid.2');

  it('gets what was found before, in one organisation', async () => {
    const world = await worldWith();
    world.request(note);
    await world.quiesce();
    world.request(later);
    world.request({ ...note, revision: 1 });
    await world.work();
    expect(await toldBy(world)).toHaveLength(3);
    expect(world.transcriber.jobs.size).toBe(1);
    expect(world.transcriptions.usage('north', '2026-11')).toBe(4);
  });

  it.each<[string, Scenario]>([
    ['was not found out in passing', { fates: ['broken'] }],
    ['took too long', { fates: ['stuck'] }],
  ])('is tried again for who comes after it %s', async (_what, scenario) => {
    const world = await worldWith({}, scenario);
    world.request(note);
    await world.quiesce();
    world.request({ ...note, revision: 1 });
    expect((await toldBy(world)).map(({ state }) => state)).toEqual(['FAILED', 'READY']);
    expect([...world.transcriber.jobs.keys()].map((name) => name.slice(-2))).toEqual(['-1', '-2']);
  });

  it('is not tried again where the sound is at fault', async () => {
    const world = await worldWith({}, { fates: ['unsupported'] });
    world.request(note);
    await world.quiesce();
    world.request(later);
    expect((await toldBy(world)).map(({ state }) => state)).toEqual(['FAILED', 'FAILED']);
    expect(world.transcriber.jobs.size).toBe(1);
  });

  it('is transcribed anew where the output is gone', async () => {
    const world = await worldWith();
    world.request(note);
    await world.quiesce();
    const [first] = world.transcriber.jobs.values();
    world.media.gone.add(first?.order.outputKey ?? '');
    world.request(later);
    expect((await toldBy(world)).map(({ state }) => state)).toEqual(['READY', 'READY']);
    expect(world.transcriber.jobs.size).toBe(2);
  });
});

describe('an event', () => {
  it.each(['nexus-test-unknown-1', 'somebody', 'nexus-other-x-1'])(
    'of a job of somebody else is let be: %s',
    async (name) => {
      const world = await worldWith();
      await world.announce(name, 'COMPLETED');
      expect(world.transcriptions.told).toEqual([]);
      expect(world.reports).toEqual([]);
    },
  );
});

it('what is no job is set aside, and does not come again', async () => {
  const world = await worldWith();
  for (const body of ['{', '{}', JSON.stringify({ ...note, extra: 1 })]) {
    world.enqueue(body);
  }
  await world.work();
  expect(world.queued).toBe(0);
  expect([...world.store.objects.keys()]).toEqual(
    Array(3).fill(expect.stringMatching(/^quarantine\/transcribe\/.+\.json$/)),
  );
});

it('a job that is never there is started again twice, under its name', async () => {
  const world = new TranscribeWorld({}, undefined, ({ transcriber }) => ({
    transcriber: {
      start: async (order) => {
        starts.push(order.jobName);
        return 'started';
      },
      look: (name) => transcriber.look(name),
    },
  }));
  const starts: string[] = [];
  world.request(note);
  expect(await toldBy(world)).toEqual(failed('failed'));
  expect(starts).toHaveLength(3);
  expect(new Set(starts).size).toBe(1);
});
