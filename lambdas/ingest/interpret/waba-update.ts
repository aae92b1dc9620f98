import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import {
  contentIdentity,
  type ElementFacts,
  type EventBody,
  event,
  type Interpretation,
  type Interpreter,
  malformed,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';
import {
  metaAccountUpdateSchema,
  metaFlowUpdateSchema,
  metaNumberUpdateSchema,
  metaOwnTimeSchema,
  metaTemplateUpdateSchema,
} from './waba-update.schema.ts';

/** Tells what a field's value says; undefined where it is not what the field promises. */
type Reader = (value: JsonObject, field: string) => EventBody | undefined;

/** Who reads the value of which field. Source: Meta, Webhooks, fields reference. */
const readers: Readonly<Record<string, Reader>> = {
  message_template_components_update: templateUpdated,
  message_template_quality_update: templateUpdated,
  message_template_status_update: templateUpdated,
  template_category_update: templateUpdated,
  template_correct_category_detection: templateUpdated,

  account_settings_update: numberUpdated,
  // "Business-scoped user IDs" spells it both ways.
  business_username_update: numberUpdated,
  business_username_updates: numberUpdated,
  phone_number_name_update: numberUpdated,
  phone_number_quality_update: numberUpdated,

  account_alerts: accountUpdated,
  account_review_update: accountUpdated,
  account_update: accountUpdated,
  business_capability_update: accountUpdated,
  partner_solutions: accountUpdated,
  payment_configuration_update: accountUpdated,
  security: accountUpdated,

  flows: flowUpdated,
};

/** Who understands the fields about a WABA itself: its templates, numbers, flows and standing with Meta. */
export const wabaInterpreters: Readonly<Record<string, { '': Interpreter }>> = Object.fromEntries(
  Object.entries(readers).map(([field, read]) => [
    field,
    { '': (facts) => interpretUpdate(facts, read) },
  ]),
);

function interpretUpdate(facts: ElementFacts, read: Reader): readonly Interpretation[] {
  const { change, element, receivedAt } = facts;
  const { entryTime, field } = change;
  const body = isJsonObject(element) ? read(element, field) : undefined;
  if (!body) {
    return [malformed];
  }
  return event({
    identity: contentIdentity(body.type, facts),
    occurredAt: metaTime(ownTimeOf(element), metaTime(entryTime, receivedAt)),
    body,
  });
}

function ownTimeOf(element: unknown): unknown {
  const times = metaOwnTimeSchema.safeParse(element).data;
  return times?.timestamp ?? times?.updated_timestamp;
}

function templateUpdated(value: JsonObject, field: string): EventBody | undefined {
  const said = metaTemplateUpdateSchema.safeParse(value).data;
  return (
    said && {
      type: 'template.updated',
      field,
      ...withoutAbsent({
        templateId: said.message_template_id,
        name: said.message_template_name,
        language: said.message_template_language,
        status: said.event,
        previousQuality: said.previous_quality_score,
        quality: said.new_quality_score,
        previousCategory: said.previous_category,
        // Of a change that is still to come this is the category until then.
        category: said.new_category ?? said.category ?? said.message_template_category,
        reason: said.reason === 'NONE' ? undefined : said.reason,
      }),
      template: value,
    }
  );
}

function numberUpdated(value: JsonObject, field: string): EventBody | undefined {
  const said = metaNumberUpdateSchema.safeParse(value).data;
  return (
    said && {
      type: 'number.updated',
      field,
      ...withoutAbsent({
        displayPhoneNumber: said.display_phone_number,
        event: said.event ?? said.decision ?? said.status ?? said.type,
      }),
      number: value,
    }
  );
}

function accountUpdated(value: JsonObject, field: string): EventBody | undefined {
  const said = metaAccountUpdateSchema.safeParse(value).data;
  return (
    said && {
      type: 'account.updated',
      field,
      ...withoutAbsent({
        event: said.event ?? said.decision ?? said.alert_info?.alert_type ?? said.status,
      }),
      account: value,
    }
  );
}

function flowUpdated(value: JsonObject): EventBody | undefined {
  const said = metaFlowUpdateSchema.safeParse(value).data;
  return (
    said && {
      type: 'flow.updated',
      event: said.event,
      ...withoutAbsent({ flowId: said.flow_id }),
      flow: value,
    }
  );
}

function withoutAbsent(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
