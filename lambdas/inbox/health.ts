import { type DoctorPorts, examine } from '../../shared/doctor/examine.ts';
import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import { healthQuerySchema } from './health-request.schema.ts';

/** GET `/whatsapp-health`: every check of the organisation, 200 also where some have failed. */
export function readHealth(ports: DoctorPorts): ApiMethod {
  return apiMethod({
    input: { query: healthQuerySchema },
    handle: async ({ organizationId }) => ({
      status: 200,
      body: await examine(organizationId, ports),
    }),
  });
}
