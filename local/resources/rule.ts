import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  resourcesOfType,
  unsupported,
} from '../template/assembly.ts';
import { accountId } from '../template/intrinsics.ts';

const schema = z.object({
  ScheduleExpression: z.string('only schedules are supported'),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
});

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A schedule. */
export interface ScheduleRule {
  arn: string;
  everyMs: number;
  /** The functions that get the event, and the input that they get instead where there is one. */
  targets: { functionArn: string; input: string | undefined }[];
}

/** A rule's references. */
export const ruleAttributes: AttributesOf = (rule) => {
  const name = physicalName(rule, 'Name');
  return { Ref: name, Arn: arnOf(rule, 'events', `rule/${name}`) };
};

/** Reads the enabled AWS::Events::Rule resources. Throws `BootError` for cron and for targets that are no functions. */
export function readRules(assembly: Assembly): ScheduleRule[] {
  return resourcesOfType(assembly, 'AWS::Events::Rule').flatMap((resource) => {
    const { ScheduleExpression, State, Targets } = parseProperties(resource, schema);
    const [, count, unit = ''] = ScheduleExpression.match(/^rate\((\d+) (\w+?)s?\)$/) ?? [];
    const everyMs = Number(count) * (unitMs[unit] ?? Number.NaN);
    if (!(everyMs > 0)) throw unsupported(resource, `its schedule is ${ScheduleExpression}`);
    if (!Targets.every(({ Arn }) => Arn.startsWith('arn:aws:lambda:'))) {
      throw unsupported(resource, 'its targets must be functions');
    }
    const rule: ScheduleRule = {
      arn: ruleAttributes(resource)['Arn'] ?? '',
      everyMs,
      targets: Targets.map(({ Arn, Input }) => ({ functionArn: Arn, input: Input })),
    };
    return State === 'ENABLED' ? [rule] : [];
  });
}

/** The event that a schedule sends. Source: EventBridge User Guide, Creating a scheduled rule (legacy). */
export function scheduledEvent({ arn }: ScheduleRule, region: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [arn],
    detail: {},
  };
}
