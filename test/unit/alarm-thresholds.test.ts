import { expect, it } from '@jest/globals';
import { alarmRules, ruleOf } from '../../infra/monitoring/thresholds.ts';

it('what a stage says goes before what is said for all, and of one alarm before its kind', () => {
  const id = 'queue-age-InboxEvents';
  const kind = { 'queue-age': { threshold: 5, minutes: 2 } };
  const one = { [id]: { threshold: 7 } };
  expect(ruleOf('queue-age', 'queue-age-Any', {})).toEqual(alarmRules['queue-age']);
  expect(ruleOf('queue-age', id, {})).toMatchObject({ threshold: 600, minutes: 1 });
  expect(ruleOf('queue-age', id, kind)).toMatchObject({ threshold: 5, minutes: 2 });
  expect(ruleOf('queue-age', id, { ...one, ...kind })).toMatchObject({ threshold: 7, minutes: 2 });
});
