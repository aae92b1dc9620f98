import type { JsonObject } from '../../../shared/json.ts';

/** A business number as the simulated Meta knows it. */
export interface SimulatedNumber {
  id: string;
  wabaId: string;
  /** Digits with the country code and no `+`. */
  displayPhoneNumber: string;
  verifiedName: string;
  /** Messages a second, both directions together. */
  throughputMps: number;
}

/** A WhatsApp Business Account. */
export interface SimulatedAccount {
  id: string;
  name: string;
}

/** What a token may do. */
export interface SimulatedToken {
  appId: string;
  /** The accounts that were shared with it. */
  wabaIds: string[];
  revoked?: boolean;
  /** Epoch ms; never where it is absent. */
  expiresAt?: number;
}

/** A template as Meta lists it. Name and language are its key within the account. */
export interface SimulatedTemplate extends JsonObject {
  id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  components: readonly JsonObject[];
}

/** All that the edges share. Everything in it may be changed while the server runs. */
export interface GraphState {
  appId: string;
  appSecret: string;
  /** The clock: epoch ms. */
  now: () => number;
  /** By id. */
  numbers: Map<string, SimulatedNumber>;
  /** By id. */
  accounts: Map<string, SimulatedAccount>;
  /** By the token itself. */
  tokens: Map<string, SimulatedToken>;
  /** By account id. */
  templates: Map<string, SimulatedTemplate[]>;
}

/** A Meta that knows one app and nobody else. */
export function createGraphState(
  app: { appId: string; appSecret: string },
  now: () => number = Date.now,
): GraphState {
  return {
    ...app,
    now,
    numbers: new Map(),
    accounts: new Map(),
    tokens: new Map(),
    templates: new Map(),
  };
}
