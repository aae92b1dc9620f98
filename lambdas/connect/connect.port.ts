import type { Connections } from '../../shared/connections/connections.port.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Credentials } from '../../shared/credentials/credential.port.ts';
import type { CredentialStore } from '../../shared/credentials/credential-store.port.ts';
import type { AppGraph, Graph } from '../../shared/graph/graph.port.ts';
import type { RouteClaims } from '../../shared/routing/route-claims.port.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import type { MetaPeople } from './meta-people.port.ts';
import type { TemplateMarks } from './template-marks.port.ts';

/** What connecting needs from outside. */
export interface ConnectPorts {
  graph: Graph;
  appGraph: AppGraph;
  credentials: Pick<Credentials, 'find' | 'open' | 'invalidate'>;
  store: CredentialStore;
  connections: Connections;
  claims: RouteClaims;
  templates: TemplateMarks;
  people: MetaPeople;
  settings: Pick<SettingsTable, 'read'>;
  app: MetaApp;
  now(): Date;
  /** A PIN of six digits that nobody can guess. */
  newPin(): AccessToken;
  /** Takes the errors that are answered with something else. */
  report(error: unknown): void;
}

/** The Meta app that this service is. */
export interface MetaApp {
  appId: string;
  /** The callback URL of its webhooks. */
  webhookUrl: string;
  /** What Meta has to repeat when it verifies that URL. @throws where it cannot be read */
  verifyToken(): Promise<AccessToken>;
}
