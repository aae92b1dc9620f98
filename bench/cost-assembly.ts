import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { CostMeasurement } from '../ops/cost/measurement.schema.ts';

const hoursAMonth = 730;

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }),
  ),
});
const rate = /^rate\((\d+) (minute|hour|day)s?\)$/;
const minutes: Record<string, number> = { minute: 1, hour: 60, day: 1440 };

type Template = z.output<typeof templateSchema>;

/**
 * The stage's assembly, in which a queue's batch waits a second to be full: bursts of ten then are
 * batches of ten, as under load.
 */
export function filledBatches(assembly: string, directory: string): Template[] {
  return readdirSync(assembly).flatMap((name) => {
    if (!name.endsWith('.template.json')) {
      const from = path.join(assembly, name);
      if (name.startsWith('asset.')) symlinkSync(from, path.join(directory, name));
      else cpSync(from, path.join(directory, name), { recursive: true });
      return [];
    }
    const template = templateSchema.parse(
      JSON.parse(readFileSync(path.join(assembly, name), 'utf8')),
    );
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === 'AWS::Lambda::EventSourceMapping' && Properties?.['ScalingConfig']) {
        Properties['MaximumBatchingWindowInSeconds'] = 1;
      }
    }
    writeFileSync(path.join(directory, name), JSON.stringify(template));
    return [template];
  });
}

/** What is paid for by the month. */
export async function fixedOf(templates: readonly Template[]): Promise<CostMeasurement['fixed']> {
  const resources = templates.flatMap(({ Resources }) => Object.values(Resources));
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const perMonth = ofType('AWS::Events::Rule').map(({ Properties }) => {
    const [, count, unit = ''] = String(Properties?.['ScheduleExpression'] ?? '').match(rate) ?? [];
    return count === undefined ? 0 : (hoursAMonth * 60) / (Number(count) * (minutes[unit] ?? 1));
  });
  const names = new Set<string>();
  for (const capability of readdirSync(path.resolve(import.meta.dirname, '../lambdas'))) {
    const module: Record<string, unknown> = await import(
      path.resolve(import.meta.dirname, `../lambdas/${capability}/metrics.ts`)
    );
    for (const metrics of Object.values(module)) {
      const listed = z.record(z.string(), z.string()).safeParse(metrics).data ?? {};
      for (const name of Object.values(listed)) names.add(name);
    }
  }
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    keys: ofType('AWS::KMS::Key').length,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    polledQueues: ofType('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties?.['ScalingConfig'],
    ).length,
    metrics: names.size,
    scheduledInvocations: Math.round(perMonth.reduce((sum, each) => sum + each, 0)),
  };
}
