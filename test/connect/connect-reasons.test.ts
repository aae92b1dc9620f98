import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { connectionReasons } from '../../lambdas/connect/connection-reasons.ts';
import { connectionSteps } from '../../shared/connections/connection.schema.ts';
import { graphErrorReasons } from '../../shared/graph/graph-errors.ts';
import { ConnectWorld, page } from './connect-world.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const folder = 'lambdas/connect';
const connecting = readdirSync(path.join(root, folder)).map((file) => text(`${folder}/${file}`));

function rows(title: string): string[][] {
  const sections = text('docs/connect-reasons.md').split(/^## /m);
  const section = sections.find((each) => each.startsWith(title)) ?? '';
  return [...section.matchAll(/^\| `([a-z-]+)` \| ([a-z, ]+) \| (.+) \| (.+) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
}

const reasons = (title: string) => rows(title).map(([reason = '']) => reason);

function named(pattern: RegExp, sources: readonly string[]): string[] {
  return sources.flatMap((source) =>
    [...source.matchAll(pattern)].map(([, reason = '']) => reason),
  );
}

it('docs/connect-reasons.md lists every reason with a cure, in the order of the code', () => {
  const described = reasons('Connecting');
  expect(described.slice(0, connectionReasons.length)).toEqual(connectionReasons);
  // The rest is of Meta's, with the cure of any error of Meta's.
  expect(graphErrorReasons).toEqual(
    expect.arrayContaining(described.slice(connectionReasons.length)),
  );
});

it('every reason that stops a connection by itself has a cure', () => {
  const thrown = named(/new ConnectFailure\(\s*'([a-z-]+)'/g, connecting);
  expect(thrown.length).toBeGreaterThan(10);
  expect(connectionReasons).toEqual(expect.arrayContaining(thrown));
});

it('every reason by which the connection must be made again has a cure', () => {
  const reconnecting = named(/^\| `([a-z-]+)` \| [a-z, ]*reconnect/gm, [
    text('docs/error-reasons.md'),
  ]);
  expect(reconnecting.length).toBeGreaterThan(5);
  expect(connectionReasons).toEqual(expect.arrayContaining(reconnecting));
});

it('lists every reason by which a connection is degraded or ended afterwards, and no other', () => {
  const changing = named(/\breason: '([a-z-]+)'/g, [
    text('shared/connections/connection-change.ts'),
    text(`${folder}/meta-callbacks.ts`),
  ]);
  expect(changing.length).toBeGreaterThan(5);
  expect(reasons('Afterwards')).toEqual(changing);
});

it('names steps and states that there are', () => {
  const steps = [...connectionSteps, 'any', 'code', 'disconnect', 'lifecycle'];
  expect(steps).toEqual(
    expect.arrayContaining(rows('Connecting').flatMap(([, step = '']) => step.split(', '))),
  );
  expect(['degraded', 'disconnected']).toEqual(
    expect.arrayContaining(rows('Afterwards').map(([, state]) => state)),
  );
});

it('the page that a browser returns to is told where a signup has stopped, and why', async () => {
  const world = new ConnectWorld();
  const query = { state: await world.start('acme', page), code: 'AQnever' };
  const answer = await world.request('GET', '/wa-es-callback', { query });
  expect(Object.fromEntries(new URL(answer?.headers['location'] ?? '').searchParams)).toEqual({
    ...{ tab: 'whatsapp', result: 'failed' },
    ...{ step: 'code', reason: 'invalid-parameter' },
  });
});
