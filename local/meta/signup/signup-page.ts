import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalRoute } from '../../routes.ts';
import { htmlPage } from '../html-page.ts';

/** The path of the page, which is also the page that the redirect flow returns to. */
export const signupPath = '/_local/signup';

const fileAt = (name: string) => path.join(import.meta.dirname, name);

/** A page that plays the inbox's front end: an organisation connects with it by popup or by redirect. */
export function signupRoutes({ dialogUrl }: { dialogUrl: string }): LocalRoute[] {
  const page = htmlPage(fileAt('signup.html'));
  const script = readFileSync(fileAt('signup.js'), 'utf8');
  return [
    {
      method: 'GET',
      path: signupPath,
      handle: async () => ({ status: 200, body: page({ dialogUrl }), contentType: 'text/html' }),
    },
    {
      method: 'GET',
      path: `${signupPath}.js`,
      handle: async () => ({ status: 200, body: script, contentType: 'text/javascript' }),
    },
  ];
}
