import { describe, expect, it } from '@jest/globals';
import { ofType, templates } from './template.ts';

describe.each(templates)('schedules of $stage', ({ resources }) => {
  it('are the sweep of parked changes every five minutes, and of open sends every minute', () => {
    const rules = ofType(resources, 'AWS::Events::Rule').map(({ name, properties }) => ({
      name,
      ...properties,
    }));
    expect(rules).toMatchObject([
      {
        name: 'Sweep',
        State: 'ENABLED',
        ScheduleExpression: 'rate(5 minutes)',
        Targets: [{ Arn: 'Drain.Arn' }],
      },
      {
        name: 'Settling',
        State: 'ENABLED',
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Arn: 'Settle.Arn' }],
      },
    ]);
  });

  it.each([
    ['Sweep', 'Drain'],
    ['Settling', 'Settle'],
  ])('%s may call %s', (rule, fn) => {
    const granted = ofType(resources, 'AWS::Lambda::Permission').map(
      ({ properties }) => properties,
    );
    expect(granted).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: `${fn}.Arn`,
      Principal: 'events.amazonaws.com',
      SourceArn: `${rule}.Arn`,
    });
  });
});
