import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  type ConnectionRecord,
  connectionSteps,
} from '../../shared/connections/connection.schema.ts';
import { afterChange, connectionChange } from '../../shared/connections/connection-change.ts';
import { connectionView } from '../../shared/connections/connection-view.ts';

const connectedAt = '2025-11-20T10:00:00.500Z';
const at = '2025-11-22T08:26:40.000Z';

const active: ConnectionRecord = {
  organizationId: 'north',
  wabaId: '1001',
  state: 'active',
  stateAt: connectedAt,
  connectedAt,
  source: 'embedded-signup',
  steps: Object.fromEntries(connectionSteps.map((step) => [step, connectedAt])),
  numbers: [],
  webhookOverride: false,
  scopes: [],
  restrictions: [],
};

const fixture = z.object({
  events: z.array(
    z.looseObject({ type: z.string(), field: z.string().optional(), event: z.string().optional() }),
  ),
});

const folder = `${import.meta.dirname}/../fixtures/inbound`;

function eventIn(name: string) {
  const { events } = fixture.parse(JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')));
  return events[0] ?? { type: '' };
}

it.each([
  ['account-partner-removed', 'disconnected', 'partner-removed'],
  ['account-deleted', 'disconnected', 'account-deleted'],
  ['account-disabled', 'degraded', 'account-disabled'],
  ['account-disabled-with-states-as-list', 'degraded', 'account-disable-scheduled'],
  ['account-offboarded', 'degraded', 'account-offboarded'],
])('%s: %s (%s)', (name, state, reason) => {
  const change = connectionChange(eventIn(name));
  if (!change) throw new Error('It means nothing');
  expect(afterChange(active, change, at)).toMatchObject({
    state,
    stateAt: at,
    problem: { reason },
  });
});

it('what was forbidden and is allowed again is restored', () => {
  const disabled = connectionChange(eventIn('account-disabled'));
  const reinstated = connectionChange(eventIn('account-disabled-reinstated'));
  if (!disabled || !reinstated) throw new Error('They mean nothing');
  const degraded = afterChange(active, disabled, at);
  const restored = afterChange(degraded, reinstated, at);
  expect(restored).toMatchObject({ state: 'active' });
  expect(restored).not.toHaveProperty('problem');
});

it.each([
  ['before the connection was made', '2025-11-20T09:59:59.000Z'],
  ['before other news', '2025-11-22T08:26:39.000Z'],
])('news from %s change nothing', (_what, time) => {
  const change = connectionChange(eventIn('account-partner-removed'));
  if (!change) throw new Error('It means nothing');
  expect(afterChange({ ...active, lifecycleAt: at }, change, time)).toBeUndefined();
});

it('every documented account webhook can be read, and most mean nothing', () => {
  const events = readdirSync(folder)
    .filter((file) => file.startsWith('account-'))
    .map((file) => eventIn(file.replace('.json', '')));
  expect(events.map(connectionChange).filter(Boolean).length).toBeLessThan(events.length);
  expect(
    connectionChange({ type: 'account.updated', field: 'account_update', event: 'toString' }),
  ).toBeUndefined();
});

it('a connection whose token Meta refuses shows as degraded', () => {
  const dead = connectionView(active, { state: 'INVALID', reason: 'token-expired' });
  expect(dead).toMatchObject({ state: 'degraded', problem: { reason: 'token-expired' } });
  expect(connectionView(active, { state: 'VALID' })).toMatchObject({ state: 'active' });
});
