import * as z from 'zod';
import { attributesByType } from '../resources/registry.ts';
import { readAssembly, resourcesOfType } from '../template/assembly.ts';
import { type DashboardBody, dashboardBodySchema } from './dashboard-body.schema.ts';

/** A dashboard of the synthesised template. */
export interface Dashboard extends DashboardBody {
  name: string;
}

const propertiesSchema = z.object({ DashboardName: z.string(), DashboardBody: z.string() });

/** What endpoints stand in the template is of no use to a dashboard. */
const nowhere = { aws: 'http://127.0.0.1', api: 'http://127.0.0.1' };

/** The dashboards of a synthesised assembly. @throws where one has what is not known here */
export function readDashboards(assemblyDirectory: string): Dashboard[] {
  const assembly = readAssembly(assemblyDirectory, nowhere, attributesByType);
  return resourcesOfType(assembly, 'AWS::CloudWatch::Dashboard').map((resource) => {
    const { DashboardName, DashboardBody } = propertiesSchema.parse(resource.properties());
    return { name: DashboardName, ...dashboardBodySchema.parse(JSON.parse(DashboardBody)) };
  });
}
