import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { compilePattern, type Matcher } from '../pattern.ts';
import {
  type Assembly,
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  type Resource,
  resourcesOfType,
  unsupported,
} from '../template/assembly.ts';
import { accountId } from '../template/intrinsics.ts';

const schema = z
  .object({
    ScheduleExpression: z.string().optional(),
    EventPattern: z.looseObject({ source: z.array(z.unknown()) }).optional(),
    State: z.string().default('ENABLED'),
    Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
  })
  .refine(
    ({ ScheduleExpression, EventPattern }) => !ScheduleExpression !== !EventPattern,
    'only a schedule or a pattern is supported',
  );

/** The services that tell the local bus something; a rule for another one would never do anything. */
const sources: readonly unknown[] = ['aws.transcribe'];

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

interface Rule {
  arn: string;
  /** The functions that get the event, and the input that they get instead where there is one. */
  targets: { functionArn: string; input: string | undefined }[];
}

/** A schedule. */
export interface ScheduleRule extends Rule {
  everyMs: number;
}

/** A rule for events of services. */
export interface PatternRule extends Rule {
  matches: Matcher;
}

/** A rule's references. */
export const ruleAttributes: AttributesOf = (rule) => {
  const name = physicalName(rule, 'Name');
  return { Ref: name, Arn: arnOf(rule, 'events', `rule/${name}`) };
};

/**
 * Reads the enabled AWS::Events::Rule resources. Throws `BootError` for cron, for events that no local
 * service tells of, and for targets that are no functions.
 */
export function readRules(assembly: Assembly): (ScheduleRule | PatternRule)[] {
  return resourcesOfType(assembly, 'AWS::Events::Rule').flatMap((resource) => {
    const { State, Targets, ...when } = parseProperties(resource, schema);
    const occasion = readOccasion(resource, when);
    if (!Targets.every(({ Arn }) => Arn.startsWith('arn:aws:lambda:'))) {
      throw unsupported(resource, 'its targets must be functions');
    }
    const rule = {
      arn: ruleAttributes(resource)['Arn'] ?? '',
      targets: Targets.map(({ Arn, Input }) => ({ functionArn: Arn, input: Input })),
    };
    return State === 'ENABLED' ? [{ ...rule, ...occasion }] : [];
  });
}

function readOccasion(
  resource: Resource,
  {
    ScheduleExpression = '',
    EventPattern,
  }: Pick<z.infer<typeof schema>, 'ScheduleExpression' | 'EventPattern'>,
): Pick<ScheduleRule, 'everyMs'> | Pick<PatternRule, 'matches'> {
  if (EventPattern) {
    if (!EventPattern.source.every((source) => sources.includes(source))) {
      throw unsupported(resource, `nothing here tells of ${JSON.stringify(EventPattern.source)}`);
    }
    return { matches: compilePattern(EventPattern) };
  }
  const [, count, unit = ''] = ScheduleExpression.match(/^rate\((\d+) (\w+?)s?\)$/) ?? [];
  const everyMs = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(everyMs > 0)) throw unsupported(resource, `its schedule is ${ScheduleExpression}`);
  return { everyMs };
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
