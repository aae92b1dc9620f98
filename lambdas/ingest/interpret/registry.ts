import { interpretStateSync } from './address-book.ts';
import { interpretCall, interpretCallStatus } from './call.ts';
import { interpretAutomaticEvent, interpretUserAction } from './conversion.ts';
import { interpretEcho } from './echo.ts';
import { interpretGroup } from './group.ts';
import { interpretConversationContext, interpretHandover } from './handover.ts';
import { interpretHistory, interpretHistoryMedia } from './history.ts';
import { interpretUserIdUpdate } from './identity.ts';
import {
  type ElementFacts,
  type Interpretation,
  type Interpreter,
  type NumberFacts,
  notSupported,
} from './interpretation.ts';
import { interpretMessage } from './message.ts';
import { interpretPreference } from './preference.ts';
import { interpretStandby } from './standby.ts';
import { interpretStatus } from './status.ts';
import { interpretValueError } from './value-error.ts';
import { wabaInterpreters } from './waba-update.ts';

/** What is only understood of a business number. */
function ofNumber(interpret: (facts: NumberFacts) => readonly Interpretation[]): Interpreter {
  return (facts) => (isOfNumber(facts) ? interpret(facts) : [notSupported]);
}

function isOfNumber(facts: ElementFacts): facts is NumberFacts {
  return facts.phoneNumberId !== undefined;
}

/**
 * Who understands what, by webhook field and by the array or object of its value; "" is the value
 * itself, where a field has no parts. Source: Meta, Webhooks, fields reference.
 */
const interpreters = lookup({
  user_id_update: { user_id_update: ofNumber(interpretUserIdUpdate) },
  messages: {
    messages: ofNumber(interpretMessage),
    statuses: ofNumber(interpretStatus),
    user_actions: ofNumber(interpretUserAction),
    conversation_context: ofNumber(interpretConversationContext),
  },
  calls: { calls: ofNumber(interpretCall), statuses: ofNumber(interpretCallStatus) },
  messaging_handovers: { '': ofNumber(interpretHandover) },
  smb_app_state_sync: { state_sync: ofNumber(interpretStateSync) },
  user_preferences: { user_preferences: ofNumber(interpretPreference) },
  automatic_events: { automatic_events: ofNumber(interpretAutomaticEvent) },
  group_lifecycle_update: { groups: ofNumber(interpretGroup) },
  group_participants_update: { groups: ofNumber(interpretGroup) },
  group_settings_update: { groups: ofNumber(interpretGroup) },
  group_status_update: { groups: ofNumber(interpretGroup) },
  smb_message_echoes: { message_echoes: ofNumber(interpretEcho) },
  message_echoes: { message_echoes: ofNumber(interpretEcho) },
  history: {
    history: ofNumber(interpretHistory),
    messages: ofNumber(interpretHistoryMedia),
    message_echoes: ofNumber(interpretHistoryMedia),
  },
  standby: { '': ofNumber(interpretStandby) },
  ...wabaInterpreters,
});

function lookup(fields: Readonly<Record<string, Readonly<Record<string, Interpreter>>>>) {
  return new Map(
    Object.entries(fields).map(([field, parts]) => [field, new Map(Object.entries(parts))]),
  );
}

/** Tells what an element is, by where it stands. */
export function interpret(facts: ElementFacts): readonly Interpretation[] {
  const { change, collection } = facts;
  if (collection === 'errors') {
    return interpretValueError(facts);
  }
  const interpreter = interpreters.get(change.field)?.get(collection);
  return interpreter ? interpreter(facts) : [notSupported];
}
