import { Command } from 'commander';
import { coldStarts } from './cold-start.ts';
import { eventInserts } from './event-inserts.ts';
import type { Measurement } from './measurement.ts';
import { mediaMemory } from './media-memory.ts';
import { queuedLane } from './queued-lane.ts';
import { sendOverhead } from './send-overhead.ts';
import { webhookRequests } from './webhook-requests.ts';

const measurements: Readonly<Record<string, Measurement>> = {
  'cold-start': coldStarts,
  'event-inserts': eventInserts,
  'webhook-requests': webhookRequests,
  'send-overhead': sendOverhead,
  'queued-lane': queuedLane,
  'media-memory': mediaMemory,
};

await new Command('npm run bench --')
  .description(`Measures: ${Object.keys(measurements).join(', ')}; all of them by default.`)
  .argument('[names...]')
  .option('--json', 'print JSON')
  .action(async (names: string[], { json }: { json?: boolean }) => {
    const unknown = names.filter((name) => !Object.hasOwn(measurements, name));
    if (unknown.length > 0) {
      console.error(`There is no measurement ${unknown.join(', ')}: see npm run bench -- --help`);
      process.exitCode = 1;
      return;
    }
    for (const [name, { title, run }] of Object.entries(measurements)) {
      if (names.length > 0 && !names.includes(name)) {
        continue;
      }
      const rows = await run();
      if (json) {
        console.log(JSON.stringify({ name, title, rows }));
      } else {
        console.log(`\n${name}: ${title}`);
        console.table(rows);
      }
    }
  })
  .parseAsync();
