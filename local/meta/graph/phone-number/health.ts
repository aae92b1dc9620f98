import * as z from 'zod';
import type { JsonObject } from '../../../../shared/json.ts';
import { businessOf, type EntityHealth, type OnboardingState } from '../onboarding/state.ts';
import type { GraphState, SimulatedNumber, SimulatedTemplate } from '../state.ts';

/** The health of one entity, as POST `/_local/graph/health` takes it. */
export const healthChange = z.strictObject({
  /** Of a number, an account, a business, the app or a template. */
  id: z.string().min(1),
  canSendMessage: z.enum(['AVAILABLE', 'LIMITED', 'BLOCKED']),
  /** In Meta's form: `error_code`, `error_description`, `possible_solution`. */
  errors: z.array(z.looseObject({ error_code: z.int() })).optional(),
  additionalInfo: z.array(z.string()).optional(),
});

type HealthEntity = EntityHealth & {
  entity_type: string;
  id: string;
  can_receive_call_sip?: string;
};

const worstFirst = ['BLOCKED', 'LIMITED', 'AVAILABLE'] as const;
const calling = { can_receive_call_sip: 'AVAILABLE' };

/** `health_status` of a number: the worst of all entities decides. Source: Meta, "Health status". */
export function numberHealth(
  state: GraphState,
  onboarding: OnboardingState,
  { id, wabaId }: SimulatedNumber,
): JsonObject {
  const number = entity(onboarding, 'PHONE_NUMBER', id);
  const owners = ownersOf(state, onboarding, wabaId).map((owner) =>
    owner.entity_type === 'APP' ? { ...owner, ...calling } : owner,
  );
  return overall([{ ...number, ...calling }, ...owners]);
}

/** `health_status` of an account. */
export function accountHealth(
  state: GraphState,
  onboarding: OnboardingState,
  wabaId: string,
): JsonObject {
  return overall(ownersOf(state, onboarding, wabaId));
}

/** `health_status` of a template: BLOCKED where it is not approved and nobody has set anything else. */
export function templateHealth(
  state: GraphState,
  onboarding: OnboardingState,
  wabaId: string,
  { id, status }: SimulatedTemplate,
): JsonObject {
  const approved = status === 'APPROVED' || onboarding.health.has(id);
  const template = entity(onboarding, 'MESSAGE_TEMPLATE', id);
  return overall([
    approved ? template : { ...template, ...notApproved },
    ...ownersOf(state, onboarding, wabaId),
  ]);
}

const notApproved = {
  can_send_message: 'BLOCKED' as const,
  errors: [
    {
      error_code: 141002,
      error_description: 'Message templates can only be sent out if they are approved.',
      possible_solution: 'Edit or appeal the message template review decision.',
    },
  ],
} satisfies EntityHealth;

function ownersOf(state: GraphState, onboarding: OnboardingState, wabaId: string): HealthEntity[] {
  return [
    entity(onboarding, 'WABA', wabaId),
    entity(onboarding, 'BUSINESS', businessOf(onboarding, wabaId)),
    entity(onboarding, 'APP', state.appId),
  ];
}

function entity({ health }: OnboardingState, entity_type: string, id: string): HealthEntity {
  return { entity_type, id, can_send_message: 'AVAILABLE', ...health.get(id) };
}

function overall(entities: HealthEntity[]): JsonObject {
  const states = new Set(entities.map(({ can_send_message }) => can_send_message));
  return { can_send_message: worstFirst.find((state) => states.has(state)), entities };
}
