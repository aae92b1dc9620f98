import { expect, it } from '@jest/globals';
import { connectionOutcome } from '../../lambdas/connect/connection-outcome.ts';
import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';

const connecting: ConnectionRecord = {
  ...{ organizationId: 'acme', wabaId: '1', source: 'embedded-signup' },
  ...{ state: 'connecting', stateAt: '2026-11-22T10:00:00.000Z' },
  connectedAt: '2026-11-22T10:00:00.000Z',
  ...{ steps: {}, numbers: [], webhookOverride: false, scopes: [], restrictions: [] },
};
const later = (change: Partial<ConnectionRecord>): ConnectionRecord => ({
  ...connecting,
  stateAt: '2026-11-22T10:00:01.000Z',
  ...change,
});
const problemAt = (step: 'claim' | 'disconnect' | 'lifecycle') => ({
  problem: { step, reason: 'a-reason', whatToDo: 'Something.' },
});
const active = later({ state: 'active' });
const stopped = later(problemAt('claim'));
const ended = later({ state: 'disconnected', ...problemAt('disconnect') });

const changes: [
  what: string,
  before: ConnectionRecord | undefined,
  after: ConnectionRecord | undefined,
  kind: string | undefined,
][] = [
  ['is not there', undefined, undefined, undefined],
  ['begins', undefined, connecting, undefined],
  ['does a step', connecting, later({}), undefined],
  ['becomes active', connecting, active, 'activated'],
  ['stays active', active, { ...active, stateAt: '2026-11-22T10:00:02.000Z' }, undefined],
  ['stops', connecting, stopped, 'stopped'],
  [
    'stops where it stopped before',
    stopped,
    { ...stopped, stateAt: '2026-11-22T10:00:02.000Z' },
    'stopped',
  ],
  ['learns of a number while it is stopped', stopped, { ...stopped, scopes: ['one'] }, undefined],
  ['works in part', connecting, later({ state: 'degraded', ...problemAt('claim') }), 'stopped'],
  [
    'is degraded by Meta',
    active,
    { ...active, state: 'degraded', ...problemAt('lifecycle') },
    undefined,
  ],
  ['is ended', active, ended, 'ended'],
  ['is ended again', ended, { ...ended, stateAt: '2026-11-22T10:00:03.000Z' }, undefined],
];

it.each(changes)('a connection that %s', (_what, before, after, kind) => {
  expect(connectionOutcome(before, after)?.kind).toBe(kind);
});
