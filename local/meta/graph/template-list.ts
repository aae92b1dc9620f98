import { reachableAccount } from './access.ts';
import { type GraphEdge, ok } from './edge.ts';
import { edgeAt } from './edge-at.ts';
import { namedFields, selectFields } from './fields.ts';
import { pageOf } from './paging.ts';
import type { GraphState, SimulatedTemplate } from './state.ts';

const known = new Set([
  ...['id', 'name', 'language', 'status', 'category', 'components', 'parameter_format'],
  ...['quality_score', 'rejected_reason', 'previous_category', 'sub_category', 'correct_category'],
  ...['message_send_ttl_seconds', 'library_template_name', 'cta_url_link_tracking_opted_out'],
  ...['source', 'created_time', 'last_updated_time', 'is_primary_device_delivery_only'],
]);
const unlessAsked = [
  ...['name', 'parameter_format', 'components', 'language', 'status', 'category'],
  ...['previous_category', 'sub_category'],
];

/** Filters that compare a whole value, whatever its case. */
const exact = ['name', 'language', 'status', 'category', 'source'];

/** GET `/{waba}/message_templates`. Source: Meta, "WhatsApp Business Account > Message Templates". */
export function templateListEdge(state: GraphState): GraphEdge {
  return edgeAt('GET', ':id/message_templates', (call, id) => {
    const { id: wabaId } = reachableAccount(state, call, id);
    const found = (state.templates.get(wabaId) ?? []).filter((template) =>
      fits(template, call.query),
    );
    const fields = namedFields(call.query) ?? unlessAsked;
    const { items, paging } = pageOf(found, call);
    const data = items.map((item) => selectFields(item, fields, known, 'WhatsAppMessageTemplate'));
    // An unknown field is refused where there is nothing to read it of, too.
    if (data.length === 0) selectFields({}, fields, known, 'WhatsAppMessageTemplate');
    return ok({ data, ...(paging && { paging }) });
  });
}

function fits(template: SimulatedTemplate, query: URLSearchParams): boolean {
  const words = query.get('name_or_content') ?? '';
  return (
    exact.every((name) => {
      const wanted = query.get(name);
      return wanted === null || wanted.toLowerCase() === String(template[name]).toLowerCase();
    }) && `${template.name} ${JSON.stringify(template.components)}`.includes(words)
  );
}
