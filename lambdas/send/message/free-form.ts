import type { OutboundMessage } from './outbound-message.schema.ts';

/**
 * Tells whether a message needs an open customer service window. Templates and Direct Send do not, and a
 * group has none. Source: Meta, "Send messages: customer service windows".
 */
export function isFreeForm(message: OutboundMessage): boolean {
  const isDirectSend = 'category' in message && message.category !== undefined;
  return message.type !== 'template' && message.recipient_type !== 'group' && !isDirectSend;
}
