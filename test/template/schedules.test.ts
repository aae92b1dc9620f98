import { describe, expect, it } from '@jest/globals';
import { ofType, templates } from './template.ts';

/** The functions that are called in turns of time. */
const schedules = {
  Sweep: { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Arn: 'Drain.Arn' }] },
  Settling: { ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: 'Settle.Arn' }] },
  TranscriptionSweep: {
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ Arn: 'TranscriptionWorker.Arn' }],
  },
};

describe.each(templates)('rules of $stage', ({ stage, resources, functions }) => {
  const rules = new Map(
    ofType(resources, 'AWS::Events::Rule').map(({ name, properties }) => [name, properties]),
  );

  it('are these schedules, and one for what Transcribe tells', () => {
    const expected = [...Object.keys(schedules), 'TranscriptionEnd'];
    expect([...rules.keys()].sort()).toEqual(expected.sort());
    for (const [name, schedule] of Object.entries(schedules)) {
      expect(rules.get(name)).toMatchObject({ State: 'ENABLED', ...schedule });
    }
  });

  it("hear of the ends of this stage's transcriptions", () => {
    const worker = functions.find(({ id }) => id === 'voice-transcription-worker');
    const prefix = worker?.variables['JOB_NAME_PREFIX'];
    expect(prefix).toBe(`nexus-whatsapp-${stage}-`);
    expect(rules.get('TranscriptionEnd')).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.transcribe'],
        'detail-type': ['Transcribe Job State Change'],
        detail: {
          TranscriptionJobName: [{ prefix }],
          TranscriptionJobStatus: ['COMPLETED', 'FAILED'],
        },
      },
      Targets: [{ Arn: 'TranscriptionWorker.Arn' }],
    });
  });

  it.each([
    ['Sweep', 'Drain'],
    ['Settling', 'Settle'],
    ['TranscriptionEnd', 'TranscriptionWorker'],
    ['TranscriptionSweep', 'TranscriptionWorker'],
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
