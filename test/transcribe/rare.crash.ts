import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { everyPlan } from '../pipeline/fault-plans.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import { jobOf, TranscribeWorld } from './transcribe-world.ts';

const note = jobOf('wamid.1');

/** What leads to calls that few others lead to, and the state in which its transcripts end. */
const scenarios: Readonly<
  Record<string, { run(world: TranscribeWorld): Promise<void>; ends: readonly string[] }>
> = {
  'sound that has to be packed': {
    async run(world) {
      world.request(jobOf('wamid.1', { mimeType: 'audio/aac' }));
      await world.quiesce();
    },
    ends: ['READY'],
  },
  'words that are kept for less': {
    async run(world) {
      const settings = settingsSchema.parse({ retention: { messageDays: 30 } });
      await world.settings.write('north', settings);
      world.request(note);
      await world.quiesce();
    },
    ends: ['READY'],
  },
  'the same sound, whose words are lost': {
    async run(world) {
      world.request(note);
      await world.quiesce();
      for (const { order } of world.transcriber.jobs.values())
        world.media.gone.add(order.outputKey);
      world.request(jobOf('wamid.2'));
      await world.quiesce();
    },
    ends: ['READY', 'READY'],
  },
  'what is no job': {
    async run(world) {
      world.enqueue('{');
      await world.quiesce();
      expect(world.store.objects.size).toBe(1);
    },
    ends: [],
  },
};

/** Chance is the same in every run: what goes wrong with a plan goes wrong again. */
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

describe.each(Object.entries(scenarios))('%s', (_name, { run, ends }) => {
  it('one fault at every call there is: told once, and nothing is left', async () => {
    await everyPlan(async (plan) => {
      const world = new TranscribeWorld({}, new FaultSeam(plan));
      await run(world);
      expect(world.transcriptions.told.map(({ transcript }) => transcript.state)).toEqual(ends);
      expect(world.queued).toBe(0);
      return world.seam.calls;
    }, 1);
  });
});
