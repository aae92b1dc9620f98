import { Construct } from 'constructs';
import { addInternalsDashboard } from './dashboard-of-internals.ts';
import { addServiceDashboard } from './dashboard-of-service.ts';
import type { Monitored } from './monitored.ts';
import { addSavedQueries } from './saved-queries.ts';

/**
 * Adds to a stack what people on call look at: two dashboards, and queries of the log for what needs the
 * organisation. To be called when all that is watched, and its alarms, are there.
 */
export function addDashboards(monitored: Monitored): void {
  const scope = new Construct(monitored.stack, 'Dashboards');
  addServiceDashboard(scope, monitored);
  addInternalsDashboard(scope, monitored);
  addSavedQueries(scope, monitored);
}
