import * as z from 'zod';

const resultSchema = z
  .object({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullish();

/**
 * The failed ones of a batch's item identifiers, by what a function with ReportBatchItemFailures
 * returned. A result that Lambda cannot make sense of fails all of them.
 * Source: Lambda Developer Guide, Reporting batch item failures (SQS; DynamoDB).
 */
export function failedItems(result: unknown, identifiers: string[]): string[] {
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success) return identifiers;
  const failed = parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  return failed.every((identifier) => identifiers.includes(identifier)) ? failed : identifiers;
}
