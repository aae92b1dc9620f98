import { describe, expect, it } from '@jest/globals';
import { ofType, templates } from './template.ts';

describe.each(templates)('schedules of $stage', ({ resources }) => {
  it('are the sweep of parked changes, every five minutes', () => {
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
    ]);
  });

  it('may call their functions', () => {
    const granted = ofType(resources, 'AWS::Lambda::Permission').map(
      ({ properties }) => properties,
    );
    expect(granted).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: 'Drain.Arn',
      Principal: 'events.amazonaws.com',
      SourceArn: 'Sweep.Arn',
    });
  });
});
