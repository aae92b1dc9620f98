import * as z from 'zod';

const place = {
  x: z.int(),
  y: z.int(),
  width: z.int(),
  height: z.int(),
};

const renderingSchema = z.object({
  id: z.string().optional(),
  label: z.string().optional(),
  stat: z.string().default('Sum'),
  expression: z.string().optional(),
  visible: z.boolean().default(true),
});

/** A metric: namespace, name, dimensions' names and values in turn, and how to draw it. Or an expression alone. */
const lineSchema = z
  .array(z.union([z.string(), renderingSchema]))
  .min(1)
  .transform((parts) => {
    const [namespace = '', name = '', ...dimensions] = parts.filter(
      (part) => typeof part === 'string',
    );
    const rendering = parts.find((part) => typeof part === 'object');
    return {
      namespace,
      name,
      dimensions: pairs(dimensions),
      ...renderingSchema.parse(rendering ?? {}),
    };
  });

/** One metric of a graph, or one expression. */
export type Line = z.output<typeof lineSchema>;

const axisSchema = z.object({ label: z.string().optional() });

const metricWidgetSchema = z.object({
  type: z.literal('metric'),
  ...place,
  properties: z.object({
    title: z.string(),
    view: z.enum(['timeSeries', 'singleValue']),
    stacked: z.boolean().default(false),
    /** One value of the whole time, instead of the last one. */
    setPeriodToTimeRange: z.boolean().default(false),
    metrics: z.array(lineSchema),
    yAxis: z.object({ left: axisSchema.optional() }).optional(),
    annotations: z
      .object({ horizontal: z.array(z.object({ value: z.number(), label: z.string() })) })
      .optional(),
  }),
});

/** A graph, or a number. */
export type MetricWidget = z.output<typeof metricWidgetSchema>;

/**
 * The parts of a dashboard's body that are drawn; a kind of widget that is new fails.
 * Source: CloudWatch API Reference, "Dashboard body structure and syntax".
 */
export const dashboardBodySchema = z.object({
  widgets: z.array(
    z.discriminatedUnion('type', [
      metricWidgetSchema,
      z.object({
        type: z.literal('text'),
        ...place,
        properties: z.object({ markdown: z.string() }),
      }),
      z.object({
        type: z.literal('alarm'),
        ...place,
        properties: z.object({ title: z.string(), alarms: z.array(z.string()) }),
      }),
    ]),
  ),
});

/** A dashboard as the template has it. */
export type DashboardBody = z.output<typeof dashboardBodySchema>;

function pairs(list: readonly string[]): Record<string, string> {
  const chunks = list.flatMap((name, index) =>
    index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [],
  );
  return Object.fromEntries(chunks);
}
