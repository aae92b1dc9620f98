import { randomBytes } from 'node:crypto';
import { demoTemplates, otherTemplates } from './graph/demo-templates.ts';
import { createGraphState, type GraphState, type SimulatedTemplate } from './graph/state.ts';
import type { Business } from './messages.ts';

/** An organisation that is connected from the start. */
export interface DemoOrganisation {
  organizationId: string;
  business: Business;
  name: string;
  /** Its token at the fake Graph. */
  token: string;
  templates: SimulatedTemplate[];
}

const token = () => `EAA${randomBytes(48).toString('base64url')}`;

/** The organisation that the customer of the simulator writes to. */
export const demo: DemoOrganisation = {
  organizationId: 'demo',
  business: {
    wabaId: '104050607080901',
    phoneNumberId: '109080706050403',
    displayPhoneNumber: '15550100100',
  },
  name: 'Nexus Demo',
  token: token(),
  templates: demoTemplates(),
};

/** A second one, whose number, token and template the first has nothing to do with. */
export const other: DemoOrganisation = {
  organizationId: 'other',
  business: {
    wabaId: '204050607080902',
    phoneNumberId: '209080706050402',
    displayPhoneNumber: '15550100200',
  },
  name: 'Other Demo',
  token: token(),
  templates: otherTemplates(),
};

const appId = '670843887433847';
const standardMps = 80;

/** What the simulated Meta knows of organisations. */
export function stateOf(organisations: DemoOrganisation[], appSecret: string): GraphState {
  const state = createGraphState({ appId, appSecret });
  for (const { business, name, token, templates } of organisations) {
    const { wabaId, phoneNumberId: id, displayPhoneNumber } = business;
    state.accounts.set(wabaId, { id: wabaId, name });
    state.tokens.set(token, { appId, wabaIds: [wabaId] });
    state.templates.set(wabaId, templates);
    state.numbers.set(id, {
      ...{ id, wabaId, displayPhoneNumber, verifiedName: name },
      throughputMps: standardMps,
    });
  }
  return state;
}
