import type { Finding } from './check.ts';
import type { HealthStatus } from './meta-answers.schema.ts';

type Entity = HealthStatus['entities'][number];

/**
 * What keeps these kinds of entities from sending. Errors beside AVAILABLE are about calls and count
 * for nothing. Source: Meta, "Health status".
 */
export function healthFindings(health: HealthStatus, kinds: readonly string[]): Finding[] {
  return health.entities
    .filter(({ entity_type }) => kinds.includes(entity_type))
    .flatMap((entity) => (entity.can_send_message === 'AVAILABLE' ? [] : [findingOf(entity)]));
}

/** Whether each entity may send, as text. */
export function healthDetails(health: HealthStatus): Record<string, string> {
  return Object.fromEntries(
    health.entities.map(({ entity_type, can_send_message }) => [entity_type, can_send_message]),
  );
}

function findingOf({ entity_type, can_send_message, errors, additional_info }: Entity): Finding {
  const reasons = [
    ...errors.map(({ error_code, error_description }) =>
      sentence(`${error_code}: ${error_description ?? 'Meta does not say more'}`),
    ),
    ...additional_info.map(sentence),
  ];
  const solutions = errors.flatMap(({ possible_solution }) =>
    possible_solution ? [sentence(possible_solution)] : [],
  );
  return {
    status: can_send_message === 'BLOCKED' ? 'fail' : 'warn',
    cause: [`${entity_type} is ${can_send_message}.`, ...reasons].join(' '),
    cure: [
      ...(solutions.length > 0 ? solutions : ['Do what the cause asks for.']),
      'Place: WhatsApp Manager, Account overview.',
    ].join(' '),
  };
}

function sentence(text: string): string {
  return /[.!?]\s*$/.test(text) ? text.trim() : `${text.trim()}.`;
}
