import * as z from 'zod';
import { streamEventSchema } from '../lambdas/inbox/stream-event.schema.ts';
import { parseJson } from '../shared/json.ts';
import { objectsToTake } from './objects-to-take.ts';
import type { SetAside } from './set-aside.port.ts';
import type { SetAsideObjects, StoredObject } from './set-aside-objects.port.ts';
import { type TellPorts, tellAgain } from './tell-again.ts';

/** Where Lambda writes batches of the table's stream that it has given up. */
export const streamFailurePrefix = 'aws/lambda/';

/** Source: Lambda Developer Guide, "Retain discarded records for a DynamoDB event source". */
const failureSchema = z.object({
  payload: z
    .string()
    .transform((text) => {
      const json = parseJson(text);
      return json.ok ? json.value : undefined;
    })
    .pipe(streamEventSchema),
});

/**
 * The batches of the table's stream that were given up. They are told again from the table, and not by
 * handing the function the old records: those may be of somebody who was erased since. What `drain` had
 * missed its own sweep has found.
 */
export function streamFailures(objects: SetAsideObjects, ports: TellPorts): SetAside<StoredObject> {
  return {
    take: objectsToTake(objects, [streamFailurePrefix]),
    // `aws/lambda/<mapping>/<shard>/<time>`
    orderOf: ({ key }) => key.split('/').slice(0, 4).join('/'),
    async sendBack({ key }) {
      const json = parseJson(Buffer.from(await objects.get(key)).toString());
      const failure = failureSchema.safeParse(json.ok ? json.value : undefined);
      if (!failure.success) {
        return 'no batch of the stream';
      }
      const changes = failure.data.payload.Records.map(({ dynamodb }) => ({
        sequenceNumber: dynamodb.SequenceNumber,
        before: dynamodb.OldImage,
        after: dynamodb.NewImage,
      }));
      await tellAgain(changes, ports);
      return undefined;
    },
    remove: ({ key }) => objects.remove(key),
    release: async () => undefined,
  };
}
