import * as z from 'zod';
import type { TableReader } from '../table/table-reader.dynamodb.ts';
import type { Traces } from './traces.port.ts';

const testWebhookSchema = z.object({ receivedAt: z.object({ S: z.string() }) });
const mediaErrorsSchema = z.object({ errors: z.object({ N: z.coerce.number() }) });

/** What `normalise` and `mirror-media` leave in the table: `TEST_WEBHOOK`, and `BREAKER#<phone number id>`. */
export function tracesInDynamoDb(reader: TableReader): Traces {
  return {
    async lastTestWebhook() {
      const item = await reader.read('TEST_WEBHOOK', 'LATEST');
      return item && testWebhookSchema.parse(item).receivedAt.S;
    },
    async mediaErrors(phoneNumberId, at) {
      const item = await reader.read(`BREAKER#${phoneNumberId}`, at.toISOString().slice(0, 13));
      return item ? mediaErrorsSchema.parse(item).errors.N : 0;
    },
  };
}
