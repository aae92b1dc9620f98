import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** The sum of ten metrics at most, as many as an alarm takes. Any may have nothing to say. */
export function sumOf(metrics: readonly Metric[]): MathExpression {
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const);
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
  });
}
