import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmActions } from './alarm-topics.ts';
import { outcomeAlarms } from './alarms-of-outcomes.ts';
import { resourceAlarms } from './alarms-of-resources.ts';
import type { Monitored } from './monitored.ts';
import { type AlarmKind, assertOverridesMatch, ruleOf, type Severity } from './thresholds.ts';

/** What an alarm watches, and what it says to the person it wakes. */
export interface Watched {
  kind: AlarmKind;
  /** The queue or function, where there is an alarm of this kind for each. */
  of?: string;
  metric: Metric | MathExpression;
  /** One sentence: what is broken, and whom it hurts. */
  says: string;
  /** Where the AWS console shows it. */
  link: string;
}

/**
 * Adds to a stack every alarm that wakes or tells somebody. To be called when all that is watched is there.
 * @returns the alarms
 * @throws where an exception, or an override of the stage, is for no alarm
 */
export function addAlarms(monitored: Monitored): Record<Severity, Alarm[]> {
  const { stack } = monitored;
  const { overrides, runbookUrl, topics } = monitored.config.alarms;
  const scope = new Construct(stack, 'Alarms');
  const actions = alarmActions(scope, stack, topics);
  const watched = [...resourceAlarms(monitored), ...outcomeAlarms(monitored)];
  assertOverridesMatch(
    overrides,
    watched.flatMap((each) => [each.kind, idOf(each)]),
  );
  const added: Record<Severity, Alarm[]> = { page: [], ticket: [] };
  for (const { kind, says, link, metric, ...each } of watched) {
    const id = idOf({ kind, ...each });
    const rule = ruleOf(kind, id, overrides);
    if (!rule.enabled) {
      continue;
    }
    const isAbove = rule.goesOff === 'above';
    const alarm = new Alarm(scope, id, {
      // For the person it wakes. It changes with the logical id alone, so that it blocks no replacement.
      alarmName: `${stack.stackName}-${id}`,
      alarmDescription: `${says}\n\nRunbook: ${runbookUrl}#${kind}\nConsole: ${link}`,
      metric: metric.with({ period: Duration.minutes(rule.minutes) }),
      threshold: rule.threshold,
      evaluationPeriods: rule.periods,
      comparisonOperator: isAbove
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: isAbove ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(...actions[rule.severity]);
    alarm.addOkAction(...actions[rule.severity]);
    added[rule.severity].push(alarm);
  }
  return added;
}

function idOf({ kind, of }: Pick<Watched, 'kind' | 'of'>): string {
  return of === undefined ? kind : `${kind}-${of}`;
}
