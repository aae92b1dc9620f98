import * as z from 'zod';
import { dashboardBodySchema } from '../../local/dashboard/dashboard-body.schema.ts';
import { askedOf } from '../../local/dashboard/series.ts';
import { ofType, parsed, type Resource } from './template.ts';

const dashboardSchema = z.object({ DashboardName: z.string(), DashboardBody: z.string() });

const querySchema = z.object({
  Name: z.string(),
  QueryString: z.string(),
  LogGroupNames: z.array(z.string()),
});

/** The dashboards of a template. */
export function dashboardsOf(resources: readonly Resource[]) {
  return ofType(resources, 'AWS::CloudWatch::Dashboard').map((resource) => {
    const { DashboardName: name, DashboardBody: body } = parsed(resource, dashboardSchema);
    return { name, body, ...dashboardBodySchema.parse(JSON.parse(body)) };
  });
}

/** The metrics on a template's dashboards that handlers emit. */
export function ownMetricsOf(resources: readonly Resource[]) {
  return dashboardsOf(resources)
    .flatMap(({ widgets }) => widgets.filter((widget) => widget.type === 'metric'))
    .flatMap(({ properties: { metrics } }) =>
      metrics.flatMap((line) => askedOf(line, metrics, 'AWS::StackName')),
    );
}

/** The saved queries of a template. */
export function savedQueriesOf(resources: readonly Resource[]) {
  return ofType(resources, 'AWS::Logs::QueryDefinition').map((resource) => {
    const { Name, QueryString, LogGroupNames } = parsed(resource, querySchema);
    const statements = QueryString.split(/\n?\| */);
    return { name: Name.split('/').at(-1) ?? '', statements, logGroups: LogGroupNames };
  });
}
