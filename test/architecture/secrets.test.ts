import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';

/** Made here and now, so that none of them is ever in the repository. */
const hex = (characters: number) => randomBytes(characters).toString('hex').slice(0, characters);
const planted = {
  "Meta's access token": `const token = 'EAA${hex(180)}';`,
  "Meta's app access token": `token=${'1'.repeat(15)}|${hex(27)}`,
  "Meta's app secret": `{"appSecrets": ["${hex(32)}"]}`,
  'client_secret in a URL': `https://graph.facebook.com/oauth?client_secret=${hex(32)}`,
  'a token of the Graph facade': `Authorization: Bearer nxs_${hex(43)}`,
  "AWS's secret key": `aws_secret_access_key = ${randomBytes(30).toString('base64').replace(/\W/g, 'x')}`,
};

it('the secret scan finds each kind of secret, and shows none of them', () => {
  const { stdout } = spawnSync(
    process.execPath,
    ['node_modules/secretlint/bin/secretlint.js', '--stdinFileName=planted.ts', '--no-color'],
    { input: Object.values(planted).join('\n'), encoding: 'utf8' },
  );
  const lines = new Set([...stdout.matchAll(/^\s+(\d+):\d+\s+error/gm)].map(([, line]) => line));
  const missed = Object.keys(planted).filter((_kind, index) => !lines.has(String(index + 1)));
  expect(missed).toEqual([]);
  for (const secret of Object.values(planted)) {
    expect(stdout).not.toContain(secret.slice(-40, -10));
  }
});
