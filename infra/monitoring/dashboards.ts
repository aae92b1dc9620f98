import type { addAlarms } from './alarms.ts';
import { internalSections } from './dashboard-internals.ts';
import { addDashboard } from './dashboard-parts.ts';
import { serviceSections } from './dashboard-service.ts';
import type { Monitored } from './monitored.ts';
import { addSavedQueries } from './saved-queries.ts';

/** Adds to a stack what people on call look at. */
export function addDashboards(monitored: Monitored, alarms: ReturnType<typeof addAlarms>): void {
  const { stack, config } = monitored;
  const runbook = `[Runbook](${config.alarms.runbookUrl})`;
  addDashboard(stack, {
    about: 'service',
    introduction: `# ${stack.stackName}: the service\nWhat customers, agents and Meta see. What is it made of, and which part is slow: dashboard \`${stack.stackName}-internals\`. What to do: ${runbook}.`,
    alarms,
    sections: serviceSections(monitored),
  });
  addDashboard(stack, {
    about: 'internals',
    introduction: `# ${stack.stackName}: internals\nEvery function and queue, the stream and the table. Whom it hurts: dashboard \`${stack.stackName}-service\`. What to do: ${runbook}.`,
    alarms,
    sections: internalSections(monitored),
  });
  addSavedQueries(monitored);
}
