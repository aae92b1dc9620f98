import * as z from 'zod';

/** Meta writes numbers as strings in places. */
const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

const amount = z.union([
  z.number().min(0).max(999_999_999),
  z
    .string()
    .regex(/^\d{1,9}(\.\d+)?$/)
    .transform(Number),
]);

const optionalText = z.string().optional().catch(undefined);

/**
 * Meta's error body: only the code is needed. `error_data` is a text on some edges.
 * Source: Graph API, "Handle errors"; Meta, "Error codes" of the Cloud API.
 */
export const graphErrorSchema = z.object({
  error: z.object({
    code: integer,
    error_subcode: integer.optional().catch(undefined),
    message: optionalText,
    error_user_title: optionalText,
    error_user_msg: optionalText,
    error_data: z
      .union([z.object({ details: z.string() }).transform(({ details }) => details), z.string()])
      .optional()
      .catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    fbtrace_id: optionalText,
  }),
});

const percentages = {
  call_count: amount.catch(0),
  total_time: amount.catch(0),
  total_cputime: amount.catch(0),
};

/** `X-App-Usage`: percentages. Source: Graph API, "Rate limits". */
export const appUsageSchema = z.object(percentages);

/** `X-Business-Use-Case-Usage`: percentages and minutes, by business. Source: Graph API, "Rate limits". */
export const businessUsageSchema = z.record(
  z.string(),
  z.array(z.object({ ...percentages, estimated_time_to_regain_access: amount.catch(0) })),
);
