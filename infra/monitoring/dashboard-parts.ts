import { Aws, Duration, type Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmState,
  AlarmStatusWidget,
  Color,
  MathExpression,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  type CustomMetricGroup,
  DefaultDashboardFactory,
  GraphWidgetType,
  type MetricWithAlarmSupport,
  MonitoringFacade,
} from 'cdk-monitoring-constructs';
import { Construct } from 'constructs';
import type { OwnMetricName } from './monitored.ts';
import type { Severity } from './thresholds.ts';

/** How a graph differs from lines that begin at zero. */
interface GraphOptions {
  /** What the values are of: `ms`. By default they are counts. */
  unit?: string;
  stacked?: boolean;
  /** Where an alarm goes off. */
  alarmAt?: number;
  /** Of the dashboard's 24 columns. */
  width?: number;
}

/** What one dashboard shows, under a heading. */
export interface Section {
  heading: string;
  graphs: CustomMetricGroup[];
  /** In the dashboard's rows. */
  height?: number;
}

/** A dashboard: what it is about, the alarms that have gone off, and sections from the most important one down. */
export interface DashboardContent {
  /** One word, which ends its name. */
  about: string;
  /** Markdown: one or two lines. */
  introduction: string;
  alarms: Readonly<Record<Severity, Alarm[]>>;
  sections: Section[];
}

/** Adds a dashboard. Its last three hours are shown at first. */
export function addDashboard(
  stack: Stack,
  { about, introduction, alarms, sections }: DashboardContent,
): void {
  const scope = new Construct(stack, `Dashboard-${about}`);
  const dashboardFactory = new DefaultDashboardFactory(scope, 'Factory', {
    dashboardNamePrefix: `${stack.stackName}-${about}`,
    detailDashboardRange: Duration.hours(3),
  });
  const facade = new MonitoringFacade(scope, 'Facade', { dashboardFactory });
  facade.addWidget(new TextWidget({ markdown: introduction, width: 24, height: 2 }));
  facade.addWidget(
    new Row(
      goneOff('Pages that have gone off (good: none)', alarms.page),
      goneOff('Tickets that have gone off (good: none)', alarms.ticket),
    ),
  );
  for (const { heading, graphs, height } of sections) {
    facade.monitorCustom({
      humanReadableName: heading,
      alarmFriendlyName: heading,
      metricGroups: graphs,
      ...(height !== undefined && { height }),
    });
  }
}

function goneOff(title: string, alarms: Alarm[]): AlarmStatusWidget {
  return new AlarmStatusWidget({ title, alarms, states: [AlarmState.ALARM], width: 12, height: 3 });
}

/** A graph of these metrics. Its title says what is good. */
export function graph(
  title: string,
  metrics: MetricWithAlarmSupport[],
  { unit = 'count', stacked = false, alarmAt, width }: GraphOptions = {},
): CustomMetricGroup {
  return {
    title,
    metrics,
    graphWidgetType: stacked ? GraphWidgetType.STACKED_AREA : GraphWidgetType.LINE,
    graphWidgetAxis: { min: 0, label: unit, showUnits: false },
    ...(alarmAt !== undefined && {
      horizontalAnnotations: [{ value: alarmAt, label: 'alarm', color: Color.RED }],
    }),
    ...(width !== undefined && { graphWidgetWidth: width }),
  };
}

/** One number: a metric over all the time that the dashboard shows. */
export function number(title: string, metric: MetricWithAlarmSupport): CustomMetricGroup {
  return { ...latest(title, metric), graphWidgetSetPeriodToTimeRange: true };
}

/** One number: the last value of a metric. */
export function latest(title: string, metric: MetricWithAlarmSupport): CustomMetricGroup {
  return {
    title,
    // An expression without a label would show itself.
    metrics: [metric.with({ label: title.replace(/ \(.*/, '') })],
    graphWidgetType: GraphWidgetType.SINGLE_VALUE,
    graphWidgetWidth: 6,
  };
}

/**
 * The sum of a metric for each value of a dimension that it has beside `service`.
 * Quoted throughout: `type` and others are keywords.
 * Source: CloudWatch User Guide, "Query components and syntax in CloudWatch Metrics Insights".
 */
export function sumBy(name: OwnMetricName, dimension: string): MathExpression {
  const from = `SCHEMA("${Aws.STACK_NAME}", "service", "${dimension}")`;
  // Without a label: the dimension's value is one.
  return query(`SELECT SUM("${name}") FROM ${from} GROUP BY "${dimension}"`, '');
}

/** The sum of a metric over all functions that emit it. */
export function total(name: OwnMetricName, label: string): MathExpression {
  return query(`SELECT SUM("${name}") FROM SCHEMA("${Aws.STACK_NAME}", "service")`, label);
}

function query(expression: string, label: string): MathExpression {
  return new MathExpression({ expression, label, period: Duration.minutes(5) });
}
