import { ensureSynth } from '../local/synth.ts';

/** Of the stage that is tested with one; tests replace it where somebody is to listen. */
export const eventsEndpoint = 'https://inbox.example.com/whatsapp-events';

/** Jest's global setup: the templates and bundles that tests read exist before the first one starts. */
export default async function synthesise(): Promise<void> {
  for (const stage of ['dev', 'prod']) {
    await ensureSynth(stage);
  }
  await ensureSynth('dev', eventsEndpoint);
}
