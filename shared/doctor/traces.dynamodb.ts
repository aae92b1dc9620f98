import * as z from 'zod';
import { connectionKey } from '../connections/connection-item.ts';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import { sightingKey } from './sighting-item.ts';
import type { Traces } from './traces.port.ts';

const testWebhookSchema = z.object({ receivedAt: z.object({ S: z.string() }) });
const mediaErrorsSchema = z.object({ errors: z.object({ N: z.coerce.number() }) });
const sightingSchema = z.object({ seenAt: z.object({ S: z.string() }) });
const connectionSchema = z.object({
  connection: z
    .object({ S: z.string().transform((json): unknown => JSON.parse(json)) })
    .transform(({ S }) => S)
    .pipe(z.object({ connectedAt: z.string() })),
});

/**
 * What the functions leave in the table: `TEST_WEBHOOK`, `BREAKER#<phone number id>`, the sightings and
 * the connections.
 */
export function tracesInDynamoDb(reader: TableReader): Traces {
  return {
    async lastTestWebhook() {
      const item = await reader.read('TEST_WEBHOOK', 'LATEST');
      return item && testWebhookSchema.parse(item).receivedAt.S;
    },
    async lastSeen(sighting) {
      const { pk, sk } = sightingKey(sighting);
      const item = await reader.read(pk, sk);
      return item && sightingSchema.parse(item).seenAt.S;
    },
    async connectedAt(organizationId, wabaId) {
      const { pk, sk } = connectionKey(organizationId, wabaId);
      const item = await reader.read(pk, sk);
      return item && connectionSchema.parse(item).connection.connectedAt;
    },
    async mediaErrors(phoneNumberId, at) {
      const item = await reader.read(`BREAKER#${phoneNumberId}`, at.toISOString().slice(0, 13));
      return item ? mediaErrorsSchema.parse(item).errors.N : 0;
    },
  };
}
