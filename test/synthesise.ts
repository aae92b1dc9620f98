import { ensureSynth } from '../local/synth.ts';

/** Jest's global setup: the templates and bundles that tests read exist before the first one starts. */
export default async function synthesise(): Promise<void> {
  for (const stage of ['dev', 'prod']) {
    await ensureSynth(stage);
  }
}
