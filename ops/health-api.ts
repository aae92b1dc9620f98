import { type HealthReport, healthReportSchema } from '../shared/doctor/report.schema.ts';
import { CommandError } from './command-error.ts';
import { type ApiCall, callApi, refusalOf, type ServiceApi } from './service-api.ts';

/** A report, and how this machine's clock differs from the API's. */
export interface Answer {
  report: HealthReport;
  /** Of this machine against the API, in ms; undefined where the API names no time. */
  clockSkewMs: number | undefined;
}

/** Asks GET `/whatsapp-health` for an organisation's report. @throws CommandError where there is none */
export async function readReport(api: ServiceApi, organizationId: string): Promise<Answer> {
  const call: ApiCall = { method: 'GET', path: '/whatsapp-health', query: { organizationId } };
  const answer = await callApi(api, call);
  if (answer.status !== 200) {
    throw new CommandError(refusalOf(call, answer));
  }
  const report = healthReportSchema.safeParse(answer.body);
  if (!report.success) {
    throw new CommandError(`${new URL(api.url).origin} answers something that is no report.`);
  }
  return { report: report.data, clockSkewMs: answer.clockSkewMs };
}
