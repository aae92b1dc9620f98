const changesNothing = 'answers a question and changes nothing: who is not answered asks again';
const isOneWrite =
  'one write is all of it: who is not answered asks again, and the same is written';
const isCache = 'hands on what it asks, failures too: the call behind it is struck';

/** Call sites that no crash suite has to strike, by how their places begin, and why not. */
export const sparedSites: Readonly<Record<string, string>> = {
  'lambdas/inbox/list-messages.ts': changesNothing,
  'lambdas/inbox/settings-methods.ts': isOneWrite,
  'lambdas/media/media-link.ts': changesNothing,
  'lambdas/media/upload-form.ts': isOneWrite,
  'lambdas/send/facade/':
    'asks again who is not answered: for a token that nobody knows yet, for a file that nobody has sent; the sends behind it are struck',
  'lambdas/send/reply-status.ts': changesNothing,
  'lambdas/send/template/': 'keeps copies of what Meta has, and asks Meta again',
  'shared/app-secret/app-secret-cache.ts': isCache,
  'shared/credentials/token-cache.ts': isCache,
  'shared/doctor/': changesNothing,
  'shared/routing/cached-routes.ts': isCache,
  'shared/settings/': isCache,
};
